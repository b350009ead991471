"""autograd.Function, and hooks, compared with PyTorch."""

import re

import numpy as np
import pytest
from against_torch import same, torch

import tensorgrad as tg

BOTH = pytest.mark.parametrize("m", [tg, torch], ids=["tensorgrad", "torch"])


def function(m, forward, backward, setup_context=None):
    """A Function of these, whose methods are static."""
    methods = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    if setup_context:
        methods["setup_context"] = staticmethod(setup_context)
    return type("Mine", (m.autograd.Function,), methods)


def leaves(m, *shapes, dtype="float64"):
    random = np.random.default_rng(0)
    return [m.tensor(random.uniform(0.5, 2, shape).astype(dtype), requires_grad=True) for shape in shapes]


def scaled_product(m):
    """A number and a flag among the arguments, and what each input needs."""

    def forward(ctx, a, factor, b, flag):
        ctx.save_for_backward(a, None, b)
        ctx.factor = factor
        assert flag == "flag"
        assert not (a * b).requires_grad
        return a * b * factor

    def backward(ctx, g):
        a, none, b = ctx.saved_tensors
        assert none is None
        assert not m.is_grad_enabled()
        needs = ctx.needs_input_grad
        return g * b * ctx.factor if needs[0] else None, None, g * a * ctx.factor if needs[2] else None, None

    return function(m, forward, backward)


@pytest.mark.parametrize("wanted", [(True, True), (True, False), (False, True)])
def test_arguments_of_every_kind(wanted):
    results = []
    for m in (tg, torch):
        a, b = leaves(m, (2, 3), (2, 3))
        a, b = (x if want else x.detach() for x, want in zip((a, b), wanted, strict=True))
        y = scaled_product(m).apply(a, 3.0, b, "flag")
        (y * y).sum().backward()
        results.append((y, a.grad, b.grad))
    for ours, theirs in zip(*results, strict=True):
        same(ours, theirs)


@BOTH
def test_nothing_is_recorded_where_nothing_is_wanted(m):
    a, b = leaves(m, (2,), (2,))
    mine = scaled_product(m)
    assert not mine.apply(a.detach(), 2.0, b.detach(), "flag").requires_grad
    with m.no_grad():
        assert not mine.apply(a, 2.0, b, "flag").requires_grad
    assert mine.apply(a, 2.0, b, "flag").requires_grad


def several(m, materialize=True):
    seen = []

    def forward(ctx, x, y):
        ctx.set_materialize_grads(materialize)
        places = x.argmax()
        floor = x.floor()
        ctx.mark_non_differentiable(floor, places)
        ctx.save_for_backward(x, y)
        return x * y, x + y, "text", places, floor

    def backward(ctx, g, h, *rest):
        x, y = ctx.saved_tensors
        seen.append([None if part is None else part.tolist() for part in (g, h)])
        g, h = (0 * x if part is None else part for part in (g, h))
        return g * y + h, g * x + h

    return function(m, forward, backward), seen


@pytest.mark.parametrize("use", [(0,), (1,), (0, 1)])
@pytest.mark.parametrize("materialize", [True, False])
def test_several_outputs(use, materialize):
    results = []
    for m in (tg, torch):
        mine, seen = several(m, materialize)
        x, y = leaves(m, (3,), (3,))
        outputs = mine.apply(x, y)
        assert type(outputs) is tuple
        assert outputs[2] == "text"
        assert [outputs[k].requires_grad for k in (0, 1, 3, 4)] == [True, True, False, False]
        sum((outputs[k] * (k + 1)).sum() for k in use).backward()
        assert len(seen) == 1
        results.append((*outputs[:2], *outputs[3:], x.grad, y.grad, seen))
    *ours, seen = results[0]
    for a, b in zip(ours, results[1], strict=False):
        same(a, b)
    assert seen == results[1][-1]


@BOTH
def test_an_output_that_is_itself_saved(m):
    def forward(ctx, x):
        ctx.y = x.exp()
        ctx.save_for_backward(ctx.y)
        return ctx.y

    mine = function(m, forward, lambda ctx, g: g * ctx.saved_tensors[0])
    (x,) = leaves(m, (3,))
    y = mine.apply(x)
    y.sum().backward()
    assert x.grad.tolist() == y.tolist()
    assert y.grad_fn is not None
    assert "grad_fn=<MineBackward>" in repr(y)


@BOTH
def test_forward_and_setup_context_apart(m):
    def setup(ctx, inputs, output):
        (x, n), (y, _) = inputs, output
        ctx.n, ctx.doubled = n, y
        ctx.save_for_backward(x)

    def backward(ctx, g, h):
        (x,) = ctx.saved_tensors
        return g * ctx.n + 2 * h * x, None

    mine = function(m, lambda x, n: (x * n, x * x), backward, setup)
    (x,) = leaves(m, (3,))
    a, b = mine.apply(x, 4)
    (a + b).sum().backward()
    np.testing.assert_allclose(x.grad.tolist(), (4 + 2 * x).tolist(), 1e-14)


@BOTH
def test_it_stands_in_a_graph_like_any_other_operation(m):
    x, y = leaves(m, (3,), (3,))
    mine = scaled_product(m)
    a = mine.apply(x * 2, 1.5, y, "flag")
    b = mine.apply(a, 0.5, a, "flag")
    loss = (b * x).sum()
    ours = m.autograd.grad(loss, (a, y), retain_graph=True)
    loss.backward(retain_graph=True)
    loss.backward()
    assert [g.shape for g in ours] == [x.shape, y.shape]
    np.testing.assert_allclose(y.grad.tolist(), (2 * ours[1]).tolist(), 1e-14)
    assert m.autograd.gradcheck(lambda x, y: mine.apply(x, 1.5, y, "flag"), (x, y))
    with pytest.raises(RuntimeError):
        loss.backward()


def test_the_same_gradient_twice_is_two_sweeps():
    calls = []
    mine = function(tg, lambda ctx, x: x * 2, lambda ctx, g: calls.append(1) or g * 2)
    (x,) = leaves(tg, (3,))
    y, g = mine.apply(x), tg.ones(3, dtype=tg.float64)
    y.backward(g, retain_graph=True)
    y.backward(g, retain_graph=True)
    assert len(calls) == 2
    assert x.grad.tolist() == [4, 4, 4]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda m, g: g, "function MineBackward returned an incorrect number of gradients (expected 2, got 1)"),
        (
            lambda m, g: (g, None, g),
            "returned an incorrect number of gradients (expected 2, got 3); return one for each",
        ),
        (lambda m, g: [g, None], "returned an incorrect number of gradients (expected 2, got 1)"),
        (
            lambda m, g: (g, g),
            "returned a gradient different than None at position 2, but the corresponding forward input",
        ),
        (
            lambda m, g: (m.ones(3), None),
            "an invalid gradient at index 0 - got (3,) but expected shape compatible with (2,)",
        ),
        (
            lambda m, g: (m.ones(1), None),
            "an invalid gradient at index 0 - got (1,) but expected shape compatible with (2,)",
        ),
        (lambda m, g: (m.tensor(1.0), None), "an invalid gradient at index 0 - got () but expected shape compatible"),
        (lambda m, g: (1.0, None), "function MineBackward must return Tensors or None, but got a float"),
    ],
)
def test_wrong_answers_of_backward(answer, text):
    for m in (tg, torch):
        mine = function(m, lambda ctx, a, b: a * b, lambda ctx, g, m=m: answer(m, g))
        (x,) = leaves(m, (2,))
        with pytest.raises(RuntimeError, match=re.escape(text) if m is tg else None):
            mine.apply(x, 2.0).sum().backward()
        assert x.grad is None


@pytest.mark.parametrize(
    "answer",
    [
        lambda m, g: (g, None, None),
        lambda m, g: (m.ones(3, 2), None),
        lambda m, g: (m.ones(2, dtype=m.float32), None),
    ],
)
def test_answers_that_are_fitted(answer):
    grads = []
    for m in (tg, torch):
        mine = function(m, lambda ctx, a, b: a * b, lambda ctx, g, m=m: answer(m, g))
        (x,) = leaves(m, (2,))
        mine.apply(x, 2.0).sum().backward()
        grads.append(x.grad)
    same(*grads)


def test_none_for_an_input_that_needs_a_gradient_is_zero():
    mine = function(tg, lambda ctx, a: a * 2, lambda ctx, g: None)
    (x,) = leaves(tg, (2,))
    mine.apply(x).sum().backward()
    assert x.grad.tolist() == [0, 0]


@BOTH
def test_a_saved_tensor_that_was_written_to_is_refused(m):
    mine = scaled_product(m)
    for place in (0, 1):
        pair = [x * 1 for x in leaves(m, (2,), (2,))]
        y = mine.apply(pair[0], 2.0, pair[1], "flag")
        pair[place] += 1
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()


@BOTH
def test_a_write_that_concerns_nothing_saved_is_fine(m):
    mine = function(m, lambda ctx, a: a * 2, lambda ctx, g: g * 2)
    x = leaves(m, (2,))[0]
    a = x * 1
    y = mine.apply(a)
    a += 1
    y += 1
    y.sum().backward()
    assert x.grad.tolist() == [2, 2]


@BOTH
def test_what_a_function_lacks(m):
    (x,) = leaves(m, (2,))

    class NoBackward(m.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

    y = NoBackward.apply(x)
    assert y.tolist() == (x * 2).tolist()
    with pytest.raises(RuntimeError, match=r"must implement .*"):
        y.sum().backward()
    with pytest.raises(RuntimeError, match="must implement the forward function"):
        m.autograd.Function.apply(x)
    mine = function(m, lambda ctx, x: ctx.save_for_backward(x, 3.0), lambda ctx, g: g)
    with pytest.raises(TypeError, match=r"save_for_backward can only save .*, but argument 1 is of type float"):
        mine.apply(x)


# hooks
