"""Every operation against PyTorch: results, dtypes, shapes, gradients, kinks, and the kinds of errors."""

import itertools
import operator
from typing import Any

import numpy as np
import pytest
from op_cases import INDICES, KINKS, TABLE, TIES, WEIGHTS, X, array

import tensorgrad as tg
from tensorgrad.engine import OPS

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

NAMES = sorted(OPS)
FLOATS = ["float32", "float64"]
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}


def of(library: Any, x: Any, grad: bool = True) -> Any:
    """Raw data as a library takes it: arrays are Tensors there, and floating-point ones want a gradient."""
    if isinstance(x, tuple):
        return tuple(of(library, part, grad) for part in x)
    if isinstance(x, (np.ndarray, np.floating)):
        return library.tensor(x, requires_grad=grad and x.dtype.kind == "f")
    return getattr(library, x.name) if isinstance(x, np.dtype) else x


def same(ours: Any, theirs: Any, about: Any = "") -> None:
    """Assert that two Tensors have the same shape, dtype and numbers; or that both are None."""
    assert (ours is None) == (theirs is None), about
    if ours is not None:
        dtype = str(theirs.dtype).removeprefix("torch.")
        assert (tuple(ours.shape), ours.dtype.name) == (tuple(theirs.shape), dtype), about
        tolerance = TOLERANCE.get(dtype, 0)
        expected = theirs.detach().numpy()
        np.testing.assert_allclose(ours.detach().numpy(), expected, tolerance, tolerance, err_msg=str(about))


def compare(ours: Any, theirs: Any, inputs: Any, about: Any = "") -> None:
    """The result of a function in either library, and the gradients of its inputs."""
    a, b = of(tg, tuple(inputs)), of(torch, tuple(inputs))
    y, z = ours(*a), theirs(*b)
    same(y, z, about)
    assert y.requires_grad == z.requires_grad, about
    if z.requires_grad:
        g = np.random.default_rng(3).uniform(0.5, 2, tuple(z.shape)).astype(y.dtype)
        y.backward(tg.tensor(g))
        z.backward(torch.tensor(g))
        for p, q in zip(a, b, strict=True):
            if isinstance(p, tg.Tensor):
                same(p.grad, q.grad, f"gradient, {about}")


def compare_written_once(function: Any, *inputs: Any, about: Any = "") -> None:
    """The same, of ``function(library, *inputs)``."""
    compare(lambda *a: function(tg, *a), lambda *b: function(torch, *b), inputs, about)


def error_of(function: Any, library: Any) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which one it is, is what the caller compares
        function(library)
    return caught.value


def compare_case(name: str, row: Any, case: Any, dtype: str) -> None:
    ours, theirs = row.ours(name), row.theirs(name, torch)
    compare(
        lambda *xs: ours(*xs, *case.args, **case.options),
        lambda *xs: theirs(*xs, *of(torch, case.args, grad=False), **case.options),
        case.draw(row.domain, np.dtype(dtype)),
        case,
    )


# The table


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


# Dtypes

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


# Reductions


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


def result_or_error_of(function: Any, library: Any, x: Any, dim: int) -> Any:
    try:
        return function(library, library.tensor(x), dim)
    except Exception as error:
        return error


# Losses


LOGITS = [(5, 3), (3,), (2, 3, 4), (2, 3, 2, 2), (0, 3)]  # of three classes
SMOOTHED = list(itertools.product(LOGITS, [False, True], [0.0, 0.3, 1.0]))


def cross_entropy(weight: Any, **options: Any) -> Any:
    def loss(t, x, target):
        return t.nn.functional.cross_entropy(x, target, None if weight is None else t.tensor(weight), **options)

    return loss


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy_of_classes(dtype, reduction):
    rng = np.random.default_rng(6)
    for shape, weighted, smoothing in SMOOTHED:
        x = rng.normal(size=shape).astype(dtype)
        classes = np.asarray(rng.integers(0, 3, shape[:1] + shape[2:] if len(shape) > 1 else ()))
        classes.flat[:1] = 2  # at least one is not ignored
        for ignored in (-100, 1):
            loss = cross_entropy(
                WEIGHTS.astype(dtype) if weighted else None,
                ignore_index=ignored, reduction=reduction, label_smoothing=smoothing,
            )  # fmt: skip
            compare_written_once(loss, x, classes, about=(shape, weighted, smoothing, ignored))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy_of_probabilities(dtype, reduction):
    rng = np.random.default_rng(6)
    for shape, weighted, smoothing in SMOOTHED:
        x, target = rng.normal(size=shape).astype(dtype), rng.uniform(size=shape).astype(dtype)
        weight = WEIGHTS.astype(dtype) if weighted else None
        loss = cross_entropy(weight, reduction=reduction, label_smoothing=smoothing)
        compare_written_once(loss, x, target, about=(shape, weighted, smoothing))


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_cross_entropy_of_nothing_that_counts(reduction):
    x, ignored = np.ones((2, 3)), array([-100, -100])
    compare_written_once(cross_entropy(None, reduction=reduction), x, ignored)
    assert np.isnan(tg.nn.functional.cross_entropy(tg.tensor(x), tg.tensor(ignored)).item())


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_losses_of_two(dtype, reduction):
    rng = np.random.default_rng(7)
    weights = [None, WEIGHTS.astype(dtype), np.full((2, 1), 0.5, dtype), np.full((2, 3), 2, dtype)]
    for shape in ((2, 3), (3,), (), (0, 3)):
        x, y = rng.normal(size=shape).astype(dtype) * 3, rng.uniform(0, 1, shape).astype(dtype)
        compare_written_once(lambda t, x, y: t.nn.functional.mse_loss(x, y, reduction=reduction), x, y)
        for w, p in itertools.product(weights if shape == (2, 3) else weights[:1], repeat=2):

            def loss(t, x, y, w=w, p=p):
                w, p = (None if v is None else t.tensor(v) for v in (w, p))
                bce = t.nn.functional.binary_cross_entropy_with_logits
                return bce(x, y, weight=w, pos_weight=p, reduction=reduction)

            compare_written_once(loss, x, y, about=(shape, w, p))


EXTREME = [
    lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([0, 2])),
    lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([0, 2]), label_smoothing=0.1),
    lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([[0.0, 1.0, 0.0], [0.5, 0.5, 0.0]], dtype=x.dtype)),
    lambda t, x: t.nn.functional.binary_cross_entropy_with_logits(x, t.ones(2, 3, dtype=x.dtype)),
    lambda t, x: t.nn.functional.binary_cross_entropy_with_logits(x, t.zeros(2, 3, dtype=x.dtype)),
    lambda t, x: x.softmax(1), lambda t, x: x.softmax(0), lambda t, x: x.log_softmax(1), lambda t, x: x.sigmoid(),
    lambda t, x: x.tanh(), lambda t, x: x.relu(),
]  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
def test_safe_where_a_formula_would_overflow(dtype):
    """Finite numbers, as PyTorch's, and no warning (here a warning is an error)."""
    for size, function in itertools.product((1e3, 1e4), EXTREME):
        x = array([[size, -size, 0.0], [-size, size, -size]], dtype)
        compare_written_once(function, x)
        ours = of(tg, x)
        y = function(tg, ours)
        y.backward(np.ones(y.shape))
        assert np.isfinite(y.detach().numpy()).all()
        assert np.isfinite(ours.grad.numpy()).all()


# Indexing


def is_basic(index: Any) -> bool:
    """Whether what it selects is a view."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(np.ndim(part) == 0 and not isinstance(part, bool) for part in parts)


def in_library(library: Any, index: Any) -> Any:
    """An index with the library's Tensors for arrays."""
    if isinstance(index, tuple):
        return tuple(in_library(library, part) for part in index)
    return library.tensor(index) if isinstance(index, np.ndarray) else index


@pytest.mark.parametrize("name", INDICES)
def test_read(name):
    x = np.random.default_rng(8).normal(size=X)
    compare_written_once(lambda t, x: x[in_library(t, INDICES[name])], x)
    ours = tg.tensor(x)
    part = ours[in_library(tg, INDICES[name])]
    assert np.shares_memory(part.numpy(), ours.numpy()) == (is_basic(INDICES[name]) and part.numel() > 0)


@pytest.mark.parametrize("name", INDICES)
def test_write(name):
    """A number, and a Tensor of the shape of what is read, where no element is written twice."""

    def write(t, x, value):
        x = x * 1
        x[in_library(t, INDICES[name])] = value
        return x

    rng = np.random.default_rng(9)
    x = rng.normal(size=X)
    positions = np.array(tg.tensor(np.arange(60).reshape(X))[in_library(tg, INDICES[name])].numpy())
    values = [7, 2.5]
    if name != "False":  # there PyTorch leaves no gradient, instead of one of zeros
        values.append(array(7.0))
    if name != "False" and np.unique(positions).size == positions.size:
        values += [rng.normal(size=positions.shape), rng.normal(size=positions.shape[-1:])]
    for value in values:
        compare_written_once(write, x, value)


def test_a_single_element_is_a_view():
    for t in (tg, torch):
        x = t.zeros(2, 3)
        x[1, 2].add_(1)
        x[0, 0].fill_(5)
        x[0][1] = 7
        assert x.tolist() == [[5.0, 7.0, 0.0], [0.0, 0.0, 1.0]]


BAD_INDICES = {
    "beyond": 4, "before": -5, "beyond, in a list": [0, 4], "beyond, second": (slice(None), array([5])),
    "too many": (0, 0, 0, 0), "float": 1.5, "float array": array([1.0]), "mask of another length": array([True, False]),
    "mask of another shape": np.ones((4, 4), bool), "lists that do not fit": ([0, 1], [0, 1, 2]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_INDICES)
def test_bad_index(name):
    def write(t):
        t.zeros(*X)[in_library(t, BAD_INDICES[name])] = 1

    for function in (lambda t: t.zeros(*X)[in_library(t, BAD_INDICES[name])], write):
        assert isinstance(error_of(function, torch), IndexError)
        assert isinstance(error_of(function, tg), IndexError)


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
    assert x[tg.tensor([1, 0, 1], dtype=tg.uint8)].tolist() == [[2, 3], [0, 1], [2, 3]]  # PyTorch: a mask, deprecated
    assert x[[[0, 1], [1, 0]]].shape == (2, 2, 2)  # as NumPy; PyTorch: x[[0, 1], [1, 0]]
    assert x[::-1].tolist() == [[4, 5], [2, 3], [0, 1]]  # PyTorch: no negative steps
    assert (x.bool() - 1).tolist() == [[-1, 0], [0, 0], [0, 0]]  # PyTorch: no differences of bools
    assert (x.to(tg.uint8) == 256).tolist() == [[False] * 2] * 3  # PyTorch: 256 is 0 there
    for number in (256, -1):
        with pytest.raises(OverflowError, match="out of bounds for uint8"):
            x.to(tg.uint8) + number
    assert np.isnan(tg.tensor([1.0, 3.0]).var(correction=2).item())  # PyTorch: inf
    for weight, bias in (((2, 3), ()), ((2, 3), (1,)), ((2, 3), (4, 2)), ((3,), ())):
        with pytest.raises(ValueError, match="linear: shapes"):  # PyTorch broadcasts
            functional.linear(tg.zeros(4, 3), tg.zeros(*weight), tg.zeros(*bias))
