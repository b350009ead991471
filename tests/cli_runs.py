"""What the tests of the command line share: a folder to work in, a way to run a command, and data."""

import csv

import numpy as np
import pytest

from tensorgrad.cli import main

QUICK = ["--epochs", "2", "--hidden", "8"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Runs a command; gives its exit status, standard output and standard error."""

    def run(*words):
        capsys.readouterr()
        status = main([str(word) for word in words])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def pets():
    """A file with a column of numbers that tells two kinds apart, and a categorical one that does not."""
    generator = np.random.default_rng(0)
    with open("pets.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["weight", "colour", "kind"])
        for row in range(200):
            writer.writerow([generator.normal(4 + 20 * (row % 2)), ("black", "white")[row // 7 % 2], "cd"[row % 2]])
    return "pets.csv"


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
