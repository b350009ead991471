"""Hooks: functions that see gradients on their way."""

import numpy as np
import pytest
from against_torch import torch
from test_function import BOTH, leaves

import tensorgrad as tg


def hooked(m, *hooks, retain=False):
    """The gradients that the hooks got, that of x, and that kept of y = 2 x, in y² summed."""
    seen = []
    (x,) = leaves(m, (3,))
    y = x * 2
    z = (y * y).sum() + y.sum()  # made before the hook is registered
    if retain:
        y.retain_grad()
    for hook in hooks:
        y.register_hook(lambda g, hook=hook: (seen.append(g.tolist()), hook(m, g))[1])
    z.backward()
    return seen, x.grad.tolist(), y.grad.tolist() if retain else None


@pytest.mark.parametrize("retain", [False, True])
@pytest.mark.parametrize(
    "hooks",
    [
        [lambda m, g: None],
        [lambda m, g: g * 10],
        [lambda m, g: g.clamp(0, 3)],
        [lambda m, g: g * 10, lambda m, g: None, lambda m, g: g + 1],
        [lambda m, g: m.zeros_like(g)],
        [lambda m, g: g.mul_(2)],
    ],
)
def test_hooks_see_and_replace_the_gradient(hooks, retain):
    ours, theirs = hooked(tg, *hooks, retain=retain), hooked(torch, *hooks, retain=retain)
    for a, b in zip(ours, theirs, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a, b, 1e-14)


@BOTH
def test_a_hook_is_called_once_a_sweep_until_it_is_removed(m):
    (x,) = leaves(m, (3,))
    y = x * 2
    calls = []
    handle = y.register_hook(lambda g: calls.append("first"))
    y.register_hook(lambda g: calls.append("second"))
    (y * y + y).sum().backward(retain_graph=True)
    assert calls == ["first", "second"]
    handle.remove()
    handle.remove()
    (y * y + y).sum().backward(retain_graph=True)
    assert calls == ["first", "second", "second"]
    with y.register_hook(lambda g: calls.append("third")):
        (y * y).sum().backward(retain_graph=True)
    (y * y).sum().backward()
    assert calls[3:] == ["second", "third", "second"]


@BOTH
def test_hooks_run_in_grad_too(m):
    (x,) = leaves(m, (3,))
    y = x * 2
    y.register_hook(lambda g: g * 10)
    a, b = m.autograd.grad(y.sum(), (x, y))
    assert (a.tolist(), b.tolist()) == ([20] * 3, [1] * 3)  # that of y itself is the one before its hooks


@BOTH
def test_a_hook_does_not_write_into_what_others_hold(m):
    (x,) = leaves(m, (3,))
    a, b = x * 1, x * 1
    a.register_hook(lambda g: g.clone().zero_())
    (a + b).sum().backward()
    assert x.grad.tolist() == [1, 1, 1]


@BOTH
def test_hooks_of_a_leaf(m):
    (w,) = leaves(m, (3,))
    (w * 1).sum().backward()
    loss = (w * w + w * 2).sum()  # made before the hook is registered, and w used several times
    seen = []
    handle = w.register_hook(lambda g: (seen.append(g.tolist()), g.clamp(0, 4))[1])
    assert w.is_leaf
    assert w.grad.tolist() == [1, 1, 1]
    loss.backward(retain_graph=True)
    expected = (2 * w + 2).clamp(0, 4)
    np.testing.assert_allclose(seen, [(2 * w + 2).tolist()], 1e-14)
    np.testing.assert_allclose(w.grad.tolist(), (1 + expected).tolist(), 1e-14)
    (found,) = m.autograd.grad(loss, w, retain_graph=True)
    np.testing.assert_allclose(found.tolist(), expected.tolist(), 1e-14)
    w.grad = None
    w.backward(m.full((3,), 7.0, dtype=m.float64))
    assert w.grad.tolist() == [4, 4, 4]
    w.requires_grad_(False)
    w.requires_grad_()
    loss.backward(retain_graph=True)
    assert len(seen) == 4
    handle.remove()
    w.grad = None
    loss.backward()
    assert w.grad.tolist() == (2 * w + 2).tolist()


@BOTH
def test_a_leaf_with_hooks_trains(m):
    (w,) = leaves(m, (3,))
    before = w.tolist()
    w.register_hook(lambda g: g * m.tensor([1.0, 0.0, 1.0], dtype=m.float64))
    optimizer = m.optim.SGD([w], lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        (w * w).sum().backward()
        optimizer.step()
    expected = [before[0] * 0.8**3, before[1], before[2] * 0.8**3]
    np.testing.assert_allclose(w.tolist(), expected, 1e-14)


@BOTH
def test_a_gradient_kept_after_hooks_is_theirs(m):
    (x,) = leaves(m, (3,))
    y = x * 2
    y.register_hook(lambda g: g * 10)
    assert (x.retains_grad, y.retains_grad, y.detach().retains_grad) == (False, False, False)
    y.retain_grad()
    x.retain_grad()
    assert (x.retains_grad, y.retains_grad) == (False, True)
    y.sum().backward()
    assert y.grad.tolist() == [10, 10, 10]
    assert y.retains_grad is True


@BOTH
def test_errors_of_hooks(m):
    (x,) = leaves(m, (3,))
    with pytest.raises(RuntimeError, match="cannot register a hook on a tensor that doesn't require gradient"):
        x.detach().register_hook(print)
    for answer, kind, text in [
        (lambda g: g[:1], RuntimeError, "hook .*<lambda>.* has changed the size of value"),
        (lambda g: 3, TypeError, "hook (returned|.*gave)"),
    ]:
        y = x * 2
        y.register_hook(answer)
        with pytest.raises(kind, match=text):
            y.sum().backward()
    assert x.grad is None
