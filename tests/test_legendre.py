"""The example that fits a Legendre polynomial to sine: what it prints, and PyTorch's coefficients."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tensorgrad as tg

EXAMPLE = Path(__file__).parents[1] / "examples" / "legendre.py"


def test_it_prints_what_it_found():
    run = subprocess.run(
        [sys.executable, EXAMPLE], capture_output=True, text=True, check=True, timeout=60, cwd=EXAMPLE.parents[1]
    )
    lines = run.stdout.splitlines()
    assert [line[:9] for line in lines[:-1]] == ["step  500", "step 1000", "step 1500", "step 2000"]
    assert float(lines[-2].split()[-1]) == pytest.approx(8.944, abs=0.01)
    found = re.fullmatch(r"sin\(x\) is about (\S+) \+ (\S+) P3\((\S+) \+ (\S+) x\)", lines[-1])
    assert [float(number) for number in found.groups()] == pytest.approx([0, -2.2085, 0, 0.2555], abs=1e-3)
    assert len(EXAMPLE.read_text("utf-8").splitlines()) < 60


def test_the_same_program_on_pytorch_finds_the_same(monkeypatch):
    torch = pytest.importorskip("torch")
    ours = runpy.run_path(str(EXAMPLE))["fit"](report=lambda line: None)
    monkeypatch.setitem(sys.modules, "tensorgrad", torch)
    theirs = runpy.run_path(str(EXAMPLE))["fit"](report=lambda line: None)
    assert all(isinstance(p, tg.Tensor) for p in ours)
    assert all(isinstance(p, torch.Tensor) for p in theirs)
    found, expected = ([p.item() for p in those] for those in (ours, theirs))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
