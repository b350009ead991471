"""Dtypes against PyTorch: promotion, conversion, integers in floating-point functions, float32 throughout."""

import itertools
from typing import Any

import numpy as np
import pytest
from against_torch import compare_written_once, of, same, same_outcome, torch
from expectations import refused
from op_cases import array

import tensorgrad as tg

DTYPES = ["bool", "uint8", "int32", "int64", "float32", "float64"]


ARITHMETIC = {
    "+": lambda t, a, b: a + b,
    "-": lambda t, a, b: a - b,
    "*": lambda t, a, b: a * b,
    "/": lambda t, a, b: a / b,
    "**": lambda t, a, b: a**b,
    "==": lambda t, a, b: a == b,
    "<": lambda t, a, b: a < b,
    "maximum": lambda t, a, b: t.maximum(a, b),
    "where": lambda t, a, b: t.where(t.tensor([True, False, True]), a, b),
    "cat": lambda t, a, b: t.cat([a.reshape(-1), b.reshape(-1)]),
}


NUMBERS_TOO = [symbol for symbol in ARITHMETIC if symbol not in ("maximum", "cat")]


def result_or_error(function: Any, library: Any, *inputs: Any) -> Any:
    try:
        return function(library, *(of(library, x) for x in inputs))
    except (TypeError, RuntimeError) as error:
        return error


@pytest.mark.parametrize("symbol", ARITHMETIC)
def test_promotion_of_two_tensors(symbol):
    values = [array([1, 3, 2]), array(2)]
    for a, b, s, t in itertools.product(values, values, DTYPES, DTYPES):
        inputs = a.astype(s), b.astype(t)
        theirs = result_or_error(ARITHMETIC[symbol], torch, *inputs)
        ours = result_or_error(ARITHMETIC[symbol], tg, *inputs)
        about = f"{s}{a.shape} {symbol} {t}{b.shape}"
        if not isinstance(theirs, Exception):
            same(ours, theirs, about)
            if not (symbol == "**" and "bool" in (s, t)):  # PyTorch has no gradient there
                compare_written_once(ARITHMETIC[symbol], *inputs, about=about)
        elif "bool" not in (s, t):  # PyTorch refuses differences and powers of bools; here they count as 0 and 1
            assert isinstance(ours, Exception), about


@pytest.mark.parametrize("symbol", NUMBERS_TOO)
def test_promotion_with_a_number(symbol):
    for x, dtype, number in itertools.product([array([1, 3, 2]), array(2)], DTYPES, [2, 0, 2.5]):
        for pair in ((x.astype(dtype), number), (number, x.astype(dtype))):
            theirs = result_or_error(ARITHMETIC[symbol], torch, *pair)
            with np.errstate(all="ignore"):
                ours = result_or_error(ARITHMETIC[symbol], tg, *pair)
            about = f"{pair[0]!r} {symbol} {pair[1]!r}"
            if not isinstance(theirs, Exception):
                same(ours, theirs, about)
            elif dtype != "bool":
                assert isinstance(ours, Exception), about


@pytest.mark.parametrize("dtype", DTYPES)
def test_integers_in_floating_point_functions(dtype):
    x = array([1, 2, 3, 1]).astype(dtype)
    for name in ("exp", "sqrt", "tanh", "sigmoid"):
        compare_written_once(lambda t, x, name=name: getattr(t, name)(x), x, about=name)
    for name in ("sum", "amax", "amin", "max", "min"):
        compare_written_once(lambda t, x, name=name: getattr(t, name)(x), x, about=name)
        compare_written_once(lambda t, x, name=name: getattr(t, name)(x.reshape(2, 2)), x, about=name)
    if dtype != "bool":
        for name in ("relu", "neg", "abs"):
            compare_written_once(lambda t, x, name=name: getattr(t, name)(x), x, about=name)
        compare_written_once(lambda t, x: x.clamp(1), x)
        compare_written_once(lambda t, x: x.clamp(0.5, 1.5), x)
        compare_written_once(lambda t, x: x @ x.reshape(4, 1), x)


@pytest.mark.parametrize("name", ["mean", "var"])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64"])
def test_mean_of_integers_raises(name, dtype):
    for library in (tg, torch):
        with pytest.raises(RuntimeError, match="floating"):
            getattr(library.tensor([1, 2]).to(getattr(library, dtype)), name)()


@pytest.mark.parametrize(("source", "target"), list(itertools.product(DTYPES, DTYPES)))
def test_conversion(source, target):
    x = array([0, 1, 2, 1.75]).astype(source)
    y, z = (of(t, x).to(getattr(t, target)) for t in (tg, torch))
    same(y, z)
    assert y.requires_grad == z.requires_grad
    if z.requires_grad:
        compare_written_once(lambda t, x: x.to(getattr(t, target)), x)


def test_sum_in_another_dtype():
    x = np.full((2, 3), 1.5, np.float32)
    compare_written_once(lambda t, x: x.sum(dtype=t.float64), x)
    compare_written_once(lambda t, x: x.sum(1, dtype=t.float64), x)
    compare_written_once(lambda t, x: x.detach().sum(dtype=t.int64), x)


def test_float32_stays_float32():
    """Through everything a model does, with Python numbers, NumPy numbers and single elements."""
    w = tg.tensor([[0.5, -1.0, 2.0], [1.0, 0.0, -0.5]], requires_grad=True)
    x = tg.tensor([[1.0, 2.0, 3.0], [0.0, -1.0, 2.0], [1.0, 1.0, 0.0]])
    steps = [tg.nn.functional.linear(x, w)]
    steps.append((2 * steps[-1] + 0.5) / 3 - 1)
    steps.append(steps[-1].tanh() ** 2 + np.float64(1) * steps[-1].sigmoid())
    steps.append((steps[-1] - steps[-1].mean(0)) / (steps[-1].var(0, keepdim=True) + 1e-5).sqrt())
    steps.append(steps[-1].max(1).values.exp() * steps[-1].amax())
    steps.append(steps[-1].softmax(0).clamp(0.01, 1) @ steps[-1])
    steps.append(tg.nn.functional.cross_entropy(steps[3], tg.tensor([0, 1, 1]), label_smoothing=0.1) * steps[-1])
    steps.append(tg.nn.functional.mse_loss(steps[3], x[:, :2]) * 2 + steps[-1])
    bce, doubles = tg.nn.functional.binary_cross_entropy_with_logits, tg.tensor([0.5, 2.0], dtype=tg.float64)
    steps.append(bce(steps[3], (x > 0)[:, :2].float(), doubles, pos_weight=doubles) + steps[-1])
    steps.append(tg.nn.functional.cross_entropy(steps[3], tg.tensor([0, 1, 1]), doubles) + steps[-1])
    for step in steps:
        step.retain_grad()
    steps[-1].backward()
    assert {y.dtype for step in (w, *steps) for y in (step, step.grad)} == {tg.float32}


ALL = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]


def in_torch(name):
    return getattr(torch, name)


def test_promotion_of_dtypes():
    for a, b in itertools.product(ALL, ALL):
        expected = str(torch.promote_types(in_torch(a), in_torch(b))).removeprefix("torch.")
        assert tg.promote_types(getattr(tg, a), getattr(tg, b)) is getattr(tg, expected), (a, b)
        assert tg.can_cast(getattr(tg, a), getattr(tg, b)) is torch.can_cast(in_torch(a), in_torch(b)), (a, b)


def test_result_type():
    sizes = [lambda t, d: t.ones(2, dtype=getattr(t, d)), lambda t, d: t.tensor(1, dtype=getattr(t, d))]
    tensors = [lambda t, s=s, d=d: s(t, d) for s in sizes for d in ALL]
    for a, b in itertools.product([*tensors, *(lambda t, n=n: n for n in (True, 2, 2.5))], repeat=2):
        pairs = ((a(t), b(t)) for t in (tg, torch))
        ours, theirs = (t.result_type(*pair) for t, pair in zip((tg, torch), pairs, strict=True))
        assert str(ours) == str(theirs)


@pytest.mark.parametrize(
    ("kind", "name"),
    [*(("finfo", d) for d in ("float16", "float32", "float64")), *(("iinfo", d) for d in ALL[1:6])],
)
def test_limits(kind, name):
    ours, theirs = getattr(tg, kind)(getattr(tg, name)), getattr(torch, kind)(in_torch(name))
    assert repr(ours) == repr(theirs)
    attributes = {a for a in dir(theirs) if not a.startswith("_")}
    assert attributes == {a for a in dir(ours) if not a.startswith("_")}
    for attribute in attributes:
        x, y = getattr(ours, attribute), getattr(theirs, attribute)
        assert (type(x), x) == (type(y), y), attribute


def test_limits_of_the_default_dtype_and_of_others():
    assert repr(tg.finfo()) == repr(torch.finfo())
    for kind, dtype, sentence in (
        ("finfo", "int32", "finfo: needs a floating-point dtype, but got int32; integers have iinfo"),
        ("iinfo", "float32", "iinfo: needs an integer dtype, but got float32; floating-point ones have finfo"),
        ("iinfo", "bool", "iinfo: needs an integer dtype, but got bool; floating-point ones have finfo"),
    ):
        refused(TypeError, sentence, getattr(tg, kind), getattr(tg, dtype))
        with pytest.raises(TypeError):
            getattr(torch, kind)(in_torch(dtype))


# What a factor, or memory that is written to, does to the dtype


def ints(t):
    return t.tensor([[1, 2], [3, 4]])


def bytes_(t):
    return t.tensor([200, 3], dtype=t.uint8)


KEPT = {
    "add of halves": lambda t: t.ones(2, dtype=t.float16).add(t.tensor([1, 3]), alpha=0.5),
    "sub of a wider number": lambda t: t.ones(2).sub(t.tensor(2.0, dtype=t.float64), alpha=0.5),
    "add of a mask": lambda t: bytes_(t).add(bytes_(t) > 5, alpha=2),
    "add of masks": lambda t: (bytes_(t) > 5).add(bytes_(t) > 2, alpha=2),
    "add of a negative": lambda t: bytes_(t).add(1, alpha=-4),
    "add_ of a negative": lambda t: bytes_(t).add_(bytes_(t), alpha=-2),
    "add_ of int64": lambda t: bytes_(t).add_(t.tensor([1, 300])),
    "mul_ of int64": lambda t: bytes_(t).int().mul_(t.tensor([1, 2])),
    "addcmul": lambda t: ints(t).addcmul(ints(t), ints(t), value=1.5),
    "addcmul of bytes": lambda t: t.ones(2).addcmul(bytes_(t), bytes_(t), value=2),
    "addcmul with a number": lambda t: t.ones(2).addcmul(ints(t)[0], t.tensor(0.3, dtype=t.float64)),
    "addcdiv": lambda t: t.ones(2, dtype=t.float16).addcdiv(ints(t)[0], t.tensor(3.0), value=0.5),
    "addmm": lambda t: ints(t).addmm(ints(t), ints(t), beta=1.5, alpha=0.5),
    "addmm, uint8": lambda t: bytes_(t).addmm(ints(t).to(t.uint8), ints(t).to(t.uint8), alpha=3),
    "prod, int32": lambda t: ints(t).prod(dtype=t.int32),
    "prod, uint8": lambda t: (ints(t) * 5).prod(1, dtype=t.uint8),
    "prod, bool": lambda t: ints(t).prod(0, dtype=t.bool),
    "tensordot of one row": lambda t: t.tensordot(
        bytes_(t).reshape(2, 1), t.ones(3, 1, dtype=t.uint8), ([1, 0], [0, 1])
    ),
    "max of masks": lambda t: tuple((ints(t) > 2).max(1)),
}


@pytest.mark.parametrize("name", KEPT)
def test_dtype_is_kept(name):
    same_outcome(KEPT[name], name)


def test_an_input_times_zero_has_the_gradient_zero():
    """With beta=0 the gradient of the input is 0, not none, and what it holds does not matter."""
    compare_written_once(lambda t, x, a: t.addmm(x, a, a, beta=0), np.array([np.nan, 1]), np.ones((2, 2)))


def test_histogram_of_half():
    hist, edges = tg.tensor([0.0, 1.0, 1.0], dtype=tg.float16).histogram(2, density=True)
    assert (hist.dtype, edges.dtype) == (tg.float16, tg.float16)
    assert (edges.tolist(), hist.sum().item()) == ([0, 0.5, 1], 2)
