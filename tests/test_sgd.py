"""SGD: step by step against PyTorch's, its settings, what it remembers and prints."""

import itertools

import numpy as np
import pytest
from descent import STEPS, both, descend, parameter, same, start
from expectations import refused

import tensorgrad as tg
from tensorgrad.optim import SGD

SETTINGS = [
    {"momentum": m, "dampening": d, "weight_decay": w, "nesterov": n, "maximize": x}
    for m, d, w, n, x in itertools.product((0, 0.9), (0, 0.3), (0, 0.01), (False, True), (False, True))
    if not n or (m and not d)
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: "-".join(f"{k}={v}" for k, v in s.items() if v) or "plain")
def test_sgd_takes_the_steps_of_torch(torch, settings):
    own, theirs = both(torch, *start())
    descend(SGD(own[1:], lr=0.05, **settings), *own, STEPS)
    descend(torch.optim.SGD(theirs[1:], lr=0.05, **settings), *theirs, STEPS)
    same(own[1:], theirs[1:])
    assert not np.allclose(own[1].detach().numpy(), start()[1])


def test_defaults_are_those_of_torch(torch):
    theirs = torch.optim.SGD([torch.zeros(1)]).defaults
    assert SGD([tg.zeros(1)]).defaults == theirs


def test_the_learning_rate_may_be_changed_between_steps(torch):
    own, theirs = both(torch, *start())
    optimizers = SGD(own[1:], lr=0.1, momentum=0.9), torch.optim.SGD(theirs[1:], lr=0.1, momentum=0.9)
    for optimizer, problem in zip(optimizers, (own, theirs), strict=True):
        descend(optimizer, *problem, 5)
        for group in optimizer.param_groups:
            group["lr"] *= 0.1
        descend(optimizer, *problem, 5)
    same(own[1:], theirs[1:])


def test_a_step_of_a_number():
    w = parameter(1.0, 2.0)
    optimizer = SGD([w], 0.1)
    (w * w).sum().backward()
    assert optimizer.step() is None
    np.testing.assert_allclose(w.tolist(), [0.8, 1.6])


def test_the_array_is_updated_in_place():
    w = parameter(1.0)
    memory = w.detach().numpy()
    (w * 3).sum().backward()
    SGD([w], lr=1.0).step()
    assert memory.tolist() == [-2]
    assert w.is_leaf
    assert w.requires_grad


def test_float32_stays_float32():
    w = tg.tensor([1.0], requires_grad=True)
    optimizer = SGD([w], lr=0.1, momentum=0.9, weight_decay=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        (w * w).sum().backward()
        optimizer.step()
    assert w.dtype == tg.float32
    assert optimizer.state[w]["momentum_buffer"].dtype == tg.float32


def test_without_momentum_nothing_is_remembered_as_in_torch(torch):
    found = []
    for library, optim in ((tg, SGD), (torch, torch.optim.SGD)):
        w = library.tensor([1.0], requires_grad=True)
        optimizer = optim([w], lr=0.1)
        (w * 2).sum().backward()
        optimizer.step()
        found.append(optimizer.state_dict()["state"])
    assert found[0] == found[1] == {}


def test_repr_is_that_of_torch(torch):
    own = SGD([{"params": tg.zeros(1)}, {"params": tg.zeros(2), "lr": 0.5}], lr=0.1, momentum=0.9, nesterov=True)
    theirs = torch.optim.SGD(
        [{"params": torch.zeros(1)}, {"params": torch.zeros(2), "lr": 0.5}], lr=0.1, momentum=0.9, nesterov=True
    )
    assert repr(own) == repr(theirs)
    assert [*own.param_groups[0].items()][1:] == [*theirs.param_groups[0].items()][1:]


def test_repr():
    assert repr(SGD([tg.zeros(1)], lr=0.1)).splitlines() == [
        "SGD (",
        "Parameter Group 0",
        "    dampening: 0",
        "    differentiable: False",
        "    foreach: None",
        "    fused: None",
        "    lr: 0.1",
        "    maximize: False",
        "    momentum: 0",
        "    nesterov: False",
        "    weight_decay: 0",
        ")",
    ]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"lr": -0.1}, "Invalid learning rate: -0.1; it must be at least 0"),
        ({"lr": float("nan")}, "Invalid learning rate: nan; it must be at least 0"),
        ({"momentum": -1}, "Invalid momentum value: -1; it must be at least 0"),
        ({"weight_decay": -0.5}, "Invalid weight_decay value: -0.5; it must be at least 0"),
        ({"nesterov": True}, "Nesterov momentum requires a momentum and zero dampening"),
        (
            {"nesterov": True, "momentum": 0.9, "dampening": 0.1},
            "Nesterov momentum requires a momentum and zero dampening",
        ),
    ],
)
def test_settings_that_make_no_sense(settings, sentence):
    refused(ValueError, sentence, SGD, [tg.zeros(1)], **settings)
    refused(ValueError, sentence, SGD, [{"params": [tg.zeros(1)], **settings}])


def test_an_unknown_keyword_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'beta'"):
        SGD([tg.zeros(1)], lr=0.1, beta=0.9)
