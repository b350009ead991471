"""Optimizers move parameters side by side and nobody sees it: whatever is done between two steps ends as in PyTorch."""

import copy

import numpy as np
import pytest
from descent import both, descend, same, start

import tensorgrad as tg
from tensorgrad.optim import flat

OPTIMIZERS = {
    "SGD": {"lr": 0.03}, "SGD with momentum": {"lr": 0.03, "momentum": 0.9, "weight_decay": 0.1},
    "Adam": {"lr": 0.03, "amsgrad": True}, "Adagrad": {"lr": 0.1}, "RMSprop": {"lr": 0.01, "momentum": 0.5},
}  # fmt: skip


def made(library, name, params):
    return getattr(library.optim, name.split()[0])(params, **OPTIMIZERS[name])


# What somebody does between two steps: of the library, the optimizer and its two parameters.


def nothing(m, optimizer, w, b):
    pass


def replace_data(m, optimizer, w, b):
    w.data = w.data.clone() * 0.5


def replace_gradient(m, optimizer, w, b):
    b.grad = b.grad.clone() * 2
    optimizer.step()


def write(m, optimizer, w, b):
    with m.no_grad():
        w[0] = 0.25
        b.mul_(2)


def write_gradients(m, optimizer, w, b):
    w.grad.mul_(2)
    m.nn.utils.clip_grad_norm_([w, b], 0.1)
    optimizer.step()


def no_gradient(m, optimizer, w, b):
    optimizer.zero_grad()
    (w * w).sum().backward()
    optimizer.step()


def frozen_for_a_step(m, optimizer, w, b):
    optimizer.zero_grad()
    b.requires_grad_(False)
    (w * w).sum().backward()
    optimizer.step()
    b.requires_grad_(True)


def accumulate(m, optimizer, w, b):
    (w.sum() * b.sum()).backward()
    (w * w).sum().backward()
    optimizer.step()


def set_to_zero(m, optimizer, w, b):
    optimizer.zero_grad(set_to_none=False)
    (w * b).sum().backward()
    optimizer.step()


def other_settings(m, optimizer, w, b):
    optimizer.param_groups[0]["lr"] = 0.02
    if "momentum" in optimizer.param_groups[0]:
        optimizer.param_groups[0]["momentum"] = 0.7


def reload(m, optimizer, w, b):
    optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))


def forget(m, optimizer, w, b):
    for p in (w, b):
        for name, value in optimizer.state.get(p, {}).items():
            if name != "step":
                optimizer.state[p][name] = value * 0


def one_more(m, optimizer, w, b):
    p = m.zeros(2, dtype=m.float64, requires_grad=True)
    optimizer.add_param_group({"params": [p], "lr": 0.5})
    (p * b).sum().backward()
    optimizer.step()


BETWEEN = [nothing, replace_data, replace_gradient, write, write_gradients, no_gradient, frozen_for_a_step, accumulate,
           set_to_zero, other_settings, reload, forget, one_more]  # fmt: skip


@pytest.mark.parametrize("block", [3, 10**6])
@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on_as_in_torch(torch, monkeypatch, name, between, block):
    monkeypatch.setattr(flat, "BLOCK", block)
    problems = both(torch, *start())
    for library, problem in zip((tg, torch), problems, strict=True):
        optimizer = made(library, name, problem[1:])
        descend(optimizer, *problem, 4)
        if library is tg:
            assert len(optimizer._groups[0].together) == 1, "they lie side by side"
        between(library, optimizer, *problem[1:])
        descend(optimizer, *problem, 4)
        again = made(library, name, problem[1:])
        descend(again, *problem, 3)
        descend(optimizer, *problem, 2)
    same(*(problem[1:] for problem in problems), 1e-11)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_is_each_parameters_own(torch, monkeypatch, name):
    monkeypatch.setattr(flat, "BLOCK", 3)
    states = []
    for library, problem in zip((tg, torch), both(torch, *start()), strict=True):
        optimizer = made(library, name, problem[1:])
        descend(optimizer, *problem, 5)
        states.append(optimizer.state_dict()["state"])
    assert states[0].keys() == states[1].keys()
    for number, state in states[0].items():
        there = {k: v for k, v in states[1][number].items() if v is not None}
        assert state.keys() == there.keys()
        for key, value in state.items():
            np.testing.assert_allclose(np.asarray(value), np.asarray(there[key]), 1e-12)


def test_what_somebody_holds_stays_his():
    """A gradient that was kept is not written over, nor is a part of one; data that is shared stays shared."""
    x, *arrays = start()
    x, (w, b) = tg.from_numpy(x), [tg.tensor(a, requires_grad=True) for a in arrays]
    shared = b.data
    optimizer = tg.optim.SGD([w, b], lr=0.1)
    descend(optimizer, x, w, b, 1)
    assert not optimizer._groups[0].together, "b stays where it was"
    assert shared.tolist() == b.tolist()

    del shared
    optimizer = tg.optim.SGD([w, b], lr=0.1)
    descend(optimizer, x, w, b, 2)
    assert optimizer._groups[0].together
    kept, part, array = w.grad, b.grad[1:], w.grad.numpy()[0]
    before = kept.tolist(), part.tolist(), array.tolist()
    descend(optimizer, x, w, b, 3)
    assert (kept.tolist(), part.tolist(), array.tolist()) == before
    assert w.grad.tolist() != before[0]
    view, state = w.detach(), {"w": w.data}
    descend(optimizer, x, w, b, 1)
    assert view.tolist() == w.tolist() == state["w"].tolist()


def test_gradients_use_the_same_memory_again():
    x, *arrays = start()
    x, (w, b) = tg.from_numpy(x), [tg.tensor(a, requires_grad=True) for a in arrays]
    optimizer = tg.optim.SGD([w, b], lr=0.1)
    descend(optimizer, x, w, b, 1)
    places = {p.grad.numpy().ctypes.data for p in (w, b)}
    for _ in range(3):
        descend(optimizer, x, w, b, 1)
        assert {p.grad.numpy().ctypes.data for p in (w, b)} == places
    assert optimizer._groups[0].together


def test_two_dtypes_are_two_arrays():
    single, double = (
        [tg.ones(n, dtype=dtype, requires_grad=True) for n in (2, 3)] for dtype in (tg.float32, tg.float64)
    )
    optimizer = tg.optim.Adam([single[0], double[0], single[1], double[1]], lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        sum((p * p).sum() for p in (*single, *double)).backward()
        optimizer.step()
    assert [it.data.dtype for it in optimizer._groups[0].together] == [np.float32, np.float64]
    for p in (*single, *double):
        np.testing.assert_allclose(p.tolist(), [0.7] * len(p), 1e-2)


def test_a_copy_trains_by_itself():
    x, *arrays = start()
    x, params = tg.from_numpy(x), [tg.tensor(a, requires_grad=True) for a in arrays]
    optimizer = tg.optim.Adam(params, lr=0.1)
    descend(optimizer, x, *params, 3)
    other_params, other = copy.deepcopy((params, optimizer))
    for p, q in zip(params, other_params, strict=True):
        p.grad = q.grad = None
    descend(optimizer, x, *params, 3)
    assert [p.tolist() for p in params] != [p.tolist() for p in other_params]
    descend(other, x, *other_params, 3)
    assert [p.tolist() for p in params] == [p.tolist() for p in other_params]


def test_a_pending_graph_is_still_told_of_the_step():
    """backward() after step() refuses: the weights that it needs have changed."""
    w, b = (tg.ones(2, 2, requires_grad=True) for _ in range(2))
    optimizer = tg.optim.SGD([w, b], lr=0.1)
    (w @ b).sum().backward()
    optimizer.step()
    assert optimizer._groups[0].together
    loss = (w @ b).sum()
    loss.backward(retain_graph=True)
    optimizer.step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def laid_out(*shapes, kind="SGD", **settings):
    """Parameters of ones and an optimizer that has made a step with gradients of ones, in both libraries."""
    for m in (tg, pytest.importorskip("torch")):
        params = [m.ones(*shape, dtype=m.float64, requires_grad=True) for shape in shapes]
        optimizer = getattr(m.optim, kind)(params, lr=0.1, **settings)
        sum(p.sum() for p in params).backward()
        optimizer.step()
        yield m, optimizer, params


def check_alike(change, *shapes, **settings):
    """That a change, which gives Tensors, ends alike in both libraries."""
    ours, theirs = ([x.tolist() for x in change(*made)] for made in laid_out(*shapes, **settings))
    for x, y in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x, y, 1e-12)


def test_a_write_to_one_parameter_is_not_one_to_its_neighbour():
    def change(m, optimizer, params):
        a, b = params
        loss = (a * a).sum() + b.sum()
        with m.no_grad():
            b.zero_()
        optimizer.zero_grad()
        loss.backward()
        return a.grad, b

    check_alike(change, (2,), (3,))


@pytest.mark.parametrize("settings", [{}, {"kind": "Adam"}, {"kind": "Adagrad"}])
def test_the_group_is_what_its_list_says(settings):
    def other(m, optimizer, params):
        c = m.ones(2, dtype=m.float64, requires_grad=True)
        optimizer.param_groups[0]["params"][1] = c
        if settings.get("kind") != "Adagrad":  # whose sums PyTorch begins in the constructor
            c.sum().backward()
        optimizer.step()
        optimizer.param_groups[0]["params"].pop()
        optimizer.step()
        return *params, c

    def order(m, optimizer, params):
        optimizer.add_param_group(
            {"params": [m.zeros(2, dtype=m.float64, requires_grad=True) for _ in "ab"], "lr": 1.0}
        )
        more = optimizer.param_groups[1]["params"]
        sum(p.sum() for p in more).backward()
        optimizer.step()
        optimizer.param_groups.reverse()
        optimizer.step()
        del optimizer.param_groups[0]
        optimizer.step()
        return *params, *more

    check_alike(other, (2,), (2,), **settings)
    check_alike(order, (2,), (2,), **settings)


def test_a_rule_of_ones_own_gets_one_parameter_at_a_time():
    class Normed(tg.optim.SGD):
        def update(self, w, g, state, **settings):
            w -= g / np.sqrt((g * g).sum())

    a, b = tg.zeros(1, requires_grad=True), tg.zeros(1, requires_grad=True)
    optimizer = Normed([a, b], lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        (3 * a + b).sum().backward()
        optimizer.step()
    assert a.item() == b.item() == -2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_data_replaced_while_frozen(dtype):
    def change(m, optimizer, params):
        a, b = params
        optimizer.zero_grad()
        a.requires_grad_(False)
        a.data = m.ones(4, dtype=getattr(m, dtype))
        a.requires_grad_()
        ((a * 2).sum() + b.sum()).backward()
        assert str(a.grad.dtype).endswith(dtype)
        optimizer.step()
        return a, a.grad, b

    check_alike(change, (2,), (3,))


def test_data_exchanged_while_frozen():
    def change(m, optimizer, params):
        a, b = params
        for p in params:
            p.requires_grad_(False)
        a.data, b.data = b.data, a.data
        for p in params:
            p.requires_grad_()
        again = m.optim.SGD([b, a], lr=1.0)
        for _ in range(2):
            again.zero_grad()
            ((a * 2).sum() + b.sum()).backward()
            again.step()
        return a, b, a.grad, b.grad

    check_alike(change, (2,), (2,))


def test_a_count_of_steps_that_is_changed_by_hand():
    def change(m, optimizer, params):
        for state in optimizer.state.values():
            state["step"] += 1
        optimizer.step()
        return *params, *(state["step"] for state in optimizer.state.values())

    for block in (1, 100):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(flat, "BLOCK", block)
            check_alike(change, (2,), (3,), kind="Adam")


def test_adagrad_begins_its_sums_anew():
    def change(m, optimizer, params):
        optimizer.state.clear()
        sum(p.sum() for p in params).backward()
        optimizer.step()
        return params

    for p in change(*next(laid_out((2,), (2,), kind="Adagrad"))):
        np.testing.assert_allclose(p.tolist(), [0.8, 0.8], 1e-9)
