"""Modules as a tree: the names, prints and numbers of torch.nn, buffers, modes, conversions, copies."""

import copy
import inspect
import pickle

import numpy as np
import pytest
from expectations import refused
from nested_model import both

import tensorgrad as tg
from tensorgrad import nn


class Net(nn.Module):
    """Parameters of its own, children in every kind of place, a buffer."""

    def __init__(self):
        self.second = nn.Linear(2, 3)
        self.scale = nn.Parameter(tg.ones(1))
        self.layers = [nn.Linear(3, 3), nn.Tanh()]
        self.pair = (nn.Linear(3, 1, bias=False), 5)
        self.named = {"deep": [nn.Linear(1, 1)], "offset": nn.Parameter(tg.zeros(1))}
        self.register_buffer("mean", tg.tensor([1.5]))
        self.note = "no tensor"

    def forward(self, x):
        x = self.layers[1](self.layers[0](self.second(x)))
        return self.named["deep"][0](self.pair[0](x) * self.scale - self.mean) + self.named["offset"]


NAMES = [
    "scale",
    "named.offset",
    "second.weight",
    "second.bias",
    "layers.0.weight",
    "layers.0.bias",
    "pair.0.weight",
    "named.deep.0.weight",
    "named.deep.0.bias",
]


# as torch.nn


def test_nested_models_print_and_name_alike(torch):
    own, theirs = both(torch)
    assert repr(own) == repr(theirs)
    for names in ("named_parameters", "named_buffers", "named_modules", "named_children"):
        assert [n for n, _ in getattr(own, names)()] == [n for n, _ in getattr(theirs, names)()]
    assert [n for n, _ in own.named_parameters("net")] == [n for n, _ in theirs.named_parameters("net")]
    assert [n for n, _ in own.named_buffers("net")] == [n for n, _ in theirs.named_buffers("net")]


def test_outputs_and_gradients_are_those_of_torch(torch):
    own, theirs = both(torch)
    own.double(), theirs.double()
    x = np.random.default_rng(0).normal(size=(5, 2, 3))
    y = own(tg.from_numpy(x))
    z = theirs(torch.from_numpy(x))
    np.testing.assert_allclose(y.tolist(), z.tolist(), rtol=0, atol=1e-14)
    own.loss(y, tg.tensor([0, 1, 1, 0, 1])).backward()
    theirs.loss(z, torch.tensor([0, 1, 1, 0, 1])).backward()
    for p, q in zip(own.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.tolist(), q.grad.tolist(), rtol=0, atol=1e-14)


def test_apply_calls_the_inner_ones_first(torch):
    own, theirs = both(torch)
    orders = []
    for model in (own, theirs):
        seen = []
        assert model.apply(lambda m, seen=seen: seen.append(type(m).__name__)) is model
        orders.append(seen)
    assert orders[0] == orders[1]
    assert orders[0][-1] == "Model"


def test_what_is_shared_is_listed_once_and_saved_under_each_name(torch):
    def tied(n):
        linear = n.Linear(2, 2)
        return n.Sequential(linear, n.ReLU(), linear)

    own, theirs = tied(nn), tied(torch.nn)
    for names in ("named_parameters", "named_modules", "named_children"):
        assert [n for n, _ in getattr(own, names)()] == [n for n, _ in getattr(theirs, names)()]
    assert list(own.state_dict()) == list(theirs.state_dict())
    assert len(own) == len(theirs) == 3

    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    second.weight = first.weight
    assert len(list(nn.Sequential(first, second).parameters())) == 3


def test_extra_repr_of_ones_own_and_multiline_children(torch):
    def make(n):
        class Scale(n.Module):
            def __init__(self):
                super().__init__()
                self.inner = n.Sequential(n.ReLU())

            def extra_repr(self):
                return "factor=2"

        return n.Sequential(Scale())

    assert repr(make(nn)) == repr(make(torch.nn))


# the tree


def test_parameters_are_found_wherever_they_are():
    net = Net()
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert [name for name, _ in net.named_buffers()] == ["mean"]
    assert [name for name, _ in net.named_children()] == ["second", "layers.0", "layers.1", "pair.0", "named.deep.0"]
    assert list(net.state_dict()) == ["scale", "named.offset", "mean", *NAMES[2:]]
    net(tg.ones(4, 2)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())


def test_every_kind_of_place_is_trained():
    net = Net()
    before = [p.tolist() for p in net.parameters()]
    optimizer = tg.optim.SGD(net.parameters(), lr=0.1)
    net(tg.ones(4, 2)).sum().backward()
    optimizer.step()
    assert all(p.tolist() != b for p, b in zip(net.parameters(), before, strict=True))


def test_a_tensor_that_is_no_parameter_is_not_trained():
    module = nn.Module()
    module.constant = tg.ones(2, requires_grad=True)
    assert list(module.parameters()) == []
    assert module.state_dict() == {}


def test_train_and_eval_reach_the_whole_tree():
    net = Net()
    assert net.training
    assert net.eval() is net
    assert not any(m.training for m in net.modules())
    net.layers[0].train()
    assert not net.training
    assert net.train() is net
    assert all(m.training for m in net.modules())


def test_buffers_follow_their_attribute():
    module = nn.Module()
    module.register_buffer("mean", None)
    assert module.state_dict() == {}
    module.mean = tg.tensor([2.0])
    module.register_buffer("count", tg.tensor(3))
    module.register_buffer("count", tg.tensor(4))
    assert [(name, b.tolist()) for name, b in module.named_buffers()] == [("mean", [2.0]), ("count", 4)]
    assert [b.tolist() for b in module.buffers()] == [[2.0], 4]
    module.double()
    assert (module.mean.dtype, module.count.dtype) == (tg.float64, tg.int64)


def test_zero_grad_both_ways():
    model = nn.Linear(2, 1)
    model(tg.ones(1, 2)).sum().backward()
    model.zero_grad(set_to_none=False)
    assert model.weight.grad.tolist() == [[0, 0]]
    model.zero_grad()
    assert model.weight.grad is None
    model.zero_grad(set_to_none=False)
    assert model.weight.grad is None


def test_freezing_a_part():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    assert model[0].requires_grad_(False) is model[0]
    model(tg.ones(1, 2)).sum().backward()
    assert [p.requires_grad for p in model.parameters()] == [False, False, True, True]
    assert [p.grad is None for p in model.parameters()] == [True, True, False, False]
    model.requires_grad_()
    assert all(p.requires_grad for p in model.parameters())


@pytest.mark.parametrize(
    "convert", [nn.Module.double, lambda m: m.to(tg.float64), lambda m: m.to(dtype=tg.float64), lambda m: m.to("cpu")]
)
def test_conversion_keeps_what_an_optimizer_holds(convert):
    model = nn.Linear(2, 1)
    optimizer = tg.optim.SGD(model.parameters(), lr=0.1)
    model(tg.ones(1, 2)).sum().backward()
    weight = model.weight
    assert convert(model) is model
    assert model.weight is weight
    assert weight.grad.dtype == weight.dtype
    before = weight.tolist()
    optimizer.step()
    np.testing.assert_allclose(weight.tolist(), [[w - 0.1 for w in before[0]]], rtol=1e-6)
    assert model(tg.ones(1, 2, dtype=weight.dtype)).dtype == weight.dtype


def test_double_and_float():
    model = nn.Linear(2, 1).double()
    assert {p.dtype for p in model.parameters()} == {tg.float64}
    assert {p.dtype for p in model.float().parameters()} == {tg.float32}


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_is_the_same_and_apart(duplicate):
    net = Net().eval()
    x = tg.ones(4, 2)
    net(x).sum().backward()
    other = duplicate(net)
    assert repr(other) == repr(net)
    assert not other.training
    assert other(x).tolist() == net(x).tolist()
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        assert type(q) is nn.Parameter
        assert q.requires_grad
        assert p.grad.tolist() == q.grad.tolist()
    with tg.no_grad():
        other.scale += 1
    assert net.scale.tolist() == [1]
    assert other.state_dict()["scale"].tolist() == [2]


# one's own modules and parameters


def test_a_module_without_forward_says_so():
    class Forgetful(nn.Module):
        pass

    sentence = "Forgetful has no forward(); define one that computes its output"
    refused(NotImplementedError, sentence, Forgetful(), tg.ones(1))


def test_a_call_is_one_of_forward_as_it_is_now():
    class Twice(nn.ReLU):
        def __call__(self, x):
            return super().__call__(super().__call__(x) - 1)

    x = tg.tensor([-1.0, 0.5, 3.0])
    assert Twice()(x).tolist() == [0, 0, 2]
    model = nn.Sequential(nn.ReLU(), Twice())
    assert callable(model)
    assert model(x).tolist() == [0, 0, 2]
    model[0].forward = lambda x: -x
    assert model(x).tolist() == [0, 0, 0]
    assert nn.Module.__call__(model[0], x).tolist() == [1, -0.5, -3]
    assert [*inspect.signature(model).parameters] == ["args", "options"]
    seen = []
    model[1].register_forward_hook(lambda module, args, output: seen.append((args[0].tolist(), output.tolist())))
    assert model(x - 5).tolist() == [5, 3.5, 1]
    assert seen == [([6, 4.5, 2], [5, 3.5, 1])]


def test_forward_gets_what_the_call_is_given():
    class Add(nn.Module):
        def forward(self, a, b=0, *, c=0):
            return a + b + c

    assert Add()(1, 2, c=3) == 6
    assert Add()(1) == 1


def test_parameter_needs_a_tensor():
    sentence = "Parameter: needs a Tensor, but got list; make one with tensor(...)"
    refused(TypeError, sentence, nn.Parameter, [1.0])
    sentence = "only Tensors of floating point dtype can require gradients, but this is int64; convert it with .float()"
    refused(RuntimeError, sentence, nn.Parameter, tg.tensor([1]))
    assert not nn.Parameter(tg.tensor([1]), requires_grad=False).requires_grad


def test_parameter_prints_as_torchs_and_shares_memory(torch):
    assert repr(nn.Parameter(tg.tensor([1.5]))) == repr(torch.nn.Parameter(torch.tensor([1.5])))
    data = tg.zeros(2)
    nn.Parameter(data).detach().fill_(3)
    assert data.tolist() == [3, 3]
    assert type(nn.Parameter(data) * 2) is tg.Tensor
