"""Buffers, and what may be set as an attribute of a module: as torch.nn, kinds of errors included."""

import copy
import pickle

import pytest
from expectations import refused

import tensorgrad as tg
from tensorgrad import nn


class Counter(nn.Module):
    """Buffers of both kinds, set in both ways, and in a list."""

    def __init__(self):
        self.weight = nn.Parameter(tg.ones(1))
        self.register_buffer("seen", tg.tensor(0))
        self.register_buffer("scratch", tg.zeros(2), persistent=False)
        self.mean = nn.Buffer(tg.zeros(3))
        self.mask = nn.Buffer(tg.ones(3), persistent=False)
        self.history = [nn.Buffer(tg.zeros(1)), nn.Buffer(tg.zeros(1), persistent=False)]


NAMES = ["seen", "scratch", "mean", "mask", "history.0", "history.1"]
SAVED = ["weight", "seen", "mean", "history.0"]


def test_all_are_listed_and_the_persistent_ones_saved():
    module = Counter()
    assert [name for name, _ in module.named_buffers()] == NAMES
    assert [*module.state_dict()] == SAVED
    assert [name for name, _ in module.named_parameters()] == ["weight"]
    assert not any(x.requires_grad for x in module.buffers())
    assert module.load_state_dict(module.state_dict()) == ([], [])


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_keeps_which_are_saved(duplicate):
    module = Counter()
    other = duplicate(module)
    assert [name for name, _ in other.named_buffers()] == NAMES
    assert [*other.state_dict()] == SAVED
    other.mean.fill_(1)
    assert module.mean.tolist() == [0, 0, 0]


def test_all_are_converted():
    module = Counter().double()
    assert {x.dtype for name, x in module.named_buffers() if name != "seen"} == {tg.float64}
    assert module.seen.dtype == tg.int64


def test_what_is_set_in_its_place_is_one():
    module = Counter()
    module.mean = tg.ones(3)
    module.scratch = module.scratch + 1
    module.seen += 1
    assert [name for name, _ in module.named_buffers()] == NAMES
    assert [*module.state_dict()] == SAVED
    assert module.state_dict()["mean"].tolist() == [1, 1, 1]
    assert module.state_dict()["seen"].item() == 1


def test_shared_buffers_are_listed_once_and_saved_twice(torch):
    names = []
    for t in (tg, torch):
        module = t.nn.Module()
        module.a = t.nn.Buffer(t.zeros(1))
        module.b = module.a
        names.append(([n for n, _ in module.named_buffers()], [*module.state_dict()]))
    assert names[0] == names[1]


def test_a_buffer_is_a_tensor(torch):
    assert repr(nn.Buffer(tg.zeros(2))) == repr(torch.nn.Buffer(torch.zeros(2)))
    data = tg.zeros(2)
    buffer = nn.Buffer(data)
    buffer += 1
    assert data.tolist() == [1, 1]
    assert type(buffer * 2) is tg.Tensor
    refused(TypeError, "Buffer: needs a Tensor, but got list; make one with tensor(...)", nn.Buffer, [1.0])


def test_the_modules_own_alone(torch):
    lists = []
    for n in (nn, torch.nn):
        model = n.Sequential(n.BatchNorm1d(2), n.Linear(2, 2))
        lists.append(
            [
                [name for name, _ in model[0].named_parameters("a", recurse=False)],
                [name for name, _ in model[0].named_buffers(recurse=False)],
                [len([*part(recurse=False)]) for part in (model.parameters, model.buffers)],
                len([*model[0].parameters(recurse=False)]),
            ]
        )
    assert lists[0] == lists[1]


# A script of assignments: after each, what is saved and what is listed; or the kind of error.
STEPS = [
    lambda t, m: setattr(m, "b", t.nn.Buffer(t.ones(1))),
    lambda t, m: setattr(m, "b", t.zeros(1)),
    lambda t, m: setattr(m, "b", 3),
    lambda t, m: setattr(m, "b", None),
    lambda t, m: setattr(m, "b", t.zeros(1)),
    lambda t, m: setattr(m, "b", t.nn.Buffer(t.ones(1), persistent=False)),
    lambda t, m: setattr(m, "b", t.ones(1)),
    lambda t, m: setattr(m, "b", t.nn.Parameter(t.ones(1))),
    lambda t, m: setattr(m, "b", t.ones(1)),
    lambda t, m: setattr(m, "p", t.nn.Parameter(t.ones(1))),
    lambda t, m: setattr(m, "p", t.nn.Parameter(t.ones(2))),
    lambda t, m: setattr(m, "p", 3),
    lambda t, m: setattr(m, "p", t.nn.ReLU()),
    lambda t, m: setattr(m, "p", t.nn.Buffer(t.ones(1))),
    lambda t, m: setattr(m, "p", None),
    lambda t, m: setattr(m, "c", t.nn.Linear(1, 1)),
    lambda t, m: setattr(m, "c", 3),
    lambda t, m: setattr(m, "c", t.ones(1)),
    lambda t, m: setattr(m, "c", t.nn.Buffer(t.ones(1))),
    lambda t, m: setattr(m, "c", t.nn.ReLU()),
    lambda t, m: setattr(m, "c", None),
    lambda t, m: m.register_buffer("x.y", t.ones(1)),
    lambda t, m: m.register_buffer("", t.ones(1)),
    lambda t, m: m.register_buffer(3, t.ones(1)),
    lambda t, m: m.register_buffer("forward", t.ones(1)),
    lambda t, m: m.register_buffer("b", t.ones(1)),
    lambda t, m: m.register_buffer("q", 3),
    lambda t, m: m.register_buffer("q", None),
    lambda t, m: setattr(m, "q", t.ones(1)),
    lambda t, m: m.register_parameter("w", t.ones(1)),
    lambda t, m: m.register_parameter("w", t.nn.Parameter(t.ones(1))),
    lambda t, m: m.register_parameter("w", t.nn.Parameter(t.ones(3))),
    lambda t, m: m.register_parameter("forward", t.nn.Parameter(t.ones(1))),
    lambda t, m: m.register_parameter("none", None),
    lambda t, m: m.add_module("k", 3),
    lambda t, m: m.add_module("k", t.nn.Linear(1, 1)),
    lambda t, m: m.register_module("k", t.nn.Linear(2, 1)),
    lambda t, m: m.add_module("none of it", None),
    lambda t, m: m.add_module("train", t.nn.ReLU()),
    lambda t, m: delattr(m, "k"),
    lambda t, m: delattr(m, "q"),
    lambda t, m: setattr(m, "free", 3),
    lambda t, m: setattr(m, "free", t.ones(1)),
]


def test_assignments_have_the_outcome_of_torch(torch):
    outcomes = []
    for t in (tg, torch):
        module, seen = t.nn.Module(), []
        for step in STEPS:
            try:
                step(t, module)
            except (TypeError, KeyError) as error:
                seen.append(type(error))
            state = {name: tuple(x.shape) for name, x in module.state_dict().items()}
            seen.append((state, [n for n, _ in module.named_buffers()], [n for n, _ in module.named_children()]))
        outcomes.append(seen)
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    ("kind", "sentence", "call"),
    [
        (
            TypeError,
            "cannot assign a Tensor as parameter 'weight': it needs a Parameter or None; wrap a Tensor in "
            "nn.Parameter, or write into the one there is with copy_() under no_grad()",
            lambda m: setattr(m, "weight", tg.ones(1)),
        ),
        (
            TypeError,
            "cannot assign a list as child module 'child': it needs a Module or None",
            lambda m: setattr(m, "child", []),
        ),
        (
            TypeError,
            "cannot assign a int as buffer 'mean': it needs a Tensor or None",
            lambda m: setattr(m, "mean", 3),
        ),
        (TypeError, "buffer 'x' must be a Tensor or None, but got int", lambda m: m.register_buffer("x", 3)),
        (
            TypeError,
            "parameter 'x' must be a Parameter or None, but got Tensor",
            lambda m: m.register_parameter("x", tg.ones(1)),
        ),
        (
            KeyError,
            repr("attribute 'weight' already exists in Counter; choose another buffer name"),
            lambda m: m.register_buffer("weight", tg.ones(1)),
        ),
        (
            TypeError,
            "Module.to only accepts floating-point dtypes, but got desired dtype=int64",
            lambda m: m.to(tg.int64),
        ),
    ],
)
def test_refusals(kind, sentence, call):
    module = Counter()
    module.child = nn.ReLU()
    before = repr(module.state_dict())
    refused(kind, sentence, call, module)
    assert repr(module.state_dict()) == before


def test_a_property_of_a_module_can_be_set():
    class Scaled(nn.Module):
        @property
        def factor(self):
            return self.stored / 2

        @factor.setter
        def factor(self, value):
            self.stored = value * 2

    module = Scaled()
    module.factor = 3
    assert (module.stored, module.factor) == (6, 3)


def test_parameters_are_scaled_in_place():
    """As in the lecture: ``layer.weight *= 0.1`` under no_grad."""
    layer = nn.Linear(2, 2)
    weight, before = layer.weight, layer.weight.tolist()
    with tg.no_grad():
        layer.weight *= 0.5
    assert layer.weight is weight
    assert weight.tolist() == [[x / 2 for x in row] for row in before]
