"""Reductions against PyTorch: the largest and where it is, of nothing, degrees of freedom."""

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, of, same, torch
from op_cases import TIES, array

import tensorgrad as tg


@pytest.mark.parametrize("name", ["max", "min"])
def test_extreme_along_a_dimension(name):
    """Values, indices and gradients: where several are equal, the first one's."""
    x = array([[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0], [np.nan, 5.0, np.nan, 5.0]], np.float32)
    for args in ((0,), (1,), (-1, True)):
        indices = [getattr(of(t, x), name)(*args).indices for t in (tg, torch)]
        same(*indices)
        compare_written_once(lambda t, x, args=args: getattr(x, name)(*args).values, x)
        same(*(getattr(of(t, x), f"arg{name}")(*args) for t in (tg, torch)))
    same(*(getattr(of(t, x[:2]), f"arg{name}")() for t in (tg, torch)))
    compare_written_once(lambda t, x: getattr(x, name)(), x[:2])
    compare_written_once(lambda t, a, b: getattr(t, name)(a, b), *(array(v) for v in TIES))
    compare_written_once(lambda t, x: getattr(x, name)(0).values, array(2.0))
    for args in ((), (0,), (1,), (None, True)):
        same(*(getattr(of(t, x > 2), "any" if name == "max" else "all")(*args[:1]) for t in (tg, torch)))


EMPTY = {
    "sum": lambda t: t.zeros(0).sum(),
    "sum of rows": lambda t: t.zeros(0, 3).sum(0),
    "mean": lambda t: t.zeros(0).mean(),
    "mean of rows": lambda t: t.zeros(0, 3).mean(0, keepdim=True),
    "var elsewhere": lambda t: t.zeros(0, 3).var(1),
    "all": lambda t: t.zeros(0).all(),
    "any": lambda t: t.zeros(0, 3).any(1),
    "amax elsewhere": lambda t: t.zeros(0, 3).amax(1),
    "max elsewhere": lambda t: t.zeros(0, 3).max(1).values,
    "argmax elsewhere": lambda t: t.zeros(0, 3).argmax(1),
    "matmul": lambda t: t.zeros(2, 0) @ t.zeros(0, 3),
}


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
@pytest.mark.parametrize("name", EMPTY)
def test_of_nothing(name):
    same(EMPTY[name](tg), EMPTY[name](torch))


def test_largest_of_nothing_raises():
    for function in (
        lambda t: t.zeros(0).max(),
        lambda t: t.zeros(0, 3).max(0),
        lambda t: t.zeros(0).argmax(),
        lambda t: t.zeros(0, 3).argmin(0),
    ):
        assert isinstance(error_of(function, tg), type(error_of(function, torch)))


@pytest.mark.parametrize("dtype", FLOATS)
def test_degrees_of_freedom(dtype):
    x = array([[1.0, 3.0, 4.0], [1.0, 2.0, 2.0]], dtype)
    for options in ({"correction": 1}, {"correction": 0}, {"unbiased": False}, {"correction": 0.5}):
        compare_written_once(lambda t, x, options=options: t.var(x, 1, **options), x, about=options)
    with pytest.warns(UserWarning, match="degrees of freedom"):
        theirs = torch.ones(1, 1).var(1)
    same(tg.ones(1, 1).var(1), theirs)
