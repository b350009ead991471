"""autograd.grad, backward, gradcheck and inference_mode, compared with PyTorch."""

import re

import numpy as np
import pytest
from against_torch import same, torch

import tensorgrad as tg

BOTH = pytest.mark.parametrize("m", [tg, torch], ids=["tensorgrad", "torch"])


def leaves(m, *shapes):
    random = np.random.default_rng(0)
    return [m.tensor(random.uniform(0.5, 2, shape), requires_grad=True) for shape in shapes]


def gradients(m, case):
    """What ``case(m)`` gives, and that no leaf it names got a gradient."""
    found, named = case(m)
    assert all(x.grad is None for x in named)
    return found


def one(m):
    (x,) = leaves(m, (3,))
    return m.autograd.grad((x * x).sum(), x), [x]


def some_of_the_leaves(m):
    x, y, z = leaves(m, (3,), (2, 3), ())
    return m.autograd.grad((x * y * z).sum(), [z, x]), [x, y, z]


def computed_inputs(m):
    x, y = leaves(m, (3,), (3,))
    a = x * y
    b = (a * x).exp()
    return m.autograd.grad((b * a * y).sum(), (a, b, x)), [x, y]


def several_outputs(m):
    x, y = leaves(m, (2, 3), (3,))
    outputs = [(x * y).sum(), x * x, y.sum() * x[0]]
    seeds = [None, m.full((2, 3), 0.5, dtype=m.float64), m.ones(3, dtype=m.float64)]
    return m.autograd.grad(outputs, (x, y), seeds), [x, y]


def an_output_as_input(m):
    (x,) = leaves(m, (2,))
    y = x * 3
    return m.autograd.grad((y, y * y, x), (y, x), [m.ones(2, dtype=m.float64)] * 3), [x]


def the_same_output_twice(m):
    (x,) = leaves(m, ())
    y = x.exp()
    return m.autograd.grad([y, y], [x, x]), [x]


def unused(m):
    x, y = leaves(m, (2,), (3,))
    z = y * 2
    return m.autograd.grad(x.sum(), (x, y, z), allow_unused=True), [x, y]


def unused_as_zeros(m):
    x, y = leaves(m, (2,), (3,))
    return m.autograd.grad(x.sum(), (x, y), materialize_grads=True), [x, y]


def seed_of_another_dtype(m):
    (x,) = leaves(m, (3,))
    return m.autograd.grad(x * x, x, m.ones(3, dtype=m.float32)), [x]


def through_views_and_writes(m):
    x, y = leaves(m, (4, 3), (3,))
    a = x * 1
    a[1] = y * y
    a += y
    return m.autograd.grad((a[1:] ** 2).sum(), (x, y, a)), [x, y]


def kept_gradients_of_computed(m):
    x, y = leaves(m, (3,), (3,))
    a = x * y
    return m.autograd.grad((a * a).sum(), (a, y)), [x, y]


CASES = [
    one, some_of_the_leaves, computed_inputs, several_outputs, an_output_as_input, the_same_output_twice, unused,
    unused_as_zeros, seed_of_another_dtype, through_views_and_writes, kept_gradients_of_computed,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])
def test_grad_equals_pytorch(case):
    ours, theirs = gradients(tg, case), gradients(torch, case)
    assert type(ours) is tuple
    for a, b in zip(ours, theirs, strict=True):
        same(a, b)


@BOTH
def test_grad_leaves_the_gradients_there_are(m):
    x, y = leaves(m, (2,), (2,))
    (x * y).sum().backward()
    before = [x.grad.tolist(), y.grad.tolist()]
    (g,) = m.autograd.grad((x * y).sum(), x)
    assert [x.grad.tolist(), y.grad.tolist()] == before
    g += 1
    assert [x.grad.tolist(), y.grad.tolist()] == before


def test_what_grad_gives_is_no_ones_else():
    x, seed = *leaves(tg, (2,)), tg.ones(2, dtype=tg.float64)
    (g,) = tg.autograd.grad(x + 0, x, seed)
    g += 1
    (again,) = tg.autograd.grad(x + 0, x, seed)
    assert (seed.tolist(), again.tolist()) == ([1, 1], [1, 1])


@BOTH
def test_grad_frees_the_graph_unless_asked_to_keep_it(m):
    (x,) = leaves(m, (2,))
    y = (x * x).sum()
    first = m.autograd.grad(y, x, retain_graph=True)[0].tolist()
    assert m.autograd.grad(y, x)[0].tolist() == first
    for again in (lambda: m.autograd.grad(y, x), y.backward):
        with pytest.raises(RuntimeError, match=r"retain_graph=True|backward through the graph a second time"):
            again()


@BOTH
def test_grad_frees_only_what_lies_between(m):
    x, y = leaves(m, (2,), (2,))
    a, b = x * x, y * y
    m.autograd.grad((a.exp() * b.detach()).sum(), x)
    b.sum().backward()
    assert y.grad.tolist() == (2 * y).tolist()


def test_an_error_on_the_way_leaves_everything_as_it_was():
    x, y = leaves(tg, (2,), (2,))
    a = x * 1
    b = a * y
    loss = (b * b).sum()
    with tg.no_grad():
        a += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        tg.autograd.grad(loss, (x, y), retain_graph=True)
    assert x.grad is None
    assert y.grad is None
    assert tg.autograd.grad(loss, b)[0].tolist() == (2 * b).tolist()


def test_a_long_chain_needs_no_recursion():
    x = y = tg.tensor(1.0, requires_grad=True)
    for _ in range(20_000):
        y = y + 0.0
    assert tg.autograd.grad(y, x)[0].item() == 1


@BOTH
def test_backward_of_several(m):
    x, y = leaves(m, (2,), (2,))
    m.autograd.backward([(x * y).sum(), x * 2], [None, m.ones(2, dtype=m.float64)])
    assert x.grad.tolist() == (y + 2).tolist()
    assert y.grad.tolist() == x.tolist()
    m.autograd.backward(x.sum() * 1)
    m.autograd.backward(y, m.ones(2, dtype=m.float64))
    assert x.grad.tolist() == (y + 3).tolist()
    z = (x * x).sum()
    m.autograd.backward(z, retain_graph=True)
    m.autograd.backward(z)


def x_of(m):
    return m.tensor([1.0, 2.0], requires_grad=True)


GRAD_ERRORS = [
    (lambda m, x: m.autograd.grad(x.sum(), []), "grad: inputs cannot be empty"),
    (
        lambda m, x: m.autograd.grad(m.ones(2), x),
        "element 0 of tensors does not require grad and does not have a grad_fn",
    ),
    (
        lambda m, x: m.autograd.grad(x.sum(), m.ones(2)),
        "one of the differentiated Tensors does not require grad: tensor",
    ),
    (lambda m, x: m.autograd.grad(x.sum(), "a"), "one of the differentiated Tensors does not require grad: 'a'"),
    (
        lambda m, x: m.autograd.grad(x * 2, x),
        "grad can be implicitly created only for scalar outputs, but element 0 has shape (2,); reduce it with sum()",
    ),
    (
        lambda m, x: m.autograd.grad(x * 2, x, m.ones(3)),
        "mismatch in shape: the gradient given for element 0 has shape torch.Size([3]), but the output has "
        "torch.Size([2])",
    ),
    (
        lambda m, x: m.autograd.grad(x.sum(), x_of(m)),
        "grad: the differentiated Tensor at index 0 appears to not have been used in the graph; set allow_unused=True",
    ),
    (
        lambda m, x: m.autograd.grad(x.sum(), x, allow_unused=False, materialize_grads=True),
        "grad: expected allow_unused to be True or not passed when materialize_grads=True, but got False",
    ),
    (
        lambda m, x: m.autograd.backward(m.ones(1)),
        "element 0 of tensors does not require grad and does not have a grad_fn",
    ),
    (lambda m, x: m.autograd.backward(x * 2), "grad can be implicitly created only for scalar outputs"),
]


@pytest.mark.parametrize(("call", "text"), GRAD_ERRORS, ids=[text for _, text in GRAD_ERRORS])
def test_errors_are_of_the_kind_of_pytorch(call, text):
    with pytest.raises(Exception, match=re.escape(text)) as ours:
        call(tg, x_of(tg))
    with pytest.raises(Exception) as theirs:  # noqa: PT011  # the kind is what is compared
        call(torch, x_of(torch))
    assert isinstance(ours.value, type(theirs.value))


def test_errors_of_our_own():
    x = x_of(tg)
    with pytest.raises(RuntimeError, match="create_graph=True asks for gradients that can be differentiated again"):
        tg.autograd.grad(x.sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="backward: create_graph=True is not possible"):
        tg.autograd.backward(x.sum(), create_graph=True)
    with pytest.raises(ValueError, match="1 outputs need as many gradients, but got 2; None stands for 1"):
        tg.autograd.grad(x.sum(), x, [None, None])
    with pytest.raises(TypeError, match="an output must be a Tensor, but element 0 is a str"):
        tg.autograd.grad("a", x)


# gradcheck


def half_detached(m, a):
    return a.detach() * a


@BOTH
def test_gradcheck(m):
    a, b = leaves(m, (2, 3), (3,))
    assert m.autograd.gradcheck(lambda a, b: a * b.exp(), (a, b))
    assert m.autograd.gradcheck(lambda a, b, n: (a.sum(1) * n, (b * b).tanh(), a.argmax()), (a, b, 3))
    assert m.autograd.gradcheck(lambda a: a.sum(), a)
    assert m.autograd.gradcheck(lambda a, b: a * b.detach() ** 0, (a, b))
    assert not m.autograd.gradcheck(lambda a: half_detached(m, a), a, raise_exception=False)
    assert m.autograd.gradcheck(lambda a: a + 1e-7 * half_detached(m, a), a)
    assert not m.autograd.gradcheck(
        lambda a: a + 1e-7 * half_detached(m, a), a, atol=1e-9, rtol=1e-12, raise_exception=False
    )
    with pytest.raises(
        RuntimeError, match=r"(?s)Jacobian mismatch for output 0 with respect to input [01],\nnumerical:.*anal"
    ):
        m.autograd.gradcheck(lambda a, b: half_detached(m, b) * a[0], (b.detach().clone(), b))
    with pytest.raises(ValueError, match="gradcheck expects at least one input tensor to require gradient, but none"):
        m.autograd.gradcheck(lambda a: a, a.detach())
    with pytest.warns(UserWarning, match="#0 requires gradient and is not a double precision floating point"):
        m.autograd.gradcheck(lambda a: a, x_of(m), eps=1e-2, atol=1e-2)


def test_gradcheck_changes_nothing():
    (a,) = leaves(tg, (2, 2))
    before = a.tolist()
    tg.autograd.gradcheck(tg.exp, a)
    assert (a.tolist(), a.grad) == (before, None)


# inference_mode


@BOTH
def test_inference_mode(m):
    x = x_of(m)

    @m.inference_mode
    def bare():
        return x * 2

    @m.inference_mode()
    def called():
        return x * 2

    @m.inference_mode(False)
    def off():
        return x * 2

    with m.inference_mode():
        assert not (x * 2).requires_grad
        assert not m.is_grad_enabled()
    with m.inference_mode(mode=True), m.enable_grad():
        pass
    assert not bare().requires_grad
    assert not called().requires_grad
    with m.no_grad():
        assert off().requires_grad
    assert (x * 2).requires_grad


def test_the_modes_are_in_autograd_too():
    for name in ("no_grad", "enable_grad", "set_grad_enabled", "inference_mode"):
        assert getattr(tg.autograd, name) is getattr(tg, name)
        assert hasattr(torch.autograd, name)
