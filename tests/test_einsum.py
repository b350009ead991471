"""einsum and tensordot against PyTorch: values, gradients, broadcasting, diagonals, ellipses, errors."""

import numpy as np
import pytest
from against_torch import compare_written_once, error_of, same_outcome, torch

import tensorgrad as tg

RNG = np.random.default_rng(4)

EQUATIONS = [
    ("ij,jk", (2, 3), (3, 4)), ("ij,jk->ki", (2, 3), (3, 4)), ("ij,kj->ik", (2, 3), (4, 3)), ("ba", (2, 3)),
    ("bA", (2, 3)), ("aB,Bc", (2, 3), (3, 4)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("iji->j", (3, 2, 3)),
    ("iii->i", (3, 3, 3)), ("ii->", (3, 3)), ("iijj->ij", (2, 2, 3, 3)), ("ij->", (2, 3)), ("ij->j", (2, 3)),
    ("ijk->kij", (2, 3, 4)), ("i,j->ij", (2,), (3,)), ("i,i", (3,), (3,)), ("i,i->i", (3,), (3,)),
    ("i,i,i->i", (3,), (3,), (3,)), ("ij,ij->i", (2, 3), (2, 3)), ("ij,ji->", (2, 3), (3, 2)), (",", (), ()),
    ("->", ()), (",i->i", (), (3,)), ("i,->i", (3,), ()), ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)), ("bhqk,bhkd->bqhd", (2, 2, 3, 5), (2, 2, 5, 4)),
    ("bn,anm,bm->ba", (2, 3), (4, 3, 5), (2, 5)), ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)),
    ("ij,jk,ki->", (2, 3), (3, 4), (4, 2)), ("ij,k->ik", (2, 3), (4,)), ("ij,kl->", (2, 3), (4, 5)),
    ("ik,jk,k->ij", (2, 3), (4, 3), (3,)), ("ijk,ilm,njm,nlk->", (2, 3, 4), (2, 5, 6), (3, 3, 6), (3, 5, 4)),
    ("ii,ij->j", (3, 3), (3, 2)), (" i j , j k -> i k ", (2, 3), (3, 4)), ("...ij,...jk->...ik", (5, 2, 3), (3, 4)),
    ("...ij,...jk->...ik", (5, 1, 2, 3), (6, 3, 4)), ("...ij->ij", (5, 2, 3)), ("i...->...", (5, 2, 3)),
    ("i...", (5, 2, 3)), ("...,...->...", (3, 2), (2,)), ("...,...", (3, 1), (1, 2)), ("...ii->...i", (4, 3, 3)),
    ("a...b->b...a", (2, 3, 4)), ("ij,jk->ik...", (2, 3), (3, 4)), ("...i,...i->...", (2, 3), (2, 3)),
    ("i...j,jk->i...k", (2, 5, 3), (3, 4)), ("...", (2, 3)), ("...->", (2, 3)), ("ij,jk->ik", (2, 1), (3, 4)),
    ("ij,ij->j", (1, 3), (2, 3)), ("ij,ij->ij", (1, 3), (2, 1)), ("i,i->", (1,), (3,)), ("ij->ij", (1, 2)),
    ("i,i", (0,), (0,)), ("ij,ij->i", (2, 0), (2, 0)), ("ij,jk->ik", (0, 3), (3, 2)),
    ("...i,...i->...i", (2, 0, 3), (1, 3)), ("ij,jk->ik", (2, 0), (0, 3)), ("ij,j->i", (2, 1), (0,)),
]  # fmt: skip


@pytest.mark.parametrize("case", EQUATIONS, ids=lambda case: f"{case[0]} {case[1:]}")
def test_einsum(case):
    equation, *shapes = case
    inputs = [RNG.normal(size=shape) for shape in shapes]
    compare_written_once(lambda t, *xs: t.einsum(equation, *xs), *inputs)
    compare_written_once(lambda t, *xs: t.einsum(equation, list(xs)), *(x.astype(np.float32) for x in inputs))


@pytest.mark.parametrize(
    ("shapes", "numbers"),
    [
        (((2, 3), (3, 4)), ([0, 1], [1, 2], [0, 2])),
        (((2, 3), (3, 4)), ((5, 1), (1, 2))),
        (((2, 3),), ([30, 1],)),
        (((2, 3),), ([51, 25], [])),
        (((3, 3),), ([0, 0], [0])),
        (((2, 3, 4),), ([..., 0], [0, ...])),
        (((5, 2, 3), (3, 4)), ([..., 26, 0], [..., 0, 1], [..., 26, 1])),
        (((2,), (2,), (2,)), ([7], [7], [7], [7])),
    ],
)
def test_einsum_by_numbers(shapes, numbers):
    inputs = [RNG.normal(size=shape) for shape in shapes]

    def call(t, *xs):
        pairs = [part for pair in zip(xs, numbers, strict=False) for part in pair]
        return t.einsum(*pairs, *numbers[len(xs) :])

    compare_written_once(call, *inputs)


def test_views_and_one_operand_twice():
    x = RNG.normal(size=(3, 4))
    compare_written_once(lambda t, x: t.einsum("ij,ik->jk", x, x), x)
    compare_written_once(lambda t, x: t.einsum("ij,jk->ik", x.T, x[:, ::2]), x)


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "bool"])
def test_einsum_of_integers(dtype):
    x = np.array([[1, 2, 0], [0, 3, 1]]).astype(dtype)
    for equation in ("ij->ji", "ij,ij->ij", *(("ij,kj->ik", "ij->i", "ij->") if dtype != "bool" else ())):
        same_outcome(
            lambda t, equation=equation: t.einsum(equation, *[t.tensor(x)] * (1 + equation.count(","))),
            (dtype, equation),
        )
    same_outcome(lambda t: t.einsum("ij,ij->ij", t.tensor(x), t.ones(2, 3)))


EINSUM_ERRORS = {
    "einsum: 'ij' in 'ij' has 2 letters for 3 dimensions": lambda t: t.einsum("ij", t.ones(2, 3, 4)),
    "einsum: 'ijk' in 'ijk' has 3 letters for 2 dimensions": lambda t: t.einsum("ijk", t.ones(2, 3)),
    "einsum 'ii': 'i', twice in one operand, has sizes 2 and 3": lambda t: t.einsum("ii", t.ones(2, 3)),
    "einsum 'ii->i': 'i', twice in one operand, has sizes 1 and 2": lambda t: t.einsum("ii->i", t.ones(1, 2)),
    "einsum 'ij,jk->ik': dimensions that go together have sizes 3 and 2": lambda t: t.einsum(
        "ij,jk->ik", t.ones(2, 3), t.ones(2, 4)
    ),
    "einsum '...,...': dimensions that go together have sizes 2 and 3": lambda t: t.einsum(
        "...,...", t.ones(3, 2), t.ones(3)
    ),
    "einsum: 'k' of the result is not in any operand in 'ij->ik'": lambda t: t.einsum("ij->ik", t.ones(2, 3)),
    "einsum: 'i' of the result appears more than once in 'ij->ii'": lambda t: t.einsum("ij->ii", t.ones(2, 3)),
    "einsum: 'ij,jk' names 2 operands, but got 1": lambda t: t.einsum("ij,jk", t.ones(2, 3)),
    "einsum: 'ij' names 1 operands, but got 2": lambda t: t.einsum("ij", t.ones(2, 3), t.ones(2)),
    "einsum: 'i1' may have letters, commas, one '->' and one '...' an operand only": lambda t: t.einsum(
        "i1", t.ones(2, 3)
    ),
    "einsum: '......' may have": lambda t: t.einsum("......", t.ones(2)),
    "einsum: '..i' may have": lambda t: t.einsum("..i", t.ones(2)),
    "einsum: 'i->i->i' may have": lambda t: t.einsum("i->i->i", t.ones(2)),
    "einsum: argument 1 must be a Tensor, but it is a int": lambda t: t.einsum("", 3),
    "einsum: a subscript must be from 0 to 51, or Ellipsis, but got 52 in [0, 52]": lambda t: t.einsum(
        t.ones(2, 3), [0, 52]
    ),
    "einsum: a subscript must be from 0 to 51, or Ellipsis, but got -1 in (-1,)": lambda t: t.einsum(t.ones(2), (-1,)),
    "einsum: a subscript must be from 0 to 51, or Ellipsis, but got 1.5 in [1.5]": lambda t: t.einsum(t.ones(2), [1.5]),
    "einsum: a list of numbers is needed for each Tensor, but got a str": lambda t: t.einsum(t.ones(2), "i"),
    "einsum: needs an equation and Tensors, or Tensors each with its list of numbers": lambda t: t.einsum(t.ones(2)),
    "einsum: 'D' of the result is not in any operand in 'AB->AD'": lambda t: t.einsum(t.ones(2, 3), [0, 1], [0, 3]),
    "matrix products need operands of one dtype, but got float32 and float64": lambda t: t.einsum(
        "i,i", t.ones(2), t.ones(2).double()
    ),
}


@pytest.mark.parametrize("text", EINSUM_ERRORS)
def test_errors_of_einsum(text):
    ours = error_of(EINSUM_ERRORS[text], tg)
    assert text in str(ours)
    assert isinstance(ours, type(error_of(EINSUM_ERRORS[text], torch)))


DOTS = [
    ((2, 3, 4), (3, 4, 5), 2), ((2, 3), (3, 4), 1), ((2, 3), (2,), 0), ((), (), 0), ((2, 3), (4, 3), ([1], [1])),
    ((2, 3, 4), (4, 5, 2), ([0, -1], [2, 0])), ((2, 3), (1, 2), ([1, 0], [0, 1])), ((2, 3), (2, 3), ((0, 1), (0, 1))),
    ((2, 0), (0, 3), 1), ((2, 3), (3,), 1),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "dims"), DOTS)
def test_tensordot(a, b, dims):
    compare_written_once(lambda t, x, y: t.tensordot(x, y, dims), RNG.normal(size=a), RNG.normal(size=b))


def test_tensordot_by_default():
    compare_written_once(lambda t, x, y: t.tensordot(x, y), RNG.normal(size=(5, 2, 3)), RNG.normal(size=(2, 3, 4)))
    compare_written_once(
        lambda t, x, y: t.tensordot(x, y, dims=t.tensor(1)), RNG.normal(size=(5, 2)), RNG.normal(size=2)
    )


DOT_ERRORS = {
    "tensordot: dims must be from 0 to 1, but got 3": lambda t: t.tensordot(t.ones(2, 3), t.ones(2), 3),
    "tensordot: dims must be from 0 to 1, but got -1": lambda t: t.tensordot(t.ones(2, 3), t.ones(2), -1),
    "tensordot: dims must name as many dimensions of a as of b, each once, but got ([1, 0], [0])": lambda t: (
        t.tensordot(t.ones(2, 3), t.ones(4, 3), ([1, 0], [0]))
    ),
    "each once, but got ([1, 1], [0, 0])": lambda t: t.tensordot(t.ones(2, 3), t.ones(3, 2), ([1, 1], [0, 0])),
    "tensordot: dimensions that go together have sizes 3 and 4": lambda t: t.tensordot(t.ones(2, 3), t.ones(4, 3), 1),
    "tensordot: dimension out of range (expected to be in range of [-2, 1], but got 2)": lambda t: t.tensordot(
        t.ones(2, 3), t.ones(3, 2), ([1], [2])
    ),
}


@pytest.mark.parametrize("text", DOT_ERRORS)
def test_errors_of_tensordot(text):
    ours = error_of(DOT_ERRORS[text], tg)
    assert text in str(ours)
    assert isinstance(ours, type(error_of(DOT_ERRORS[text], torch)))
