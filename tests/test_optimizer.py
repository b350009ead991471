"""What every optimizer does, shown with SGD: parameters and groups, closures, state in and out, one of your own."""

import copy

import numpy as np
import pytest
from descent import STEPS, both, descend, parameter, same, start
from expectations import refused

import tensorgrad as tg
from tensorgrad.optim import SGD, Optimizer

# parameters and groups


def test_groups_have_their_own_settings(torch):
    own, theirs = both(torch, *start())
    groups = [[{"params": w, "lr": 0.2}, {"params": [b], "momentum": 0.9}] for w, b in (own[1:], theirs[1:])]
    optimizers = SGD(groups[0], lr=0.03), torch.optim.SGD(groups[1], lr=0.03)
    for optimizer, problem in zip(optimizers, (own, theirs), strict=True):
        descend(optimizer, *problem, STEPS)
    same(own[1:], theirs[1:])
    assert [(g["lr"], g["momentum"]) for g in optimizers[0].param_groups] == [(0.2, 0), (0.03, 0.9)]


def test_parameters_without_a_gradient_are_left_alone():
    used, unused, frozen = parameter(1.0), parameter(1.0), parameter(1.0)
    frozen.requires_grad_(False)
    optimizer = SGD([used, unused, frozen], lr=0.1, momentum=0.9, weight_decay=0.5)
    (used * unused.detach() * frozen).sum().backward()
    optimizer.step()
    assert used.tolist() != [1]
    assert unused.tolist() == frozen.tolist() == [1]
    assert list(optimizer.state_dict()["state"]) == [0]


def test_a_parameter_frozen_with_its_gradient_still_moves_as_in_torch(torch):
    found = []
    for library, optim in ((tg, SGD), (torch, torch.optim.SGD)):
        w = library.tensor([1.0], requires_grad=True)
        optimizer = optim([w], lr=0.1)
        (w * 2).sum().backward()
        w.requires_grad_(False)
        optimizer.step()
        found.append(w.tolist())
    assert found[0] == found[1]


def test_a_parameter_thawed_later_is_trained():
    w = tg.tensor([1.0])
    optimizer = SGD([w], lr=0.5)
    w.requires_grad_()
    (w * 1).sum().backward()
    optimizer.step()
    assert w.tolist() == [0.5]


def test_zero_grad_both_ways():
    w, unused = parameter(1.0), parameter(1.0)
    optimizer = SGD([w, unused], lr=0.1)
    (w * 2).sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.tolist() == [0]
    assert unused.grad is None
    optimizer.zero_grad()
    assert w.grad is None


def test_closure_is_called_with_gradients_and_its_loss_returned():
    w = parameter(2.0)
    optimizer = SGD([w], lr=0.25)
    calls = []

    def closure():
        calls.append(tg.is_grad_enabled())
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    with tg.no_grad():
        assert optimizer.step(closure).item() == 4
    assert calls == [True]
    assert w.tolist() == [1]


def test_backward_after_a_step_refuses_a_stale_graph():
    w = parameter(2.0)
    optimizer = SGD([w], lr=0.1)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    optimizer.step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def computed():
    return parameter(1.0) * 2


def in_two_groups():
    w = tg.zeros(1)
    return [{"params": w}, {"params": [w]}]


@pytest.mark.parametrize(
    ("params", "kind", "sentence"),
    [
        (list, ValueError, "optimizer got an empty parameter list; the model has no Parameters"),
        (lambda: iter(()), ValueError, "optimizer got an empty parameter list; the model has no Parameters"),
        (
            lambda: tg.zeros(1),
            TypeError,
            "params argument given to the optimizer should be an iterable of Tensors or dicts, but got Tensor; "
            "give model.parameters()",
        ),
        (
            lambda: {"params": [tg.zeros(1)]},
            TypeError,
            "params argument given to the optimizer should be an iterable of Tensors or dicts, but got dict; "
            "give model.parameters()",
        ),
        (
            lambda: [computed()],
            ValueError,
            "can't optimize a non-leaf Tensor: it was computed; optimize what it was computed from",
        ),
        (lambda: [1.0], TypeError, "optimizer can only optimize Tensors, but one of the params is float"),
        (
            lambda: [{"params": {tg.zeros(1)}}],
            TypeError,
            "optimizer parameters need to be in an order that stays, but got a set; give a list",
        ),
        (lambda: [{"params": tg.zeros(1)}, 3], TypeError, 'param_group must be a dict with "params", but got int'),
        (in_two_groups, ValueError, "some parameters appear in more than one parameter group"),
        (
            lambda: [{"params": tg.zeros(1), "beta": 1}],
            ValueError,
            "SGD has no setting 'beta'; it has lr, momentum, dampening, weight_decay, nesterov, maximize, foreach, "
            "differentiable, fused",
        ),
    ],
)
def test_parameters_that_cannot_be_optimized(params, kind, sentence):
    refused(kind, sentence, SGD, params(), lr=0.1)


def test_defaults_are_checked_though_every_group_has_its_own():
    with pytest.raises(ValueError, match="Invalid learning rate: -1"):
        SGD([{"params": tg.zeros(1), "lr": 0.1}], lr=-1)


def test_a_group_may_have_a_name_and_what_schedulers_note():
    optimizer = SGD([{"params": tg.zeros(1), "name": "head", "initial_lr": 0.3}], lr=0.1)
    assert optimizer.param_groups[0]["name"] == "head"
    assert optimizer.state_dict()["param_groups"][0]["initial_lr"] == 0.3


def test_a_group_that_is_refused_is_not_taken_on():
    optimizer = SGD([tg.zeros(1)], lr=0.1)
    with pytest.raises(ValueError, match="Invalid learning rate"):
        optimizer.add_param_group({"params": [tg.zeros(1)], "lr": -1})
    assert len(optimizer.param_groups) == 1


# state in and out


def test_a_run_goes_on_from_its_state():
    x, w, b = start()
    x = tg.from_numpy(x)
    through = [tg.tensor(a, requires_grad=True) for a in (w, b)]
    whole = SGD(through, lr=0.05, momentum=0.9, dampening=0.3)
    descend(whole, x, *through, 20)

    first = [tg.tensor(a, requires_grad=True) for a in (w, b)]
    before = SGD(first, lr=0.05, momentum=0.9, dampening=0.3)
    descend(before, x, *first, 10)
    saved = copy.deepcopy(before.state_dict())
    second = [p.detach().clone().requires_grad_() for p in first]
    descend(before, x, *first, 1)  # must not reach the copy

    after = SGD(second, lr=1.0)
    after.load_state_dict(saved)
    descend(after, x, *second, 10)
    for a, p in zip(through, second, strict=True):
        assert a.tolist() == p.tolist()


def test_a_loaded_state_is_a_copy():
    w = parameter(1.0)
    optimizer = SGD([w], lr=0.1, momentum=0.9)
    saved = {"state": {0: {"momentum_buffer": tg.ones(1, dtype=tg.float64)}}, "param_groups": [{"params": [0]}]}
    optimizer.load_state_dict(saved)
    (w * 5).sum().backward()
    optimizer.step()
    assert saved["state"][0]["momentum_buffer"].tolist() == [1]
    assert w.tolist() == [1 - 0.1 * (0.9 + 5)]


def test_state_dict_has_the_layout_of_torch(torch):
    own, theirs = both(torch, *start())
    dicts = []
    for optimizer, problem in (
        (SGD([{"params": own[1:2]}, {"params": own[2:], "lr": 0.2}], 0.1, 0.9), own),
        (torch.optim.SGD([{"params": theirs[1:2]}, {"params": theirs[2:], "lr": 0.2}], 0.1, 0.9), theirs),
    ):
        descend(optimizer, *problem, 3)
        dicts.append(optimizer.state_dict())
    mine, torchs = dicts
    assert mine.keys() == torchs.keys()
    assert mine["state"].keys() == torchs["state"].keys()
    for i, state in torchs["state"].items():
        assert mine["state"][i].keys() == state.keys()
        same([mine["state"][i]["momentum_buffer"]], [state["momentum_buffer"]])
    for own_group, group in zip(mine["param_groups"], torchs["param_groups"], strict=True):
        assert own_group.items() <= group.items()


def test_state_goes_from_torch_and_back(torch):
    own, theirs = both(torch, *start())
    his = torch.optim.SGD(theirs[1:], lr=0.05, momentum=0.9)
    descend(his, *theirs, 10)

    saved = his.state_dict()
    saved["state"] = {
        i: {"momentum_buffer": tg.tensor(s["momentum_buffer"].numpy())} for i, s in saved["state"].items()
    }
    mine = SGD(own[1:], lr=1.0)
    mine.load_state_dict(saved)
    with tg.no_grad():
        for p, q in zip(own[1:], theirs[1:], strict=True):
            p.copy_(tg.tensor(q.detach().numpy()))
    descend(mine, *own, 10)
    descend(his, *theirs, 10)
    same(own[1:], theirs[1:])

    saved = mine.state_dict()
    saved["state"] = {
        i: {"momentum_buffer": torch.tensor(s["momentum_buffer"].numpy())} for i, s in saved["state"].items()
    }
    again = torch.optim.SGD(theirs[1:], lr=1.0)
    again.load_state_dict(saved)
    descend(again, *theirs, 10)
    descend(mine, *own, 10)
    same(own[1:], theirs[1:])


def test_a_state_saved_and_loaded_as_a_file(tmp_path):
    w = parameter(1.0, 2.0)
    optimizer = SGD([w], lr=0.1, momentum=0.9)
    (w * w).sum().backward()
    optimizer.step()
    tg.save(optimizer.state_dict(), tmp_path / "state.safetensors")
    other = SGD([w], lr=5.0)
    other.load_state_dict(tg.load(tmp_path / "state.safetensors"))
    assert other.param_groups[0]["lr"] == 0.1
    assert other.state[w]["momentum_buffer"].tolist() == optimizer.state[w]["momentum_buffer"].tolist()


@pytest.mark.parametrize("sizes", [[1], [3], [2, 1]])
def test_a_state_of_other_size_is_refused_and_changes_nothing(sizes):
    optimizer = SGD([tg.zeros(1), tg.zeros(1)], lr=0.1)
    other = SGD([{"params": [tg.zeros(1) for _ in range(n)]} for n in sizes], lr=5.0)
    sentence = (
        "loaded state dict doesn't match the optimizer's parameter groups: groups of [2] parameters are needed, "
        f"but it has groups of {sizes}"
    )
    refused(ValueError, sentence, optimizer.load_state_dict, other.state_dict())
    assert optimizer.param_groups[0]["lr"] == 0.1


# one's own


class SignDescent(Optimizer):
    """Moves every weight by the same amount, and counts its steps."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})

    def update(self, w, g, state, *, lr):
        state["steps"] = state.get("steps", 0) + 1
        w -= lr * np.sign(g)


def test_an_optimizer_of_ones_own_is_an_update():
    w = parameter(1.0, -2.0, 3.0)
    optimizer = SignDescent([{"params": [w], "lr": 0.5}])
    for _ in range(2):
        optimizer.zero_grad()
        (w * w).sum().backward()
        optimizer.step()
    assert w.tolist() == [0, -1, 2]
    assert optimizer.state_dict() == {"state": {0: {"steps": 2}}, "param_groups": [{"lr": 0.5, "params": [0]}]}
    assert repr(optimizer).splitlines() == ["SignDescent (", "Parameter Group 0", "    lr: 0.5", ")"]
