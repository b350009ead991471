"""The benchmarks work; what they measure is never tested."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import (
    chains,
    imports,
    memory,
    overhead,
    peers,
    picture,
    scalar,
    steps,
    surroundings,
    tables,
    turns,
    workloads,
)
from benchmarks.peers import PEERS
from benchmarks.workers import Failure, Worker, numbers
from benchmarks.workloads import SWEEP, WORKLOADS, tiny

ROOT = Path(__file__).parent.parent
TINY = {work.name: tiny(work) for work in WORKLOADS}


def test_smoke(tmp_path):
    out = tmp_path / "results.json"
    options = ["--smoke", "--peers", "tensorgrad", "numpy", "numpy-tuned", "--json", out]
    run = subprocess.run([sys.executable, "-m", "benchmarks", *options], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "sweep: works" in run.stdout
    assert [line for line in run.stdout.splitlines() if line.startswith("steps")] == [
        f"steps, {name}: works" for name in TINY
    ]
    assert "µs" not in run.stdout
    saved = json.loads(out.read_text(encoding="utf-8"))
    assert saved["smoke"]
    assert set(saved["results"]) - {"memory, MB"} == {"imports", "overhead, ns", "scalar", "steps", "sweep"}
    assert {row["workload"] for row in saved["results"]["steps"]} == set(TINY)
    assert saved["machine"]["numpy"]
    for row in saved["results"]["steps"]:
        low, high = row["µs, quartiles"]
        assert low <= row["µs"] <= high


@pytest.mark.filterwarnings("ignore")  # those of other libraries are not ours
@pytest.mark.parametrize("work", [TINY["lecture"], TINY["digits"], TINY["mnist"], TINY["elementwise"]])
@pytest.mark.parametrize("name", PEERS)
def test_peers_compute_the_same(name, work, monkeypatch):
    library = pytest.importorskip(PEERS[name].library)
    if name == "torch.compile":  # minutes
        monkeypatch.setattr(library, "compile", lambda f=None, **_: f or (lambda g: g))
    step = peers.step(name, work)
    losses = [numbers(step()) for _ in range(5)]
    np.testing.assert_allclose(losses, steps.reference(work), 30 * np.finfo(work.dtype).eps)
    assert work.loss == "formula" or losses[0] != losses[1]


def test_nothing_is_timed_if_the_losses_differ(monkeypatch):
    monkeypatch.setattr(steps, "reference", lambda work: [[1.0]] * 5)
    with pytest.raises(AssertionError, match="digits, numpy"):
        next(steps.measure([TINY["digits"]], ["numpy"], "1", 2))


def test_the_gradient_of_the_formula_is_compared_too():
    assert numbers((np.float32(2), np.array([[1.0, 2.0], [4.0, 8.0]]))) == [2, 2 + 8 + 24]


def test_a_peer_that_fails_is_left_out_and_says_why(monkeypatch, capsys):
    broken = TINY["digits"]._replace(activation="none")
    monkeypatch.setattr(steps, "reference", lambda work: [])
    assert next(steps.measure([broken], ["torch.compile"], "1", 2)) == []
    assert capsys.readouterr().out.startswith("torch.compile is left out of digits: ")
    with pytest.raises(RuntimeError, match="tensorgrad fails on digits: KeyError: 'none'"):
        next(steps.measure([broken], ["tensorgrad"], "1", 2))


def test_a_worker_that_dies_is_no_endless_wait():
    with Worker("numpy", "1") as worker:
        worker.ask("build", TINY["digits"])
        assert len(worker.answer()) == 5
        assert worker.turn() > 0
        worker.process.kill()
        worker.process.join()
        assert worker.answer() == "its process has ended"
        assert isinstance(worker.answer(), Failure)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux only")
def test_memory_is_that_of_the_step():
    work = workloads.Workload("large", (1000, 1000), "relu", 1000)
    (row,) = memory.measure([work], ["numpy", "torch.compile"])
    assert list(row) == ["MB", "numpy"]
    assert 15 < row["numpy"] < 60  # weights, their gradient, inputs and outputs, 4 MB each, and what is temporary


def test_without_memory_of_the_system_the_benchmark_says_so(monkeypatch, capsys):
    monkeypatch.setattr(memory.Path, "exists", lambda path: False)
    assert memory.measure([TINY["mnist"]], ["numpy"]) == []
    assert capsys.readouterr().out.startswith("memory is left out: only Linux ")


def test_a_peer_that_is_not_installed_is_left_out(monkeypatch, capsys):
    monkeypatch.setattr(command, "installed", lambda name: name != "jax")
    assert command.present(["numpy", "jax", "torch.compile"], smoke=True) == ["numpy"]
    assert capsys.readouterr().out.splitlines() == [
        "jax is left out, it is not installed: pip install jax",
        "torch.compile is left out of the smoke run, it would take minutes",
    ]


def test_wrong_options(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        command.main(["--rounds", "1"])
    assert "--rounds must be at least 2, for a spread, but it is 1" in capsys.readouterr().err
    monkeypatch.setattr(command.os, "access", lambda file, how: False)
    with pytest.raises(SystemExit):
        command.main(["--json", "x.json"])
    assert "--json needs a file that can be written, but x.json cannot: give another" in capsys.readouterr().err
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        command.main(["--picture", "x.png"])
    assert "--picture needs matplotlib: pip install matplotlib" in capsys.readouterr().err


def test_a_wrong_gradient_is_noticed_by_the_overhead(monkeypatch):
    update = dict(surroundings.OPTIMIZERS)
    monkeypatch.setitem(surroundings.OPTIMIZERS, "SGD", (update["SGD, momentum"][0], update["SGD"][1]))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        surroundings.optimizer("SGD", 2)
    backward = chains.backward_by_hand
    monkeypatch.setattr(chains, "backward_by_hand", lambda *given: tuple(1.001 * x for x in backward(*given)))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        chains.pieces("tanh", 24)


def test_wrong_gradient_of_a_value_is_noticed(monkeypatch):
    pytest.importorskip("micrograd")
    from tensorgrad.scalar import value

    multiply = value._mul

    def wrong(out):
        out.grad *= 1.001
        multiply(out)

    monkeypatch.setattr(value, "_mul", wrong)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        scalar.measure(2, 10)


def test_without_micrograd_the_benchmark_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(scalar.importlib.util, "find_spec", lambda name: None)
    (row,) = scalar.measure(2, 10)
    assert row["with"] == "tensorgrad"
    assert capsys.readouterr().out == (
        "micrograd is not installed, so there is nothing to compare with: pip install micrograd\n"
    )


def test_a_heavy_import_is_noticed(monkeypatch):
    monkeypatch.setattr(imports, "run", lambda code: "sys tensorgrad tqdm")
    with pytest.raises(SystemExit, match="import tensorgrad also imports tqdm"):
        imports.measure(["tensorgrad"], 2)


def test_installed_size_counts_what_is_required():
    assert imports.megabytes("tensorgrad-numpy") > imports.megabytes("numpy") > 10
    assert imports.megabytes("there-is-no-such-package") == 0


def test_turns_alternate_and_the_first_round_does_not_count():
    log = []
    given = turns.in_turns({name: lambda name=name: log.append(name) or len(log) for name in "ab"}, 2)
    assert "".join(log) == "baabba"
    assert given == {"a": [3, 6], "b": [4, 5]}
    assert turns.ratios([1, 2, 3], [2, 2, 2], "torch") == {"of torch": 1.0, "of torch, quartiles": [0.5, 1.5]}
    assert turns.spread([98, 100, 104.4], 0) == (100, [98, 104])


def test_tables():
    rows = [
        {"workload": "digits", "threads": "1", "peer": "numpy", "µs": 36.62, "of torch": 0.25},
        {"workload": "digits", "threads": "1", "peer": "torch", "µs": 146.0},
        {"workload": "wide", "threads": "1", "peer": "numpy", "µs": 4000.0, "of torch": 4.0},
    ]
    assert tables.table(tables.by_peer(rows)).splitlines() == [
        "| µs (of torch), threads: 1 |      digits |        wide |",
        "| ------------------------- | ----------: | ----------: |",
        "| numpy                     | 36.6 (0.25) | 4000 (4.00) |",
        "| torch                     |         146 |             |",
    ]
    assert tables.over_all(rows) == [
        {"of torch, threads: 1": "numpy", "geometric mean": "1.000", "at most": "4.000", "at": "wide"}
    ]

    assert tables.table([{"a": "b", "µs, quartiles": [98.0, 104.4], "of torch, quartiles": [0.5, 1.25]}]).endswith(
        "| 98.0 to 104.4 |      0.500 to 1.250 |"
    )


def test_the_overhead_says_why_an_optimizer_adds_less_than_nothing(monkeypatch, capsys):
    monkeypatch.setattr(command, "parts", lambda given: [("overhead, ns", [{"what": "Adam", "added": -9}])])
    command.main([])
    assert f"| Adam |    -9 |\n\n{overhead.NOTE}\n" in capsys.readouterr().out


@pytest.fixture
def drawn(monkeypatch):
    """The figures that were written."""
    matplotlib = pytest.importorskip("matplotlib.figure")
    figures = []
    write = matplotlib.Figure.savefig
    monkeypatch.setattr(matplotlib.Figure, "savefig", lambda it, *a, **k: figures.append(it) or write(it, *a, **k))
    return figures


@pytest.mark.parametrize(("only", "panels"), [(["steps"], 1), (["sweep"], 1), (["steps", "sweep"], 2)])
def test_the_picture_has_panels_for_what_there_is_only(only, panels, drawn, monkeypatch, tmp_path, capsys):
    rows = {part: [{"threads": "1", "peer": "numpy", "µs": 1.0, "of torch": 0.5}] for part in only}
    for part in only:
        rows[part][0]["workload"] = "digits" if part == "steps" else SWEEP["width"][16].name
    monkeypatch.setattr(command, "parts", lambda given: rows.items())
    monkeypatch.setattr(command, "installed", lambda name: True)
    command.main(["--picture", str(tmp_path / "x.png")])
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert len(drawn[0].axes) == panels
    labels = [text for axes in drawn[0].axes for text in axes.texts]
    assert len(labels) == ("steps" in only)
    assert all(label.get_bbox_patch().get_facecolor() == (1, 1, 1, 1) for label in labels)


def test_without_a_ratio_there_is_no_picture(drawn, tmp_path, capsys):
    picture.draw({"steps": [{"peer": "numpy", "µs": 1.0}]}, {}, tmp_path / "x.png")
    assert capsys.readouterr().out == "the picture is left out: nothing was compared with torch\n"
    assert not drawn


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("--json /nonexistent/x.json", "--json needs a folder that exists, but /nonexistent does not: make it first"),
        ("--picture /nonexistent/x.png", "--picture needs a folder that exists, but /nonexistent does not: make it"),
        ("--json .", "--json needs a file that can be written, but . cannot: give another"),
        ("--picture x.xyz", "svgz, tif, tiff, webp, but it is x.xyz"),
        ("--picture x", "--picture needs a name that ends in one of "),
        (
            "--picture x.png --only scalar memory",
            "--picture shows workloads and the sweep, but --only names scalar, memory: add one of them",
        ),
        (
            "--picture x.png --peers numpy jax",
            "--picture shows ratios to torch, so it needs torch and another of the peers, but has numpy, jax",
        ),
        ("--picture x.png --peers torch", "another of the peers, but has torch"),
        ("--picture x.png --peers torch autograd --only sweep", "another of the peers, but has torch"),
        ("--picture x.png --peers torch torch.compile --smoke", "another of the peers, but has torch"),
    ],
)
def test_what_cannot_be_written_or_drawn_is_said_before_the_run(given, message, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(command, "installed", lambda name: True)
    monkeypatch.setattr(command, "parts", lambda given: pytest.fail("it runs"))
    with pytest.raises(SystemExit):
        command.main(given.split())
    assert message in capsys.readouterr().err


def test_picture_of_the_sweep(tmp_path):
    pytest.importorskip("matplotlib")
    sweep = [
        {"workload": work.name, "threads": threads, "peer": "tensorgrad", "of torch": 0.5}
        for threads in ("1", "default")
        for work in SWEEP["width"].values()
    ]
    picture.draw({"sweep": sweep}, {"processor": "x", "date": "y"}, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10000


def test_the_sweep_is_as_wide_as_it_says():
    assert [min(SWEEP["width"]), max(SWEEP["width"])] == [16, 2048]
    assert [min(SWEEP["depth"]), max(SWEEP["depth"])] == [1, 32]
    assert [min(SWEEP["batch"]), max(SWEEP["batch"])] == [1, 4096]
    assert len(workloads.POINTS) == len(set(workloads.POINTS))
    for depth, work in SWEEP["depth"].items():
        assert len(workloads.problem(work)[0]) == depth
