"""The command line, as a user meets it: what it prints, what it learns, and how it says that something is wrong."""

import itertools
import os
import signal
import subprocess
import sys

import cli_runs
import numpy as np
import pytest
from cli_faults import MISFITS, TAMPERED, WRONG_OPTIONS
from cli_runs import QUICK, rows

import tensorgrad as tg
from tensorgrad.cli import loop

folder, run, pets = cli_runs.folder, cli_runs.run, cli_runs.pets


def test_training_on_the_digits_prints_a_line_an_epoch_and_a_table(run):
    status, out, err = run("train", "--epochs", 3)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "epoch  training loss  test loss  test accuracy"
    assert [line.split()[0] for line in lines[1:4]] == ["1", "2", "3"]
    assert lines[5] == "data       digits: 1,438 training and 359 test rows, 64 inputs, 10 classes"
    assert lines[6] == "model      64-128-64-10, relu, 17,226 parameters, float32"
    assert lines[7].startswith("training   3 epochs in ")
    assert lines[7].endswith(" s, seed 0")
    assert lines[8] == "optimizer  SGD: batch size 32, lr 0.02, momentum 0.9, weight decay 0.0001"
    assert lines[10] == "rows           loss  accuracy"
    loss, accuracy = lines[12].split()[1:]
    assert lines[12].startswith("test ")
    assert (loss, accuracy) == tuple(lines[3].split()[2:])
    assert float(accuracy.rstrip("%")) > 90


def test_a_profile_is_shown_after_the_training(run):
    words = ("train", "--data", "moons", *QUICK, "--save", "m.safetensors")
    plain, (status, out, err) = run(*words)[1].splitlines(), run(*words, "--profile")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[:3] == plain[:3]
    beginning = next(place for place, line in enumerate(lines) if line.startswith("Name  "))
    assert lines[beginning - 2].startswith("test  ")
    assert lines[-1] == plain[-1] == "saved      m.safetensors"
    calls = {line.split()[0]: line.split()[-1] for line in lines[beginning:-3]}
    assert (calls["SGD.step"], calls["linear"]) == ("50", "104")  # 25 batches an epoch, and one of the test rows
    assert lines[-3].startswith("Self CPU time total: ")
    assert max(map(len, lines[beginning:])) <= 80
    assert "Name  " not in "\n".join(plain)
    assert "show where the time of training went" in run("train", "--help")[1]


def test_the_defaults_reach_97_percent_on_the_digits(run):
    _, out, _ = run("train")
    accuracy = next(line for line in out.splitlines() if line.startswith("test ")).split()[-1]
    assert float(accuracy.rstrip("%")) > 97


def test_the_seed_decides_everything(run):
    def epochs(*words):
        return [
            line
            for line in run("train", "--data", "moons", *QUICK, *words)[1].splitlines()
            if line[:5].strip().isdigit()
        ]

    assert epochs() == epochs("--seed", 0)
    assert epochs() != epochs("--seed", 1)


@pytest.mark.parametrize("data", ["digits", "moons", "spirals"])
def test_a_saved_model_predicts_as_it_did_when_it_was_trained(run, data, folder):
    run("train", "--data", data, *QUICK, "--save", "m.safetensors", "--activation", "tanh")
    status, out, err = run("predict", "m.safetensors", "--data", data)
    lines = [line.split(",") for line in out.splitlines()]
    assert status == 0
    assert lines[0] == ["prediction", "probability"]
    assert all(0 < float(probability) <= 1 for _, probability in lines[1:])
    assert err.endswith(f"% on {len(lines) - 1:,} rows, those it was trained on among them\n")
    assert sorted(os.listdir(folder)) == ["m.safetensors"]


def test_mnist_has_its_own_test_rows(run, request):
    root = request.path.parent / "data" / "mnist"
    status, out, _ = run("train", "--data", "mnist", "--root", root, "--epochs", 8, "--save", "m.safetensors")
    assert status == 0
    test_rows = int(out.split(" training and ")[1].split()[0].replace(",", ""))
    accuracy = next(line for line in out.splitlines() if line.startswith("test ")).split()[-1]
    status, out, err = run("predict", "m.safetensors", "--data", "mnist", "--root", root)
    assert err == f"accuracy {accuracy} on {test_rows:,} rows\n"
    assert len(out.splitlines()) == test_rows + 1


def test_columns_of_a_csv_file(run, pets):
    status, out, err = run("train", "--data", pets, "--hidden", "8", "--save", "m.safetensors", "--dtype", "float64")
    assert (status, err) == (0, "")
    assert "data       pets.csv: 160 training and 40 test rows, 3 inputs, 2 classes" in out
    assert "model      3-8-2, relu, 50 parameters, float64" in out
    assert "test         0.0" in out

    status, out, err = run("predict", "m.safetensors", "--data", pets)
    assert err == "accuracy 100.00% on 200 rows, those it was trained on among them\n"
    assert [line[0] for line in out.splitlines()[1:]] == [row[2] for row in rows(pets)[1:]]

    with open("new.csv", "w", encoding="utf-8") as file:
        file.write("colour;weight\ngreen;24\nblack;4\n")
    status, out, err = run("predict", "m.safetensors", "--data", "new.csv", "--output", "out.csv")
    named = "column 'colour' holds texts that training did not, such as 'green': they count as no category"
    assert (status, out, err) == (0, "", f"tensorgrad predict: {named}\n")
    assert [row[0] for row in rows("out.csv")] == ["prediction", "d", "c"]


def test_the_target_may_be_named(run, pets):
    status, out, _ = run("train", "--data", pets, "--target", "colour", *QUICK)
    assert status == 0
    assert "160 training and 40 test rows, 3 inputs, 2 classes" in out


def test_arrays_with_and_without_labels(run):
    digits, labels = (tensor.numpy() for tensor in tg.datasets.digits()[:300])
    np.savez("labelled.npz", x=digits.reshape(-1, 8, 8), y=labels)
    np.savez("plain.npz", pictures=digits.reshape(-1, 8, 8))
    run("train", "--data", "labelled.npz", "--save", "m.safetensors")
    status, with_labels, err = run("predict", "m.safetensors", "--data", "labelled.npz")
    assert status == 0
    assert float(err.split()[1].rstrip("%")) > 90
    status, without, err = run("predict", "m.safetensors", "--data", "plain.npz")
    assert (status, err) == (0, "")
    assert without == with_labels


def test_the_held_out_rows_stay_held_out_when_training_goes_on(run, pets):
    def accuracies(out):
        return [line.split()[1:] for line in out.splitlines() if line.startswith(("training  ", "test "))][1:]

    _, before, _ = run("train", "--data", pets, *QUICK, "--seed", 5, "--save", "m.safetensors")
    _, after, _ = run("train", "--load", "m.safetensors", "--epochs", 0)
    assert accuracies(after) == accuracies(before)


def test_going_on_takes_the_settings_from_the_file_and_counts_on(run):
    run("train", "--data", "moons", *QUICK, "--lr", 0.3, "--activation", "tanh", "--seed", 3, "--save", "m.safetensors")
    status, out, _ = run(
        "train", "--load", "m.safetensors", "--epochs", 1, "--momentum", 0.5, "--save", "m.safetensors"
    )
    assert status == 0
    assert out.splitlines()[1].startswith("    3  ")
    assert "data       moons: 800 training" in out
    assert "model      2-8-2, tanh, 42 parameters" in out
    assert "training   1 epoch (3 in all) in" in out
    assert "lr 0.3, momentum 0.5, weight decay 0.0001" in out
    assert " s, seed 3\n" in out
    assert tg.load("m.safetensors")["epochs"] == 3


def test_a_loaded_model_may_go_on_with_other_rows_of_the_same_columns(run, pets):
    run("train", "--data", pets, *QUICK, "--save", "m.safetensors")
    with open(pets, encoding="utf-8") as old, open("more.csv", "w", encoding="utf-8") as new:
        new.writelines(old.readlines()[:51])
    status, out, _ = run("train", "--load", "m.safetensors", "--data", "more.csv", "--epochs", 1)
    assert status == 0
    assert "data       more.csv: 40 training and 10 test rows, 3 inputs, 2 classes" in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_training_saves_what_it_has(run, monkeypatch, number, folder):
    def interrupted(model, data):
        if next(calls) == 2:
            signal.raise_signal(number)
        return evaluate(model, data)

    calls = itertools.count(1)
    evaluate = loop.evaluate
    monkeypatch.setattr(loop, "evaluate", interrupted)
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    (folder / "tensorgrad-interrupted.safetensors").write_text("kept")
    status, out, err = run("train", "--data", "moons", "--epochs", 7, "--hidden", 8)
    assert status == 128 + number
    name = "tensorgrad-interrupted-2.safetensors"
    assert err == (
        f"tensorgrad train: interrupted in epoch 3, and the model saved as it is to {name}: "
        f"go on with tensorgrad train --load {name} --epochs 5 --save {name}\n"
    )
    assert "training   2 epochs in" in out
    assert f"saved      {name}" in out
    assert (folder / "tensorgrad-interrupted.safetensors").read_text() == "kept"
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers

    status, out, err = run(*err.split(" go on with tensorgrad ")[1].split())
    assert (status, err) == (0, "")
    assert "training   5 epochs (7 in all) in" in out


def test_an_interrupt_before_the_training_is_a_sentence_too(run, monkeypatch):
    monkeypatch.setattr(tg.datasets, "digits", lambda: signal.raise_signal(signal.SIGINT))
    assert run("train") == (130, "", "tensorgrad train: interrupted, and nothing saved\n")


def test_a_loss_that_is_not_finite_stops_and_saves_nothing(run, folder):
    (folder / "m.safetensors").write_text("kept")
    status, _, err = run("train", "--lr", "1e9", "--save", "m.safetensors")
    assert status == 1
    assert err in (
        f"tensorgrad train: the loss has become {value}, so training stops and nothing is saved: lower --lr, which is "
        "1000000000.0\n"
        for value in ("nan", "inf")
    )
    assert (folder / "m.safetensors").read_text() == "kept"


def test_a_network_that_does_not_fit_in_memory_is_said(run):
    status, _, err = run("train", "--hidden", "1000000000,1000000000")
    assert status == 1
    assert err.startswith("tensorgrad train: the memory does not suffice: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(("line", "sentence"), WRONG_OPTIONS, ids=[line for line, _ in WRONG_OPTIONS])
def test_what_is_wrong_on_the_command_line_is_one_sentence(run, pets, line, sentence):
    pytest.importorskip("matplotlib")
    status, out, err = run(*line.split())
    assert (status, out, err) == (2, "", sentence.format(weight=rows(pets)[1][0]) + "\n")


@pytest.mark.parametrize(("line", "sentence"), MISFITS, ids=[line for line, _ in MISFITS])
def test_a_model_that_does_not_fit_is_one_sentence(run, pets, folder, line, sentence):
    pytest.importorskip("matplotlib")
    run("train", "--data", pets, *QUICK, "--save", "m")
    (folder / "birds.csv").write_text("weight,colour,kind\n1,black,owl\n2,white,c\n", encoding="utf-8")
    (folder / "unlabelled.csv").write_text("weight,colour\n1,black\n2,white\n", encoding="utf-8")
    content = tg.load("m")
    tg.save(content["model"], "other")
    tg.save({**content, "model": {"0.weight": content["model"]["0.weight"]}}, "damaged")
    status, out, err = run(*line.split())
    assert (status, out) == (2, "")
    assert err.startswith(f"tensorgrad {sentence}")
    assert err.count("\n") == 1
    assert err.endswith(sentence + "\n") or sentence.endswith((": ", "("))


def test_a_label_the_model_does_not_know_counts_as_wrong(run, pets, folder):
    run("train", "--data", pets, "--hidden", "8", "--save", "m")
    (folder / "birds.csv").write_text("weight,colour,kind\n4,black,owl\n24,white,d\n", encoding="utf-8")
    assert run("predict", "m", "--data", "birds.csv")[2] == "accuracy 50.00% on 2 rows\n"


def test_the_smallest_table_there_is(run, folder):
    (folder / "a.csv").write_text("x,y\n1,0\n2,1\n1,0\n2,1\n", encoding="utf-8")
    status, out, _ = run("train", "--data", "a.csv", *QUICK)
    assert status == 0
    assert "3 training and 1 test rows" in out


def test_one_row_cannot_be_split(run, pets, folder):
    run("train", "--data", pets, *QUICK, "--save", "m")
    (folder / "a.csv").write_text("weight,colour,kind\n4,black,c\n", encoding="utf-8")
    assert run("train", "--load", "m", "--data", "a.csv")[2] == (
        "tensorgrad train: a.csv holds one row only, but needs two or more to train and to test with\n"
    )


def test_python_m_tensorgrad_is_the_command(request):
    words = [sys.executable, "-m", "tensorgrad", "train", "--data", "moons", *QUICK]
    done = subprocess.run(words, cwd=request.config.rootpath, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "rows           loss  accuracy" in done.stdout


def test_the_version_and_the_help_are_told(run):
    assert run("--version") == (0, f"tensorgrad {tg.__version__}\n", "")
    status, out, err = run("--help")
    assert (status, err) == (0, "")
    assert "train a multilayer perceptron" in out
    assert "classify rows with a saved model" in out


@pytest.mark.parametrize(("part", "name", "value", "reason"), TAMPERED, ids=range(len(TAMPERED)))
def test_a_model_that_was_tampered_with_is_refused(run, pets, part, name, value, reason):
    run("train", "--data", pets, *QUICK, "--save", "m")
    content = tg.load("m")
    content[part][name] = value
    tg.save(content, "m")
    sentence = f"m is damaged: its parts do not fit together ({reason})\n"
    assert run("train", "--load", "m") == (2, "", f"tensorgrad train: {sentence}")
    assert run("predict", "m", "--data", pets) == (2, "", f"tensorgrad predict: {sentence}")


def test_a_column_that_numbers_the_rows_is_pointed_out(run, folder):
    lines = "".join(f"{row},{row % 7},{'uv'[row % 2]}\n" for row in range(1, 41))
    (folder / "ids.csv").write_text("id,a,y\n" + lines, encoding="utf-8")
    status, _, err = run("train", "--data", "ids.csv", *QUICK, "--save", "m")
    assert status == 0
    assert err == (
        "tensorgrad train: ids.csv: column 'id' counts the rows: if it only numbers them, remove it from the file\n"
    )
    assert run("train", "--load", "m", "--epochs", 0)[::2] == (0, "")


def test_a_column_that_names_the_rows_is_refused(run, folder):
    lines = "".join(f"r{row},{row % 7},{'uv'[row % 2]}\n" for row in range(80))
    (folder / "ids.csv").write_text("id,a,y\n" + lines, encoding="utf-8")
    status, out, err = run("train", "--data", "ids.csv", *QUICK)
    assert (status, out) == (2, "")
    assert err.startswith("tensorgrad train: ids.csv: column 'id' holds 64 different texts such as 'r")
    assert err.endswith(
        "' in 64 training rows, but a categorical column may hold 32 there at most: group them or remove the column "
        "from the file\n"
    )
