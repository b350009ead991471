"""The derivatives of every operation in the table, checked by numbers: each rule, and each gradient of backward()."""

from typing import Any

import numpy as np
import pytest
from op_cases import TABLE, Case, Row

import tensorgrad as tg
from tensorgrad.nn import functional as F
from tensorgrad.operation import OPS

NAMES = sorted(OPS)


def test_every_operation_has_cases():
    assert set(TABLE) == set(NAMES), "op_cases.TABLE needs one row for each operation"
    assert all(row.cases for row in TABLE.values())


# The checks.  They take any rule, so that wrong ones can be given to them below.


def numeric_gradients(rule: Any, inputs: list[Any], case: Case, g: Any, analytic: bool) -> list[Any]:
    """The gradients of sum(g * result) by the complex step, which is exact to rounding, or by central differences."""
    step = 1e-20j if analytic else 6e-6
    gradients = []
    for i, x in enumerate(inputs):
        gradient = np.zeros(np.shape(x))
        for place in np.ndindex(gradient.shape if isinstance(x, np.ndarray) else (0,)):
            ends = []
            for end in (step,) if analytic else (step, -step):
                moved = [np.array(v, complex) if analytic and isinstance(v, np.ndarray) else v for v in inputs]
                moved[i] = np.array(x, complex if analytic else float)
                moved[i][place] += end
                ends.append(np.sum(g * rule(*moved, *case.args, **case.options)[0]))
            gradient[place] = ends[0].imag / 1e-20 if analytic else (ends[0] - ends[1]) / 12e-6
        gradients.append(gradient)
    return gradients


def summed_to(shape: tuple[int, ...], share: Any) -> Any:
    """The share of an input that was broadcast."""
    share = np.sum(share, tuple(range(np.ndim(share) - len(shape))))
    return np.sum(share, tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True).reshape(shape)


def check_rule(rule: Any, row: Row, case: Case) -> None:
    """Each vjp of the rule against the numeric gradient."""
    inputs = case.draw(row.domain)
    y, *vjps = rule(*inputs, *case.args, **case.options)
    g = np.random.default_rng(1).uniform(0.5, 2, np.shape(y))
    tolerance = 1e-12 if row.analytic else 1e-8
    for x, vjp, expected in zip(inputs, vjps, numeric_gradients(rule, inputs, case, g, row.analytic), strict=False):
        if isinstance(x, np.ndarray):
            share = summed_to(x.shape, vjp(g))
            np.testing.assert_allclose(share, expected, tolerance, tolerance, err_msg=str(case))


def check_backward(call: Any, rule: Any, row: Row, case: Case) -> None:
    """What backward() leaves in the inputs, against the numeric gradient.

    Also with inputs that are computed: then a 0-d one is a NumPy number, and so is a gradient on its way.
    """
    inputs = case.draw(row.domain)
    y = rule(*inputs, *case.args, **case.options)[0]
    g = np.random.default_rng(2).uniform(0.5, 2, np.shape(y))
    tolerance = 1e-12 if row.analytic else 1e-8
    for computed in (False, True):
        leaves = [tg.tensor(x, requires_grad=True) if isinstance(x, np.ndarray) else x for x in inputs]
        given = [x * 1 if computed and isinstance(x, tg.Tensor) else x for x in leaves]
        out = call(*given, *case.args, **case.options)
        assert (out.shape, out.dtype) == (np.shape(y), y.dtype), case
        np.testing.assert_allclose(out.detach().numpy(), y, 1e-15, err_msg=str(case))
        (out * 1 if computed else out).backward(g)
        for x, wanted in zip(leaves, numeric_gradients(rule, inputs, case, g, row.analytic), strict=True):
            if isinstance(x, tg.Tensor):
                assert (x.grad.shape, x.grad.dtype) == (x.shape, x.dtype), case
                np.testing.assert_allclose(x.grad.numpy(), wanted, tolerance, tolerance, err_msg=str(case))


def check_purity(rule: Any, row: Row, case: Case) -> None:
    """It writes into nothing it is given, its vjps may be called again, and what they give is theirs to give away."""
    inputs = case.draw(row.domain, np.float32)
    arrays = [x for x in (*inputs, *case.args) if isinstance(x, np.ndarray)]
    before = [x.copy() for x in arrays]
    y, *vjps = rule(*inputs, *case.args, **case.options)
    result = np.array(y)
    for x, vjp in zip(inputs, vjps, strict=False):
        if isinstance(x, np.ndarray):
            g = np.full(np.shape(y), 1.5, y.dtype)
            first, again, of_view = vjp(g), vjp(g), vjp(np.broadcast_to(y.dtype.type(1.5), np.shape(y)))
            assert first.dtype == np.float32, f"{case}: a gradient of {first.dtype} for float32"
            assert (g == 1.5).all(), f"{case}: wrote into the gradient"
            np.testing.assert_array_equal(first, again, err_msg=str(case))
            np.testing.assert_allclose(first, of_view, 1e-5, 1e-6, err_msg=str(case))
            if isinstance(first, np.ndarray) and first.base is None and first is not g:  # a leaf will keep it
                assert not any(np.shares_memory(first, x) for x in (g, y, again, *arrays)), f"{case}: not its own"
    np.testing.assert_array_equal(y, result, err_msg=str(case))
    for x, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(x, copy, err_msg=f"{case}: wrote into an input")


@pytest.mark.parametrize("name", NAMES)
def test_rule(name):
    for case in TABLE[name].cases:
        check_rule(OPS[name].__wrapped__, TABLE[name], case)


@pytest.mark.parametrize("name", NAMES)
def test_backward(name):
    for case in TABLE[name].cases:
        check_backward(TABLE[name].ours(name), OPS[name].__wrapped__, TABLE[name], case)


@pytest.mark.parametrize("name", NAMES)
def test_purity(name):
    for case in TABLE[name].cases:
        check_purity(OPS[name].__wrapped__, TABLE[name], case)


# A write in place between forward and backward: the gradient as it was, or an error, and never another gradient.

REFUSAL = "modified by an inplace operation"


def gradients_after(write: Any, call: Any, row: Row, case: Case, computed: bool) -> list[Any] | None:
    """The gradients of the inputs if ``write(inputs, result)``, which gives what to go back from, comes between.

    None if backward() refuses.
    """
    leaves = [tg.tensor(x, requires_grad=True) if isinstance(x, np.ndarray) else x for x in case.draw(row.domain)]
    given = [x.clone() if computed and isinstance(x, tg.Tensor) else x for x in leaves]
    out = write(given, lambda inputs: call(*inputs, *case.args, **case.options))
    try:
        out.backward(np.linspace(0.5, 2, out.numel()).reshape(out.shape))
    except RuntimeError as error:
        if REFUSAL not in str(error):
            raise
        return None
    return [None if x.grad is None else x.grad.numpy() for x in leaves if isinstance(x, tg.Tensor)]


def check_writes(call: Any, row: Row, case: Case, expandable: bool = False) -> list[int]:
    """Write into each input (by its position) and into the result (-1), and compare; the writes that were refused."""
    refused = []
    for target in [*(i for i, x in enumerate(case.inputs) if isinstance(x, tuple)), -1]:

        def unrecorded(inputs: Any, call: Any, target: int = target) -> Any:
            out = call(inputs)
            x = out if target < 0 else inputs[target]
            if not (expandable and target < 0):
                with tg.no_grad():
                    x.copy_(tg.tensor(np.linspace(3.0, 7.0, x.numel()).reshape(x.shape)))
            return out

        def recorded(inputs: Any, call: Any, target: int = target) -> Any:
            out = call(inputs)
            if not (expandable and target < 0):
                (out if target < 0 else inputs[target]).mul_(2)
            return out

        def in_new_memory(inputs: Any, call: Any, target: int = target) -> Any:
            """The same as ``recorded``, without a write: a view shows what was written to the input."""
            out = call(inputs)
            if target < 0:
                return out if expandable else out * 2
            if not np.shares_memory(out.detach().numpy(), inputs[target].detach().numpy()):
                return out
            inputs[target] = inputs[target] * 2
            return call(inputs)

        for write, reference, computed in (
            (unrecorded, lambda inputs, call: call(inputs), False),
            (recorded, in_new_memory, True),
        ):
            gradients = gradients_after(write, call, row, case, computed)
            if gradients is None:
                refused.append(target)
                continue
            for gradient, wanted in zip(gradients, gradients_after(reference, call, row, case, computed), strict=True):
                np.testing.assert_allclose(gradient, wanted, 1e-14, err_msg=f"{case}: {write.__name__} in {target}")
    return refused


@pytest.mark.parametrize("name", NAMES)
def test_write_is_refused_or_harmless(name):
    for case in TABLE[name].cases:
        check_writes(TABLE[name].ours(name), TABLE[name], case, name == "expand")


@pytest.mark.parametrize(
    ("name", "refused"),
    [("add", []), ("mul", [0, 0, 1, 1]), ("exp", [-1, -1]), ("sum", []), ("matmul", [0, 0, 1, 1]), ("relu", [-1, -1]),
     ("log", [0, 0]), ("reshape", []), ("linear", [0, 0, 1, 1]), ("mse_loss", []), ("where", [])],
)  # fmt: skip
def test_which_writes_are_refused(name, refused):
    """No more than need be: an operation that keeps nothing of an input does not mind a write into it."""
    assert check_writes(TABLE[name].ours(name), TABLE[name], TABLE[name].cases[0]) == refused


@pytest.mark.parametrize(
    ("call", "option"),
    [
        (lambda x, mask: tg.where(mask, x, 0.0), [True, False, True]),
        (lambda x, index: x[index], [2, 0, 2]),
        (lambda x, index: x[:, index], [0, 1, 0]),
        (lambda x, mask: x[mask], [True, False, True]),
        (lambda x, index: x.take_along_dim(index, 1), [[1], [2], [2]]),
        (lambda x, target: F.cross_entropy(x, target), [2, 0, 1]),
        (lambda x, target: F.cross_entropy(x, target, ignore_index=0), [2, 0, 1]),
        (lambda x, target: F.cross_entropy(x, target, label_smoothing=0.5), [2, 0, 1]),
        (lambda x, weight: F.cross_entropy(x, tg.tensor([0, 1, 2]), weight), [1.0, 0.5, 3.0]),
        (lambda x, weight: F.binary_cross_entropy_with_logits(x, tg.ones(3, 3), weight), [1.0, 0.5, 3.0]),
        (lambda x, weight: F.binary_cross_entropy_with_logits(x, tg.ones(3, 3), pos_weight=weight), [1.0, 2.0, 3.0]),
        (lambda x, target: F.mse_loss(x, target.expand(3, 3)), [1.0, 2.0, 3.0]),
    ],
)
def test_write_into_an_option_is_refused_or_harmless(call, option):
    def gradient(write: bool) -> Any:
        x = tg.tensor(np.arange(9.0).reshape(3, 3), requires_grad=True)
        given = tg.tensor(option)
        out = call(x, given).sum()
        if write:
            given.copy_(given.flatten()[0].clone() if given.dtype != tg.bool else ~given.numpy())
        try:
            out.backward()
        except RuntimeError as error:
            if REFUSAL not in str(error):
                raise
            return None
        return x.grad.numpy()

    after = gradient(write=True)
    if after is not None:
        np.testing.assert_array_equal(after, gradient(write=False))


# A test of the tests: they must fail a wrong rule.


def tanh(x, derivative):
    y = np.tanh(x)
    return y, lambda g: derivative(g, x, y)


WRONG_DERIVATIVES = {
    "formula": lambda g, x, y: g * (1 - y),
    "sign": lambda g, x, y: -g * (1 - y * y),
    "small error": lambda g, x, y: g * (1 - y * y) * (1 + 1e-6),
    "forgets g": lambda g, x, y: 1 - y * y,
    "one element": lambda g, x, y: g * (1 - y * y) * (np.arange(x.size).reshape(x.shape) != 4),
    "order": lambda g, x, y: (g * (1 - y * y))[::-1],
}


@pytest.mark.parametrize("analytic", [True, False])
@pytest.mark.parametrize("wrong", WRONG_DERIVATIVES)
def test_wrong_derivative_fails(wrong, analytic, monkeypatch):
    monkeypatch.setattr(tg.operation, "OPS", {})
    row, case = Row([], analytic=analytic), Case(((2, 3),))
    check_rule(lambda x: tanh(x, lambda g, x, y: g * (1 - y * y)), row, case)

    def rule(x, /):
        return tanh(x, WRONG_DERIVATIVES[wrong])

    with pytest.raises(AssertionError):
        check_rule(rule, row, case)
    with pytest.raises(AssertionError):
        check_backward(tg.operation.op(rule), rule, row, case)


def _writes_into_its_input(x):
    x += 1
    return x * 1, lambda g: g


def _writes_into_the_gradient(x):
    def vjp(g):
        g *= 2
        return g

    return 2 * x, vjp


def _gives_away_what_it_keeps(x):
    kept = x * 0 + 2
    return 2 * x, lambda g: kept


def _wrong_the_second_time(x):
    factors = iter([2, 3, 4])
    return 2 * x, lambda g: g * next(factors)


def _widens(x):
    return 2 * x, lambda g: g * np.full(g.shape, 2.0)


@pytest.mark.parametrize(
    "rule",
    [_writes_into_its_input, _writes_into_the_gradient, _gives_away_what_it_keeps, _wrong_the_second_time, _widens],
)
def test_impure_rule_fails(rule):
    check_purity(lambda x: (2 * x, lambda g: g * 2), Row([]), Case(((2, 3),)))
    with pytest.raises((AssertionError, ValueError)):
        check_purity(rule, Row([]), Case(((2, 3),)))


def test_hidden_array_fails(monkeypatch):
    """A vjp that keeps an array where the engine does not see it: a write goes unnoticed, and the gradient is wrong."""
    monkeypatch.setattr(tg.operation, "OPS", {})

    def square(x, /):
        return x * x, lambda g, x=x: 2 * g * x

    with pytest.raises(AssertionError, match="unrecorded in 0"):
        check_writes(tg.operation.op(square), Row([]), Case(((2, 3),)))
