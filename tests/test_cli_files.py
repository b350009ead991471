"""What the command line writes: pictures, files that are replaced whole or not at all, and standard output."""

import errno
import io
import os
import subprocess
import sys

import cli_runs
import numpy as np
import pytest
from cli_runs import QUICK, rows

from tensorgrad.cli import main

folder, run = cli_runs.folder, cli_runs.run


@pytest.fixture
def full_disk(monkeypatch):
    """Lets every file fail when it is brought to the disk."""

    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    return lambda: monkeypatch.setattr(os, "fsync", fail)


def test_a_full_disk_leaves_the_old_model(run, full_disk, folder):
    run("train", "--data", "moons", *QUICK, "--save", "m.safetensors")
    old = (folder / "m.safetensors").read_bytes()
    full_disk()
    status, out, err = run("train", "--data", "moons", *QUICK, "--seed", 1, "--save", "m.safetensors")
    assert status == 1
    assert "rows           loss  accuracy" in out
    assert err.startswith("tensorgrad train: the model is not saved: ")
    assert err.endswith("No space left on device; the file that was there is as it was\n")
    assert (folder / "m.safetensors").read_bytes() == old
    assert os.listdir(folder) == ["m.safetensors"]


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_the_old_plot_and_predictions(run, full_disk, folder, there):
    pytest.importorskip("matplotlib")
    run("train", "--data", "moons", *QUICK, "--save", "m")
    if there:
        (folder / "p.png").write_text("a picture")
        (folder / "p.csv").write_text("a table")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    full_disk()
    kept = "No space left on device; the file that was there is as it was\n" if there else "No space left on device\n"
    status, out, err = run("train", "--data", "moons", *QUICK, "--plot", "p.png")
    assert status == 1
    assert "rows           loss  accuracy" in out
    assert err == (
        "tensorgrad train: the plot is not written to p.png: cannot write p.png in the folder "
        f"{folder.resolve()}: {kept}"
    )
    status, out, err = run("predict", "m", "--data", "moons", "--output", "p.csv")
    assert (status, out) == (1, "")
    assert err == (
        "tensorgrad predict: the predictions are not written to p.csv: cannot write p.csv in the folder "
        f"{folder.resolve()}: {kept}"
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_kill_in_the_middle_leaves_the_old_plot(run, monkeypatch, folder):
    pytest.importorskip("matplotlib")

    def killed(old, new):
        raise KeyboardInterrupt

    (folder / "p.png").write_text("a picture")
    monkeypatch.setattr(os, "replace", killed)
    assert run("train", "--data", "moons", *QUICK, "--plot", "p.png")[0] == 130
    assert (folder / "p.png").read_text() == "a picture"
    assert os.listdir(folder) == ["p.png"]


@pytest.mark.parametrize("data", ["digits", "moons"])
def test_the_plot(run, data, folder):
    pytest.importorskip("matplotlib")
    status, out, err = run("train", "--data", data, *QUICK, "--plot", "p.png")
    assert (status, err) == (0, "")
    assert out.endswith("plot       p.png\n")
    picture = (folder / "p.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    width = int.from_bytes(picture[16:20])
    assert width == {"digits": 1350, "moons": 2025}[data]


def test_a_plot_of_many_classes_and_one_epoch_and_none(run):
    pytest.importorskip("matplotlib")
    points = np.random.default_rng(0).normal(size=(200, 2))
    np.savez("a.npz", x=points, y=np.arange(200) % 12)
    for epochs in (0, 1):
        assert run("train", "--data", "a.npz", "--epochs", epochs, "--plot", "p.png")[::2] == (0, "")


def test_a_plot_with_names_that_matplotlib_would_take_for_something_else(run, folder):
    pytest.importorskip("matplotlib")
    (folder / "$a$.csv").write_text("$\\frac$,$b,y\n" + "1,2,_u\n2,3,$\\no$\n3,1,猫\n" * 9, encoding="utf-8")
    assert run("train", "--data", "$a$.csv", *QUICK, "--plot", "p.png")[::2] == (0, "")
    np.savez("a.npz", x=np.random.default_rng(0).normal(size=(40, 2)), y=np.array(["\udcff", "b"] * 20))
    assert run("train", "--data", "a.npz", *QUICK, "--plot", "p.svg", "--save", "m")[::2] == (0, "")
    assert "svg" in (folder / "p.svg").read_text(encoding="utf-8")
    assert run("predict", "m", "--data", "a.npz", "--output", "p.csv")[0] == 0
    assert {row[0] for row in rows("p.csv")[1:]} <= {r"\udcff", "b"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a name")
def test_a_plot_of_a_file_whose_name_is_no_text(run, folder):
    pytest.importorskip("matplotlib")
    (folder / "\udcff.csv").write_text("a,y\n" + "1,u\n2,v\n" * 9, encoding="utf-8")
    assert run("train", "--data", "\udcff.csv", *QUICK, "--plot", "p.png")[::2] == (0, "")


def test_a_plot_without_matplotlib_is_refused_before_the_training(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert run("train", "--plot", "p.png") == (
        2,
        "",
        "tensorgrad train: --plot needs matplotlib: install it with pip install matplotlib\n",
    )


def test_what_is_there_and_no_file_is_not_written_to(run):
    assert (
        run("train", "--save", os.devnull)[2]
        == f"tensorgrad train: --save {os.devnull}: is no regular file, name a file\n"
    )


def test_a_file_that_may_not_be_written_is_refused_before_the_training(run, monkeypatch, folder):
    def refused(**options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    assert run("train", "--save", "m")[1:] == (
        "",
        "tensorgrad train: --save m: cannot write in the folder .: Permission denied\n",
    )
    (folder / "m").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert run("train", "--save", "m")[1:] == (
        "",
        "tensorgrad train: --save m: the file is there and may not be written to\n",
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows says of such a name that it is not there")
def test_names_the_system_refuses_are_refused_before_the_training(run, folder):
    long = "a" * 300
    for option, end in (("--save", ""), ("--plot", ".png")):
        status, out, err = run("train", option, long + end)
        assert (status, out) == (2, "")
        assert err.startswith(f"tensorgrad train: {option} {long}{end}: cannot write in the folder .: ")
        assert err.count("\n") == 1
    assert run("train", "--data", long + ".csv") == (
        2,
        "",
        f"tensorgrad train: --data {long}.csv: there is no such file\n",
    )


def test_a_reader_that_goes_away_is_no_error_to_print(run, folder, request):
    run("train", *QUICK, "--save", "m")
    words = [sys.executable, "-m", "tensorgrad", "predict", folder / "m", "--data", "digits"]
    command = subprocess.Popen(
        words, cwd=request.config.rootpath, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    command.stdout.close()
    with command.stderr:
        assert command.stderr.read() == ""
    assert command.wait() == 1


def test_a_class_that_the_terminal_cannot_show_is_escaped(run, folder, monkeypatch):
    (folder / "a.csv").write_text("x,y\n" + "1,猫\n2,犬\n" * 50, encoding="utf-8")
    run("train", "--data", "a.csv", *QUICK, "--save", "m")
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="ascii"))
    assert main(["predict", "m", "--data", "a.csv"]) == 0
    assert {line.split(b",")[0] for line in printed.getvalue().split()[1:]} <= {rb"\u732b", rb"\u72ac"}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")
def test_a_full_standard_output_is_said(request):
    words = [sys.executable, "-m", "tensorgrad", "train", "--data", "moons", *QUICK]
    with open("/dev/full", "w") as full:
        done = subprocess.run(words, cwd=request.config.rootpath, stdout=full, stderr=subprocess.PIPE, text=True)
    sentence = "tensorgrad train: cannot write to standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, sentence)


def test_no_terminal_and_no_output_at_all(folder, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["train", "--data", "moons", *QUICK, "--save", "m"]) == 0
    assert main(["predict", "m", "--data", "moons"]) == 0
    assert main(["train", "--data", "no.csv"]) == 2
