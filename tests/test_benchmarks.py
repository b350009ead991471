"""The benchmarks work; what they measure is never tested."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["overhead", "step", "scalar", "imports"])
def test_smoke(name, tmp_path):
    out = tmp_path / "results.json"
    run = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--smoke", "--json", str(out)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert ": works" in run.stdout
    saved = json.loads(out.read_text())
    assert saved["smoke"]
    assert saved["results"]
    assert saved["machine"]["numpy"]


@pytest.mark.parametrize("name", ["overhead", "step"])
def test_wrong_gradient_is_noticed(name):
    """Nothing is timed if the contestants do not compute the same."""
    broken = f"""
import numpy as np
import tensorgrad as tg
from tensorgrad.tensor import Leaf
accumulate = Leaf.accumulate
Leaf.accumulate = lambda leaf, share, g: accumulate(leaf, share * 1.001, g)
from benchmarks import {name}
{"overhead.measure('tanh', 24, 1)" if name == "overhead" else "step.measure('lecture', 1, ['tensorgrad'], True)"}
"""
    run = subprocess.run([sys.executable, "-c", broken], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode != 0
    assert "Not equal to tolerance" in run.stderr


def test_wrong_gradient_of_a_value_is_noticed():
    pytest.importorskip("micrograd")
    broken = """
from tensorgrad.scalar import value
multiply = value._mul
def wrong(out):
    out.grad *= 1.001
    multiply(out)
value._mul = wrong
from benchmarks import scalar
scalar.measure(1, 10)
"""
    run = subprocess.run([sys.executable, "-c", broken], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode != 0
    assert "Not equal to tolerance" in run.stderr


def test_without_micrograd_the_benchmark_says_how_to_get_it():
    hidden = "import sys; sys.modules['micrograd'] = None; from benchmarks import scalar; scalar.main(['--smoke'])"
    run = subprocess.run([sys.executable, "-c", hidden], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "micrograd is not installed, so there is nothing to compare with: pip install micrograd",
        "scalar training step: works",
    ]
