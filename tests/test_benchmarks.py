"""The benchmarks work; what they measure is never tested."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import chains, imports, memory, peers, picture, scalar, steps, surroundings, tables, turns, workloads
from benchmarks.peers import PEERS
from benchmarks.workers import Failure, Worker, numbers
from benchmarks.workloads import SWEEP, WORKLOADS, tiny

ROOT = Path(__file__).parent.parent
TINY = {work.name: tiny(work) for work in WORKLOADS}


def test_smoke(tmp_path):
    pytest.importorskip("matplotlib")
    out, drawn = tmp_path / "results.json", tmp_path / "pictures" / "results.png"
    options = ["--smoke", "--peers", "tensorgrad", "numpy", "numpy-tuned", "--json", out, "--picture", drawn]
    run = subprocess.run([sys.executable, "-m", "benchmarks", *options], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "sweep: works" in run.stdout
    assert "µs" not in run.stdout
    saved = json.loads(out.read_text(encoding="utf-8"))
    assert saved["smoke"]
    assert set(saved["results"]) - {"memory, MB"} == {"imports", "overhead, ns", "scalar", "steps", "sweep"}
    assert {row["workload"] for row in saved["results"]["steps"]} == set(TINY)
    assert saved["machine"]["numpy"]
    assert drawn.read_bytes().startswith(b"\x89PNG")


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
    assert turns.ratios([1, 2, 3], [2, 2, 2], "torch") == {"of torch": 1.0, "of torch, quartiles": "0.500 to 1.500"}


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
