"""Every operation against PyTorch: the table of cases, kinks, dimensions, the kinds of errors, and what differs."""

import operator
from typing import Any

import numpy as np
import pytest
from against_torch import FLOATS, compare, compare_written_once, error_of, of, same, torch
from op_cases import KINKS, TABLE

import tensorgrad as tg
from tensorgrad.operation import OPS

NAMES = sorted(OPS)


# The table


def compare_case(name: str, row: Any, case: Any, dtype: str) -> None:
    ours, theirs = row.ours(name), row.theirs(name, torch)
    compare(
        lambda *xs: ours(*xs, *case.args, **case.options),
        lambda *xs: theirs(*xs, *of(torch, case.args, grad=False), **case.options),
        case.draw(row.domain, np.dtype(dtype)),
        case,
    )


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", NAMES)
def test_every_case(name, dtype):
    for case in TABLE[name].cases:
        compare_case(name, TABLE[name], case, dtype)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", KINKS)
def test_kinks(name, dtype):
    with np.errstate(all="ignore"):  # where NumPy warns of a pole, PyTorch is silent
        for case in KINKS[name]:
            compare_case(name, TABLE[name], case, dtype)


def test_wrong_alike_in_forward_and_backward_fails():
    """A test of the tests: a rule that is the derivative of its own wrong function passes the gradient tests."""

    def almost_tanh(x):
        return tg.tanh(x) * (1 + 1e-4)

    for dtype in FLOATS:
        x = [np.array([0.5, 1.0], dtype)]
        compare(tg.tanh, torch.tanh, x)
        with pytest.raises(AssertionError):
            compare(almost_tanh, torch.tanh, x)
        with pytest.raises(AssertionError):
            compare(lambda x: tg.tanh(x).double(), torch.tanh, [np.array([0.5], np.float32)])
        with pytest.raises(AssertionError):
            compare(lambda x: x.detach().tanh() + 0 * x, torch.tanh, x)
        with pytest.raises(AssertionError):
            compare(lambda x: x.tanh().reshape(1, 2), torch.tanh, x)


# Dimensions


ALONG = {
    "sum": lambda t, x, d: x.sum(d), "mean": lambda t, x, d: x.mean(d), "var": lambda t, x, d: x.var(d, correction=0),
    "amax": lambda t, x, d: x.amax(d), "max": lambda t, x, d: x.max(d).values, "argmin": lambda t, x, d: x.argmin(d),
    "all": lambda t, x, d: x.all(d), "any": lambda t, x, d: x.any(d), "softmax": lambda t, x, d: x.softmax(d),
    "log_softmax": lambda t, x, d: x.log_softmax(d), "squeeze": lambda t, x, d: x.squeeze(d),
    "unsqueeze": lambda t, x, d: x.unsqueeze(d), "transpose": lambda t, x, d: x.transpose(0, d),
    "flatten": lambda t, x, d: x.flatten(d), "flatten to": lambda t, x, d: x.flatten(0, d),
    "cat": lambda t, x, d: t.cat([x, x], d), "stack": lambda t, x, d: t.stack([x, x], d),
    "take_along_dim": lambda t, x, d: x.take_along_dim((x * 0).long(), d),
    "sum of two": lambda t, x, d: x.sum((0, d)) if x.ndim else x,
}  # fmt: skip


def result_or_error_of(function: Any, library: Any, x: Any, dim: int) -> Any:
    try:
        return function(library, library.tensor(x), dim)
    except Exception as error:
        return error


@pytest.mark.parametrize("name", ALONG)
def test_every_dimension_in_and_out_of_range(name):
    """The same result, or the same kind of error: IndexError, mostly."""
    for shape in ((2, 3), (1,), ()):
        x = np.random.default_rng(5).normal(size=shape)
        for dim in range(-4, 5):
            theirs = result_or_error_of(ALONG[name], torch, x, dim)
            ours = result_or_error_of(ALONG[name], tg, x, dim)
            about = f"shape {shape}, dim {dim}"
            if isinstance(theirs, Exception):
                assert isinstance(ours, type(theirs)), f"{about}: {ours!r} against {theirs!r}"
                assert not isinstance(theirs, IndexError) or "out of range" in str(ours), f"{about}: {ours}"
            else:
                same(ours, theirs, about)


WORDS = {
    "sum": lambda t, x: x.sum(axis=1, keepdims=True),
    "mean": lambda t, x: x.mean(axis=(0, 1)),
    "var": lambda t, x: x.var(axis=0, keepdims=True),
    "amax": lambda t, x: x.amax(axis=1, keepdims=True),
    "softmax": lambda t, x: x.softmax(axis=1),
    "squeeze": lambda t, x: x[None].squeeze(axis=0),
    "unsqueeze": lambda t, x: x.unsqueeze(axis=0),
    "cat": lambda t, x: t.cat([x, x], axis=1),
    "stack": lambda t, x: t.stack([x, x], axis=2),
    "max": lambda t, x: x.max(axis=1, keepdims=True).values,
    "argmax": lambda t, x: x.argmax(axis=1, keepdims=True),
    "all": lambda t, x: x.all(axis=1, keepdims=True),
}


@pytest.mark.parametrize("name", WORDS)
def test_words_of_numpy(name):
    compare_written_once(WORDS[name], np.random.default_rng(4).normal(size=(2, 3)))


# Errors


ERRORS = {
    "add": lambda t: t.zeros(2) + t.zeros(3),
    "matmul": lambda t: t.zeros(2, 3) @ t.zeros(2, 3),
    "matmul of batches": lambda t: t.zeros(2, 2, 3) @ t.zeros(3, 3, 2),
    "matmul of a number": lambda t: t.tensor(1.0) @ t.zeros(2),
    "matmul of dtypes": lambda t: t.zeros(2) @ t.zeros(2).double(),
    "linear": lambda t: t.nn.functional.linear(t.zeros(2), t.zeros(2, 3)),
    "linear, bias": lambda t: t.nn.functional.linear(t.zeros(3), t.zeros(2, 3), t.zeros(3)),
    "linear, dtype": lambda t: t.nn.functional.linear(t.zeros(3), t.zeros(2, 3).double()),
    "linear, dtype of bias": lambda t: t.nn.functional.linear(t.zeros(3), t.zeros(2, 3), t.zeros(2).double()),
    "where": lambda t: t.where(t.zeros(2) > 0, t.zeros(3), t.zeros(1)),
    "take_along_dim": lambda t: t.zeros(2, 3).take_along_dim(t.zeros(1).long(), 1),
    "reshape": lambda t: t.zeros(4).reshape(3),
    "reshape, two unknown": lambda t: t.zeros(4).reshape(-1, -1),
    "reshape, no telling": lambda t: t.zeros(0, 3).reshape(0, -1),
    "reshape, negative": lambda t: t.zeros(4).reshape(-2, 2),
    "permute, twice": lambda t: t.zeros(2, 3).permute(0, 0),
    "permute, too few": lambda t: t.zeros(2, 3).permute(0),
    "permute, out of range": lambda t: t.zeros(2, 3).permute(0, 2),
    "expand": lambda t: t.zeros(3).expand(4),
    "expand, too few": lambda t: t.zeros(2, 3).expand(3),
    "expand, unknown": lambda t: t.zeros(3).expand(-1, 3),
    "flatten": lambda t: t.zeros(2, 3).flatten(1, 0),
    "cat": lambda t: t.cat([t.zeros(2, 2), t.zeros(2, 3)]),
    "cat of other ranks": lambda t: t.cat([t.zeros(2), t.zeros(2, 3)]),
    "cat of numbers": lambda t: t.cat([t.tensor(1.0), t.tensor(2.0)]),
    "stack": lambda t: t.stack([t.zeros(2), t.zeros(3)]),
    "sum, twice": lambda t: t.zeros(2, 3).sum((0, -2)),
    "squeeze, twice": lambda t: t.zeros(1, 3).squeeze((0, -2)),
    "write": lambda t: operator.setitem(t.zeros(2, 3), 0, t.zeros(2)),
    "power": lambda t: t.tensor([2]) ** -1,
    "bce": lambda t: t.nn.functional.binary_cross_entropy_with_logits(t.zeros(2), t.zeros(3)),
    "cross_entropy": lambda t: t.nn.functional.cross_entropy(t.zeros(2, 3), t.zeros(3).long()),
    "cross_entropy, class": lambda t: t.nn.functional.cross_entropy(t.zeros(2, 3), t.tensor([0, 3])),
    "cross_entropy, negative class": lambda t: t.nn.functional.cross_entropy(t.zeros(2, 3), t.tensor([0, -1])),
    "reduction": lambda t: t.nn.functional.mse_loss(t.zeros(2), t.zeros(2), reduction="average"),
    "text": lambda t: t.zeros(2) + "a",
    "list": lambda t: t.zeros(2) * [1.0, 2.0],
}


@pytest.mark.parametrize("name", ERRORS)
def test_kind_of_error(name):
    """Code that catches PyTorch's error catches ours."""
    assert isinstance(error_of(ERRORS[name], tg), type(error_of(ERRORS[name], torch)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sum, twice", "dim must name each dimension once, but got (0, -2)"),
        ("squeeze, twice", "squeeze: dim must name each dimension once, but got (0, -2)"),
        ("reshape, negative", "reshape: 4 elements, of shape (4,), do not fill shape (-2, 2)"),
        ("permute, out of range", "permute: dimension out of range (expected to be in range of [-2, 1], but got 2)"),
        ("cat", "cat: shapes (2, 2) and (2, 3) do not fit together: they need the same dimensions"),
        ("cat of numbers", "cat: shapes () and () do not fit together: they need the same dimensions, at least one"),
        ("stack", "stack: shapes (2,) and (3,) do not fit together: they need the same sizes"),
        ("take_along_dim", "take_along_dim: shapes (2, 3) do not fit together: the indices need as many dimensions"),
        ("linear, bias", "linear: shapes (3,), (2, 3) and (3,) do not fit together"),
        ("linear, dtype of bias", "operands of one dtype, but got float32 and float64"),
    ],
)
def test_text_of_error(name, text):
    assert text in str(error_of(ERRORS[name], tg))


def test_differences_on_purpose():
    """Where PyTorch's way is a trap, or its own documentation advises against it."""
    functional = tg.nn.functional
    x = tg.arange(6).reshape(3, 2)
    assert (x.to(tg.uint8) == 256).tolist() == [[False] * 2] * 3  # PyTorch: 256 is 0 there
    for weight, bias in (((2, 3), ()), ((2, 3), (1,)), ((2, 3), (4, 2)), ((3,), ())):
        with pytest.raises(ValueError, match="linear: shapes"):  # PyTorch broadcasts
            functional.linear(tg.zeros(4, 3), tg.zeros(weight), tg.zeros(bias))
