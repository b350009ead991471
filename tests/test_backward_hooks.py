"""Backward hooks of modules, and those that run when a leaf has its gradient, compared with PyTorch."""

import copy
import gc
import weakref
from collections import namedtuple

import numpy as np
import pytest
from against_torch import error_of, torch
from expectations import refused

import tensorgrad as tg

LIBRARIES = (tg, torch)
Pair = namedtuple("Pair", ["first", "second"])


def numbers(x):
    if isinstance(x, (tuple, list)):
        return [numbers(part) for part in x]
    return None if x is None else x.tolist()


def module(t, forward):
    class Any(t.nn.Module):
        def forward(self, *args, **options):
            return forward(*args, **options)

    return Any()


def made(t):
    """Two leaves and a constant."""
    a, b = (t.tensor(x, requires_grad=True) for x in ([1.0, 2.0], [3.0, -1.0]))
    return a, b, t.tensor([0.5, 4.0])


# name: (forward, its arguments, what backward() starts from)
CALLS = {
    "one in, one out": (lambda x: x * x, lambda a, b, c: (a,), lambda y: y.sum()),
    "computed input": (lambda x: x * 3, lambda a, b, c: (a * b,), lambda y: (y * y).sum()),
    "two in, one out": (lambda x, y: x * y, lambda a, b, c: (a, b), lambda y: (y * y).sum()),
    "an input without a gradient": (lambda x, y: x * y, lambda a, b, c: (c, a), lambda y: y.sum()),
    "integers, numbers and None": (
        lambda i, x, k, n: x * k + i, lambda a, b, c: (c.long(), a, 2.0, None), lambda y: y.sum(),
    ),
    "an unused input": (lambda x, y: x * 2, lambda a, b, c: (a, b), lambda y: y.sum()),
    "the same input twice": (lambda x, y: x * x * y, lambda a, b, c: (a, a), lambda y: y.sum()),
    "two out": (lambda x, y: (x * y, x + y), lambda a, b, c: (a, b), lambda y: (y[0] * y[1]).sum()),
    "two out, one used": (lambda x, y: (x * y, x + y), lambda a, b, c: (a, b), lambda y: y[1].sum()),
    "a named tuple": (lambda x: Pair(x * 2, x * 3), lambda a, b, c: (a,), lambda y: (y.first * y.second).sum()),
    "an output without a gradient": (lambda x: (x.detach(), x * 2, 3), lambda a, b, c: (a,), lambda y: y[1].sum()),
    "nothing to do": (lambda x: x, lambda a, b, c: (a,), lambda y: (y * 2).sum()),
}  # fmt: skip
HOOKS = {
    "see": lambda m, see, see_first: [m.register_full_backward_hook(see()), m.register_full_backward_pre_hook(see())],
    "replace": lambda m, see, see_first: [
        m.register_full_backward_hook(see(lambda gi, go: tuple(g if g is None else g * 10 for g in gi))),
        m.register_full_backward_hook(see()),
    ],
    "replace first": lambda m, see, see_first: [
        m.register_full_backward_pre_hook(see(lambda go: tuple(g if g is None else g + 1 for g in go))),
        m.register_full_backward_pre_hook(see()),
        m.register_full_backward_hook(see()),
    ],
    "drop": lambda m, see, see_first: [
        m.register_full_backward_hook(see(lambda gi, go: (None,) * len(gi))),
    ],
    "prepend": lambda m, see, see_first: [
        m.register_full_backward_hook(see(lambda gi, go: tuple(g if g is None else g * 2 for g in gi))),
        m.register_full_backward_hook(see_first(), prepend=True),
        m.register_full_backward_pre_hook(see(lambda go: tuple(g if g is None else g * 3 for g in go))),
        m.register_full_backward_pre_hook(see_first(), True),
    ],
    "removed": lambda m, see, see_first: [
        m.register_full_backward_hook(see()).remove(), m.register_full_backward_pre_hook(see_first())
    ],
}  # fmt: skip


def run(t, call, hooks):
    forward, args, total = CALLS[call]
    seen = []

    def seeing(word):
        def make(answer=lambda *_: None):
            return lambda module, *grads: (seen.append((word, numbers(grads))), answer(*grads))[1]

        return make

    m, leaves = module(t, forward), made(t)
    HOOKS[hooks](m, seeing("hook"), seeing("first"))
    y = m(*args(*leaves))
    total(y).backward()
    return seen, [numbers(x.grad) for x in leaves], type(y).__name__


@pytest.mark.parametrize("hooks", HOOKS)
@pytest.mark.parametrize("call", CALLS)
def test_backward_hooks_see_and_replace(call, hooks):
    ours, theirs = (run(t, call, hooks) for t in LIBRARIES)
    if hooks == "drop":  # a gradient that is not there is one of zeros here
        for a, b in zip(ours[1], theirs[1], strict=True):
            assert a == b or (a, b) == ([0, 0], None)
    else:
        assert ours[1:] == theirs[1:]
    assert ours[0] == theirs[0]


def test_outputs_in_a_list_are_not_followed():
    for t in LIBRARIES:
        m, seen = module(t, lambda x: [x * 2]), []
        m.register_full_backward_hook(lambda *_, seen=seen: seen.append(1))
        with pytest.warns(UserWarning, match="module output should be a Tensor or a tuple of Tensors"):
            (y,) = m(made(t)[0])
        y.sum().backward()
        assert seen == []


def test_without_an_input_that_needs_a_gradient_the_hook_sees_that_of_the_output():
    found = []
    for t in LIBRARIES:
        layer, seen = t.nn.Linear(2, 1, bias=False), []
        with t.no_grad():
            layer.weight.fill_(2.0)
        layer.register_full_backward_hook(lambda m, *grads, seen=seen: seen.append(numbers(grads)))
        layer.register_full_backward_pre_hook(lambda m, grads: (grads[0] * 3,))
        with pytest.warns(UserWarning, match="Full backward hook is firing when gradients are computed with respect"):
            layer(t.tensor([3.0, 4.0])).sum().backward()
        found.append((seen, layer.weight.grad.tolist()))
    assert found[0] == found[1] == ([[[None], [[3.0]]]], [[9.0, 12.0]])


def test_where_nothing_is_recorded_no_hook_is_called():
    for t in LIBRARIES:
        m, seen = module(t, lambda x: x * 2), []
        m.register_full_backward_hook(lambda *_, seen=seen: seen.append(1))
        x, _, constant = made(t)
        with t.no_grad():
            assert m(x).requires_grad is False
        y = m(constant)
        assert y.requires_grad is False
        assert seen == []


def test_a_module_called_several_times_has_its_hook_called_for_each():
    found = []
    for t in LIBRARIES:
        m, seen = module(t, lambda x, k: x * k), []
        handle = m.register_full_backward_hook(
            lambda _, gi, go, seen=seen: (seen.append(numbers((gi, go))), (gi[0] * 2, None))[1]
        )
        x = made(t)[0]
        y = m(m(x, 3.0), 5.0).sum()
        handle.remove()  # too late for what was called before
        y.backward(retain_graph=True)
        y.backward()
        m(x, 7.0).sum().backward()
        found.append((seen, x.grad.tolist()))
    assert found[0] == found[1]
    assert len(found[0][0]) == 4


def test_a_gradient_that_comes_past_the_output_is_not_for_the_hook():
    found = []
    for t in LIBRARIES:
        kept, seen = [], []
        m = module(t, lambda x, kept=kept: (kept.append(x * 2), x * 3)[1])
        m.register_full_backward_hook(lambda _, gi, go, seen=seen: seen.append(numbers((gi, go))))
        x = made(t)[0]
        m(x)
        kept[0].sum().backward()
        found.append((seen, x.grad.tolist()))
    assert found[0] == found[1] == ([], [2.0, 2.0])


@pytest.mark.parametrize("register", ["register_full_backward_hook", "register_full_backward_pre_hook"])
@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (lambda t: (t.ones(2), t.ones(2)), RuntimeError, "returned an invalid number of grad_{}, got 2"),
        (lambda t: t.ones(2), RuntimeError, "returned an invalid number of grad_{}, got "),
        (lambda t: (t.ones(3),), RuntimeError, "has changed the size of value"),
        (lambda t: (t.ones(1),), RuntimeError, "has changed the size of value"),
        (lambda t: (1,), TypeError, "hook (returned|.*gave)"),
    ],
)
def test_a_hook_that_gives_something_else_is_an_error(register, answer, kind, text):
    for t in LIBRARIES:
        m = module(t, lambda x: x * 2)
        getattr(m, register)(lambda *_, t=t: answer(t))
        y = m(made(t)[0]).sum()
        with pytest.raises(kind, match=text.format("output" if "pre" in register else "input")):
            y.backward()


def test_errors_in_full():
    m, (x, _, constant) = tg.nn.Linear(2, 2), made(tg)
    with m.register_full_backward_hook(lambda *_: 3):
        y = m(x).sum()
    sentence = "backward hook returned an invalid number of grad_input, got a int, but expected a tuple of 1"
    refused(RuntimeError, sentence, y.backward)
    for t in LIBRARIES:
        m = t.nn.Linear(2, 2)
        m.register_full_backward_hook(lambda _, gi, go: go)
        y = m(made(t)[2]).sum()
        with (
            pytest.warns(UserWarning, match="no inputs require"),
            pytest.raises(RuntimeError, match=r"should always|gives None"),
        ):
            y.backward()
    sentence = "a backward hook of a module where no input requires gradient gives None, or a tuple of None, but got 3"
    with m.register_full_backward_hook(print):
        pass
    m = tg.nn.Linear(2, 2)
    m.register_full_backward_hook(lambda *_: 3)
    with pytest.warns(UserWarning, match="no inputs require"):
        refused(RuntimeError, sentence, m(constant).sum().backward)


def test_a_module_that_writes_into_its_input_may_have_hooks():
    """PyTorch forbids it; what it would have given is what it gives without hooks."""
    found = []
    for t, hooked in ((tg, True), (torch, False)):
        x = made(t)[1]
        h = x * 2
        m = module(t, lambda h: h.mul_(h.detach().clone()))
        if hooked:
            m.register_full_backward_hook(lambda *_: None)
        y = m(h)
        (y * h).sum().backward()
        found.append((y.tolist(), h.tolist(), x.grad.tolist()))
    assert found[0] == found[1]


def test_a_copy_and_the_model_around_it_go_on_as_before():
    found = []
    for t in LIBRARIES:
        t.manual_seed(0)
        model = t.nn.Sequential(t.nn.Linear(3, 4), t.nn.Tanh(), t.nn.Linear(4, 2))
        norms = []
        for layer in model:
            layer.register_full_backward_hook(lambda m, gi, go, norms=norms: norms.append(go[0].norm().item()))
        twin = copy.deepcopy(model)
        x = t.tensor([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]], requires_grad=True)
        for net in (model, twin):
            net(x).pow(2).mean().backward()
        found.append([*norms, *(p.grad.norm().item() for p in model.parameters()), x.grad.norm().item()])
    np.testing.assert_allclose(*found, 1e-6)
    assert len(found[0]) == 6 + 4 + 1


# leaves


def test_a_leaf_says_when_its_gradient_is_there():
    found = []
    for t in LIBRARIES:
        x, seen = made(t)[0], []
        (x * 3).sum().backward()
        loss = (x * x + x).sum()  # made before the hook is registered, and x used several times
        handle = x.register_post_accumulate_grad_hook(
            lambda p, x=x, t=t, seen=seen: seen.append((p is x, p.grad.tolist(), t.is_grad_enabled()))
        )
        second = x.register_post_accumulate_grad_hook(lambda p, seen=seen: seen.append("second"))
        x.register_hook(lambda g: g * 10)
        loss.backward(retain_graph=True)
        second.remove()
        loss.backward(inputs=[x], retain_graph=True)
        t.autograd.grad(loss, x, retain_graph=True)  # leaves grad as it is
        x.backward(t.ones(2))
        handle.remove()
        loss.backward()
        found.append((seen, x.grad.tolist(), x.is_leaf))
    assert found[0] == found[1]
    assert len(found[0][0]) == 4


def test_errors_of_hooks_of_leaves():
    for t in LIBRARIES:
        x = made(t)[0]
        with pytest.raises(RuntimeError, match="post accumulate grad hooks cannot be registered on non-leaf tensors"):
            (x * 2).register_post_accumulate_grad_hook(print)
        with pytest.raises(RuntimeError, match="cannot register a hook on a tensor that doesn't require gradient"):
            x.detach().register_post_accumulate_grad_hook(print)
        x.register_post_accumulate_grad_hook(lambda p: 3)
        assert isinstance(error_of(lambda t, x=x: x.sum().backward(), t), TypeError)
    x = made(tg)[0]
    x.register_post_accumulate_grad_hook(id)
    refused(
        TypeError, f"a post accumulate grad hook gives None, but id gave {id(x)}", x.sum().backward,
    )  # fmt: skip


OPTIMIZERS = {
    "SGD": {"lr": 0.1, "momentum": 0.9},
    "Adam": {"lr": 0.05},
    "AdamW": {"lr": 0.05, "amsgrad": True},
    "RMSprop": {"lr": 0.01, "momentum": 0.5},
    "Adagrad": {"lr": 0.1},
}


@pytest.mark.parametrize("after", [0, 3])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_for_each_parameter_steps_in_backward(name, after):
    """``after`` some steps of one optimizer for all, which lays the parameters side by side."""
    found = []
    for t in LIBRARIES:
        t.manual_seed(0)
        model = t.nn.Sequential(t.nn.Linear(3, 5), t.nn.Tanh(), t.nn.Linear(5, 1)).double()
        x, y = t.randn(8, 3, dtype=t.float64), t.randn(8, 1, dtype=t.float64)
        whole = getattr(t.optim, name)(model.parameters(), **OPTIMIZERS[name])
        for _ in range(after):
            whole.zero_grad()
            ((model(x) - y) ** 2).mean().backward()
            whole.step()
        whole.zero_grad()
        own = {p: getattr(t.optim, name)([p], **OPTIMIZERS[name]) for p in model.parameters()}

        def step(p, own=own):
            own[p].step()
            own[p].zero_grad()

        for p in model.parameters():
            p.register_post_accumulate_grad_hook(step)
        losses = []
        for _ in range(5):
            loss = ((model(x) - y) ** 2).mean()
            loss.backward()
            losses.append(loss.item())
            assert all(p.grad is None for p in model.parameters())
        found.append([*losses, *(n for p in model.parameters() for n in p.flatten().tolist())])
    np.testing.assert_allclose(*found, 1e-12)


def test_a_leaf_with_the_other_kind_of_hook_is_freed_without_the_collector():
    gc.disable()
    try:
        x = tg.ones(2, requires_grad=True)
        x.register_hook(print)
        gone = weakref.ref(x)
        del x
        assert gone() is None
    finally:
        gc.enable()
