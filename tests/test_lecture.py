"""The lecture's examples: each number of its documents comes out, and the command says so."""

import re
import runpy
import shutil
import sys

import cli_runs
import numpy as np
import pytest

from tensorgrad.cli import lecture

folder, run = cli_runs.folder, cli_runs.run

LONG = "moons_demo.py"
PACKAGES = "pip install matplotlib graphviz graphviz-pure"
QUICK = [name for names in lecture.DOCUMENTS.values() for name in names if name != LONG]

# What the documents print with more than eight digits, so that no script is adjusted to what comes out.
PRINTED = """
14.00300000000243 -21.996999999998934 3.999699999999999 0.9999999999976694 3.9999999999995595 -1.9999999999953388
6.000000000021544 -4.000000000008441 -9.230591999999998 0.8813735870195432 0.7071067811865476 0.4999999999999999
-1.4999999999999996 0.9999999999999998 0.9640275800758169 0.881373405456543 24.70408163265306 138.83381924198252
645.5772594752186 645.5772594752187 0.0073864224020347095 1.0120099058492713 0.07244688900469765 -0.03539087511088844
0.9727765028706291 0.06534025073051453 1.130600094795227 0.03639908879995346 0.017568498849868774 0.7840131521224976
0.8958441028683222 1.7235905336972022 0.24507023853658 0.0987511476556962 0.0109783701354927
"""


@pytest.fixture
def quick(monkeypatch):
    """The command without the script that takes ten seconds."""
    monkeypatch.setattr(lecture, "DOCUMENTS", {"A document": QUICK})


@pytest.fixture
def doctored(monkeypatch, tmp_path, quick):
    """Gives a function that changes a script."""

    def doctor(name, old, new):
        scripts = shutil.copytree(lecture.SCRIPTS, tmp_path / "scripts")
        text = (scripts / name).read_text("utf-8")
        assert text.count(old) == 1
        (scripts / name).write_text(text.replace(old, new), "utf-8")
        monkeypatch.setattr(lecture, "SCRIPTS", scripts)

    return doctor


@pytest.fixture
def alone(monkeypatch, capsys):
    """Runs a script by itself; gives its variables and the rows that it prints."""

    def alone(path):
        monkeypatch.setattr(lecture, "_session", lecture._Session())
        variables = runpy.run_path(str(path))
        assert lecture._session.differing == []
        return variables, capsys.readouterr().out.splitlines()

    return alone


def test_every_script_belongs_to_a_document():
    assert sorted([*QUICK, LONG]) == sorted(path.name for path in lecture.SCRIPTS.glob("*.py"))


@pytest.mark.parametrize("name", QUICK)
def test_a_script_runs_alone_and_every_row_agrees(alone, name):
    _, rows = alone(lecture.SCRIPTS / name)
    assert len(rows) > 5
    assert max(map(len, rows)) <= 100


@pytest.mark.slow
def test_the_moons_demo_runs_alone_on_the_points_of_scikit_learn(alone):
    variables, rows = alone(lecture.SCRIPTS / LONG)
    assert len(rows) == 11
    assert variables["losses"][50] == pytest.approx(0.0987511476561963, rel=1e-12)  # micrograd's when it is run again
    points, labels = pytest.importorskip("sklearn.datasets").make_moons(100, noise=0.1, random_state=1337)
    assert variables["points"].tobytes() == points.tobytes()
    assert np.array_equal(variables["labels"], labels)


def test_every_long_number_of_the_documents_is_checked():
    text = "\n".join((lecture.SCRIPTS / name).read_text("utf-8") for name in [*QUICK, LONG])
    checked = re.findall(r"^check\(.*, (-?\d+\.\d+)(?:, within=\S+)?\)", text, re.MULTILINE)
    assert [number for number in PRINTED.split() if number not in checked] == []


def test_the_script_in_pytorchs_words_runs_in_pytorch(torch, alone, tmp_path):
    text = (lecture.SCRIPTS / "pytorch.py").read_text("utf-8")
    (tmp_path / "script.py").write_text(text.replace("import tensorgrad as torch", "import torch"), "utf-8")
    variables, rows = alone(tmp_path / "script.py")
    assert variables["torch"] is torch
    assert len(rows) == 6


def test_what_becomes_of_the_gradients_when_zero_grad_is_forgotten(alone):
    _, rows = alone(lecture.SCRIPTS / "accumulation.py")
    shown = [row.split()[-2] for row in rows if row.startswith("zero_grad forgotten")]
    assert shown == ["-6.0", "-16.0"]  # twice -3 and -8
    variables, rows = alone(lecture.SCRIPTS / "network.py")
    assert variables["losses"][-1] > 1
    assert len(set(variables["predictions"])) == 1


def test_the_command_prints_the_documents_the_scripts_and_the_rows(run, quick):
    status, out, err = run("lecture")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["example", "in", "the", "document", "tensorgrad", "agreement"]
    assert lines[2:4] == ["A document", "=========="]
    assert lines[5].startswith("derivatives.py: A derivative by hand: step the input a little, and see how far the ")
    assert lines[12].split() == ["slope", "of", "f", "at", "3", "14.00300000000243", "14.00300000000243", "exact"]
    assert "f = (a*b) * (a+b): a.grad               -3.0                    -3.0                    exact" in lines
    assert "bug, = in place of +=: 3, not -3        3.0                     3.0                     exact" in lines
    assert "e = exp(2*n)                            5.8284                  5.8284                  4 digits" in lines
    assert re.search(r"^final loss +0.06534025073051453 +0.06534\d+ +within 1e-5$", out, re.MULTILINE)
    assert max(map(len, lines)) <= 100
    assert lines[-1] == "111 of 111 examples agree"


@pytest.mark.slow
def test_all_examples_agree(run):
    status, out, _ = run("lecture")
    assert status == 0
    assert out.splitlines()[-1] == "122 of 122 examples agree"


@pytest.mark.parametrize(
    ("name", "old", "new", "row"),
    [
        ("derivatives.py", "14.00300000000243", "14.00300000000242", "slope of f at 3"),
        ("tanh_apart.py", '"5.8284"', '"5.8285"', "e = exp(2*n)"),
        ("pytorch.py", "1.130600094795227", "1.13062", "prediction for 1"),
        ("neuron.py", '"b", "w1"', '"w1", "b"', "topological order"),
    ],
)
def test_a_number_that_differs_is_named_and_the_status_is_1(run, doctored, name, old, new, row):
    doctored(name, old, new)
    status, out, err = run("lecture")
    assert (status, err) == (1, "")
    (line,) = [line for line in out.splitlines() if line.endswith("DIFFERS")]
    assert line.startswith(row)
    assert out.splitlines()[-1] == f"110 of 111 examples agree, but not: {row}"


def test_a_nan_agrees_with_nothing(monkeypatch, capsys):
    monkeypatch.setattr(lecture, "_session", lecture._Session())
    lecture.check("exactly", float("nan"), 0.0)
    lecture.check("nearly", float("nan"), 0.0, within=1.0)
    lecture.check("in digits", float("nan"), "0.0000")
    assert lecture._session.differing == ["exactly", "nearly", "in digits"]
    assert capsys.readouterr().out.count("DIFFERS") == 3


def test_within_is_relative_except_to_zero(monkeypatch):
    monkeypatch.setattr(lecture, "_session", lecture._Session())
    lecture.check("near", 1001.0, 1000.0, within=1e-3)
    lecture.check("far", 1002.0, 1000.0, within=1e-3)
    lecture.check("small and far", 0.0011, 0.001, within=1e-3)
    lecture.check("near zero", 0.001, 0.0, within=1e-3)
    assert lecture._session.differing == ["far", "small and far"]


def test_draw_writes_graphs_and_plots(run, quick, tmp_path):
    pytest.importorskip("matplotlib")
    pytest.importorskip("graphviz")
    status, out, _ = run("lecture", "--draw", "pictures/of it")
    assert status == 0
    names = {
        *("parabola", "chain_rule", "neuron", "used_twice", "used_on_two_ways", "tanh_apart", "gradient_step"),
        *("relu_neuron", "relu_neuron_of_tensors", "network", "network_loss", "network_loss_without_zero_grad"),
        *("pytorch_loss", "readme", "test"),
    }
    written = list((tmp_path / "pictures/of it").iterdir())
    assert {path.name for path in written} == {f"{name}.{ending}" for name in names for ending in ("svg", "png")}
    for path in written:
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG") if path.suffix == ".png" else b"<svg" in content[:1000], path
    assert out.splitlines()[-2] == "15 pictures drawn in pictures/of it, each as SVG and PNG"


def test_a_folder_that_cannot_be_made_is_one_sentence(run, tmp_path):
    pytest.importorskip("matplotlib")
    pytest.importorskip("graphviz")
    (tmp_path / "notes.txt").touch()
    assert run("lecture", "--draw", "notes.txt") == (
        2, "", "tensorgrad lecture: --draw notes.txt: cannot make the folder: File exists\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (ImportError("", name="graphviz"), "--draw needs graphviz: install it with " + PACKAGES),
        (RuntimeError("there is no Graphviz to draw this with"), "--draw: there is no Graphviz to draw this with"),
    ],
)
def test_without_graphviz_it_is_one_sentence(run, monkeypatch, fault, sentence, tmp_path):
    def draw_dot(root):
        raise fault

    monkeypatch.setattr(lecture, "draw_dot", draw_dot)
    status, out, err = run("lecture", "--draw", "pictures")
    assert (status, out, err) == (2, "", f"tensorgrad lecture: {sentence}\n")
    assert not (tmp_path / "pictures").exists()


def test_without_matplotlib_it_is_one_sentence(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    sentence = f"tensorgrad lecture: --draw needs matplotlib: install it with {PACKAGES}\n"
    assert run("lecture", "--draw", "pictures") == (2, "", sentence)


def test_a_picture_that_cannot_be_written_is_one_sentence(run, quick, tmp_path):
    pytest.importorskip("matplotlib")
    pytest.importorskip("graphviz")
    (tmp_path / "parabola.svg").mkdir()
    status, _, err = run("lecture", "--draw", tmp_path)
    assert status == 1
    assert err.startswith(f"tensorgrad lecture: the picture is not written to {tmp_path / 'parabola.svg'}: ")
    assert err.count("\n") == 1
