"""Writing in place: what it computes, what it does to gradients, and when backward() refuses."""

import numpy as np
import pytest

import tensorgrad as tg

A = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
W = [10.0, 20.0, 30.0]


def add(t, a, w):
    x = a * 2
    x += w
    return x


def add_to_a_part(t, a, w):
    x = a * 2
    x[0] += w
    return x


def multiply_a_column(t, a, w):
    x = a * 2
    x[:, 1] *= w[1]
    return x


def earlier_results_keep_the_old_history(t, a, w):
    x = a * 2
    y = x * 3
    x += 1
    return x + y


def write_rows_of_a_fresh_tensor(t, a, w):
    x = t.zeros(2, 3)
    x[0] = w
    x[1, 1] = w[0]
    return x


def multiply_a_view(t, a, w):
    x = a * 2
    v = x[0]
    v *= w
    return x


def the_view_itself(t, a, w):
    x = a * 2
    v = x[0]
    v *= w
    return v + x[1]


def a_view_of_a_view(t, a, w):
    x = (a * 2).T
    v = x[1]
    v *= w[:2]
    return x


def an_older_view_sees_the_write(t, a, w):
    x = a * 2
    flat = x.view(-1)
    x[0] = w
    return flat


def an_older_view_of_an_untracked_tensor(t, a, w):
    x = t.zeros(2, 3)
    flat = x.view(-1)
    x[0] = w
    return flat


def overlapping_views(t, a, w):
    x = a * 2
    u, v = x[0:1], x.T
    v[0] = w[:2]
    return u


def mask(t, a, w):
    x = a * 2
    x[a.detach() > 2] = 0
    return x


def advanced_index(t, a, w):
    x = a * 2
    x[[0, 1], [1, 2]] = w[:2]
    return x


def clamp(t, a, w):
    x = a * 2
    return x.clamp_(3, 9)


def zero_and_write(t, a, w):
    x = a * 2
    x.zero_()
    x[0] = w
    return x


def accumulate_in_a_loop(t, a, w):
    x = t.zeros(2, 3)
    for i in range(2):
        x[i] += w
        x[i] += a[i] * w
    return x


def divide(t, a, w):
    x = a * 2
    x /= w
    return x


def subtract_with_factor(t, a, w):
    x = a * 2
    return x.sub_(w, alpha=3).mul_(2).div_(w).add_(1)


def copy(t, a, w):
    x = a * 2
    return x.copy_(w)


def without_recording(t, a, w):
    x = a * 2
    with t.no_grad():
        x *= 3
    return x


def through_data(t, a, w):
    x = a * 2
    x.data[0] = 5.0
    return x


def a_view_of_fresh_memory(t, a, w):
    x = t.zeros(6).view(2, 3)
    x[0] = w
    return x


PROGRAMS = [
    add, add_to_a_part, multiply_a_column, earlier_results_keep_the_old_history, write_rows_of_a_fresh_tensor,
    multiply_a_view, the_view_itself, a_view_of_a_view, an_older_view_sees_the_write,
    an_older_view_of_an_untracked_tensor, overlapping_views, mask, advanced_index, clamp, zero_and_write,
    accumulate_in_a_loop, divide, subtract_with_factor, copy, without_recording, through_data, a_view_of_fresh_memory,
]  # fmt: skip


def outcome(t, program):
    a = t.tensor(A, dtype=t.float64, requires_grad=True)
    w = t.tensor(W, dtype=t.float64, requires_grad=True)
    y = program(t, a, w)
    (y * y).sum().backward()
    zero = t.zeros(1)
    return [x.tolist() for x in (y.detach(), zero if a.grad is None else a.grad, zero if w.grad is None else w.grad)]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_numbers_and_gradients_are_torchs(program):
    torch = pytest.importorskip("torch")
    for ours, theirs in zip(outcome(tg, program), outcome(torch, program), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def parameter(values=A):
    return tg.tensor(values, requires_grad=True)


@pytest.mark.parametrize("write", [
    lambda x: x.add_(1), lambda x: x.fill_(3), lambda x: x.__setitem__(0, 1.0), lambda x: x.detach().add_(1),
    lambda x: x.data.zero_(), lambda x: x[0].detach().add_(1), lambda x: x.view(-1).add_(1),
])  # fmt: skip
def test_backward_refuses_when_what_it_needs_was_written_to(write):
    x = parameter().tanh()
    y = (x * 1.0).sum()
    write(x)
    for _ in range(2):  # and again: the first refusal leaves no gradient on the way
        with pytest.raises(RuntimeError, match="that tanh kept, but it has been modified by an inplace operation"):
            y.backward(retain_graph=True)


def test_backward_does_not_refuse_what_it_does_not_need():
    x = parameter() * 2
    y = (x + 1).sum()
    x.data.fill_(100)
    y.backward()


def test_messages_name_the_operation():
    x = parameter().tanh()
    y = x * 1.0
    x.add_(1)
    with pytest.raises(
        RuntimeError, match=r"needs an array of shape \(2, 3\) that tanh kept, but it has been modified by"
    ):
        y.sum().backward()


def test_an_optimizer_step_between_forward_and_backward_is_noticed():
    w = parameter()
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    tg.optim.SGD([w], lr=0.1).step()
    with pytest.raises(RuntimeError, match="that mul kept, but it has been modified by an inplace operation"):
        loss.backward()


def test_leaves_are_protected():
    w = parameter()
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        w += 1
    with pytest.raises(RuntimeError, match="a view of a leaf Variable that requires grad is being used"):
        w[0].add_(1)
    with pytest.raises(RuntimeError, match="a leaf Variable"):
        w[0] = 1.0
    assert w.tolist() == A
    with tg.no_grad():
        same = w
        w += 1
        w[0] *= 2
    assert w is same
    assert w.requires_grad
    assert w.tolist() == [[4, 6, 8], [5, 6, 7]]


def test_what_does_not_fit_changes_nothing():
    x = tg.zeros(3)
    with pytest.raises(RuntimeError, match=r"output with shape \(3,\) doesn't match the broadcast shape \(2, 3\)"):
        x += tg.ones(2, 3)
    with pytest.raises(RuntimeError, match=r"value of shape \(2,\) cannot be broadcast to the indexed shape \(\)"):
        x[0] = tg.ones(2)
    n = tg.arange(3)
    with pytest.raises(RuntimeError, match=r"result type float32 can't be cast to the desired output type int64"):
        n += 1.5
    assert (x.tolist(), n.tolist()) == ([0, 0, 0], [0, 1, 2])


def test_memory_is_shared():
    x = tg.tensor(A)
    x[0][1] = 9.0
    x.view(-1)[5] = 7.0
    x.T[0, 1] = 8.0
    x.data[0, 0] = -1.0
    x.detach().numpy()[0, 2] = 0.0
    assert x.tolist() == [[-1, 9, 0], [8, 5, 7]]
    element = x[1, 1]
    element += 100
    assert x[1, 1].item() == 105


def test_a_single_number_shares_memory_too():
    x = (tg.ones(3) * 2).sum()  # NumPy gives a scalar here
    view, detached = x.view(1), x.detach()
    x += 1
    assert (view.tolist(), detached.item()) == ([7], 7)


def test_numbers_are_cast_to_the_tensors_dtype():
    x = tg.arange(3)
    x[1] = 7.9
    x[2] = tg.tensor(True)
    assert (x.tolist(), x.dtype) == ([0, 7, 1], tg.int64)
    y = tg.zeros(2)
    y[:] = np.array([1.5, 2.5])
    assert (y.tolist(), y.dtype) == ([1.5, 2.5], tg.float32)


def test_memory_that_cannot_be_written_to():
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor refers to a single memory"):
        tg.zeros(1, 3).expand(2, 3).add_(1)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor refers to a single memory"):
        tg.zeros(1, 3).expand(2, 3)[0, 0] = 1.0
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    with pytest.raises(
        RuntimeError, match=r"the memory of this Tensor is read-only; clone\(\) it before writing to it"
    ):
        tg.from_numpy(fixed).fill_(1)


def test_an_expanded_view_adds_its_rows():
    a = parameter([[1.0, 2.0, 3.0]])
    x = a * 2
    wide = x.expand(4, 3)
    x += 1
    wide.sum().backward()
    assert a.grad.tolist() == [[8, 8, 8]]


def test_impossible_slices():
    with pytest.raises(ValueError, match="the step of a slice must be greater than zero, but got 0"):
        tg.zeros(3)[::0] = 7.0
    with pytest.raises(TypeError, match=r"slice indices must be integers or None, but got 0\.5"):
        tg.zeros(3)[0.5:]


def test_a_value_with_more_dimensions_of_size_one_gets_its_gradient():
    v = parameter([[1.0, 1.0, 1.0]])
    y = tg.zeros(3)
    y[:] = v
    (y * tg.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert v.grad.tolist() == [[1, 2, 3]]


def test_a_limit_that_needs_a_gradient_is_recorded():
    limit = parameter([0.5])
    x = tg.zeros(2, dtype=tg.float64)
    x.clamp_(limit)
    x.sum().backward()
    assert limit.grad.tolist() == [2]


def test_what_is_written_where_it_stands_is_written_once():
    """x[index] += y writes by +=; the assignment that Python makes of it finds its work done."""
    x = parameter() * 2
    before = x.grad_fn
    x[0] += 1
    assert x.grad_fn is not before
    node = x.grad_fn
    x[0] = x[0]
    assert x.grad_fn is node
    x[0] = x[1]  # other memory, and here the same numbers as strides and shape
    assert x[0].tolist() == x[1].tolist()
    assert x.grad_fn is not node
    x[:, 1:] = x[:, :-1].clone()
    assert x.tolist() == [[8, 8, 10], [8, 8, 10]]
    w = parameter()
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        w[0] = w[0]
    y = tg.arange(5)
    y[1:4] = y[0:3]  # overlapping, and not the same
    assert y.tolist() == [0, 0, 1, 2, 4]
    z = tg.zeros(2, 2)
    z[0, 1] = z[1, 0] + 3
    z[1, 1] = z[0, 1]
    assert z.tolist() == [[0, 3], [0, 3]]


def test_integers_never_require_grad():
    leaf = tg.tensor([1.5, 2.5], requires_grad=True)
    written = [tg.zeros(2).long() for _ in range(5)]
    written[0].copy_(leaf)
    written[1][...] = leaf
    written[2][[0, 1]] = leaf
    written[3].fill_(leaf[0])
    written[4].masked_fill_(tg.tensor([True, False]), leaf[0])
    assert [y.tolist() for y in written] == [[1, 2], [1, 2], [1, 2], [1, 1], [1, 0]]
    assert not any(y.requires_grad for y in (*written, written[4].masked_fill(tg.tensor(True), leaf[0])))
