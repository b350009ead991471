"""examples/bridge.py: the three rounds compute the same loss and the same gradients."""

import runpy
from pathlib import Path

import pytest

import tensorgrad as tg

BRIDGE = runpy.run_path(str(Path(__file__).parent.parent / "examples/bridge.py"))


def test_the_three_rounds_agree():
    points, labels = tg.datasets.moons(20, generator=tg.Generator().manual_seed(0)).tensors
    rounds = [build(points.to(tg.float64), 1 - 2 * labels) for build in BRIDGE["ROUNDS"].values()]
    losses = [each.step() for each in rounds]
    gradients = [each.gradients() for each in rounds]
    assert losses == pytest.approx([losses[0]] * 3, rel=1e-12)
    assert len(gradients[0]) == 337
    assert sum(g != 0 for g in gradients[0]) > 200
    for others in gradients[1:]:
        assert others == pytest.approx(gradients[0], rel=1e-12, abs=1e-12)
    assert [each.step() for each in rounds] == losses  # nothing is left over from the step before
    assert [each.gradients() for each in rounds] == gradients


def test_it_prints_a_table(capsys):
    BRIDGE["main"](samples=10, times=1)
    *lesson, heading, values, numbers, matrices = capsys.readouterr().out.splitlines()
    assert sum(line.partition(":")[0] in BRIDGE["ROUNDS"] for line in lesson) == 3
    assert heading.split()[0] == "loss"
    assert values.endswith(" 1.0")
    assert [row[:20].rstrip() for row in (values, numbers, matrices)] == list(BRIDGE["ROUNDS"])
    assert values[22:36] == numbers[22:36] == matrices[22:36]
