"""Modules: the numbers, names and prints of torch.nn, and what a tree of modules can do."""

import copy
import pickle

import numpy as np
import pytest

import tensorgrad as tg
from tensorgrad import nn
from tensorgrad.nn import functional


@pytest.fixture(scope="module")
def torch():
    module = pytest.importorskip("torch")
    module.set_num_threads(1)
    return module


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


@pytest.mark.parametrize("sizes", [(1, 1), (3, 4), (16, 1), (5, 7), (64, 32), (784, 10)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_starts_from_the_bits_of_torch(torch, sizes, dtype, bias):
    tg.manual_seed(42)
    torch.manual_seed(42)
    own = nn.Linear(*sizes, bias=bias, dtype=getattr(tg, dtype))
    theirs = torch.nn.Linear(*sizes, bias=bias, dtype=getattr(torch, dtype))
    for (name, p), (other, q) in zip(own.named_parameters(), theirs.named_parameters(), strict=True):
        assert name == other
        assert p.dtype == dtype
        assert p.tolist() == q.tolist()


@pytest.mark.parametrize("seed", [0, 99, 2**40])
def test_sequential_starts_from_the_bits_of_torch(torch, seed):
    tg.manual_seed(seed)
    torch.manual_seed(seed)
    own, theirs = (n.Sequential(n.Linear(3, 20), n.ReLU(), n.Linear(20, 4), n.Linear(4, 1)) for n in (nn, torch.nn))
    for p, q in zip(own.parameters(), theirs.parameters(), strict=True):
        assert p.tolist() == q.tolist()


def build(library):
    """A nested model, with the modules of tensorgrad or of torch."""
    n = library.nn

    class Block(n.Module):
        def __init__(self):
            super().__init__()
            self.bias = n.Parameter(library.zeros(4))
            self.linear = n.Linear(4, 4, bias=False)
            self.gain = n.Parameter(library.ones(1))

        def forward(self, x):
            return self.linear(x).tanh() * self.gain + self.bias

    class Model(n.Module):
        def __init__(self):
            super().__init__()
            self.output = n.Linear(4, 2)
            self.body = n.Sequential(n.Flatten(), n.Linear(6, 4), n.Sigmoid(), Block())
            self.register_buffer("center", library.zeros(2))
            self.loss = n.CrossEntropyLoss()

        def forward(self, x):
            return self.output(self.body(x)) - self.center

    return Model()


def both(torch):
    tg.manual_seed(3)
    torch.manual_seed(3)
    return build(tg), build(torch)


def test_nested_models_print_and_name_alike(torch):
    own, theirs = both(torch)
    assert repr(own) == repr(theirs)
    for names in ("named_parameters", "named_buffers", "named_modules", "named_children"):
        assert [n for n, _ in getattr(own, names)()] == [n for n, _ in getattr(theirs, names)()]
    assert [n for n, _ in own.named_parameters("net")] == [n for n, _ in theirs.named_parameters("net")]
    assert [n for n, _ in own.named_buffers("net")] == [n for n, _ in theirs.named_buffers("net")]


MODULES = [
    lambda n: n.Linear(3, 4),
    lambda n: n.Linear(3, 4, bias=False),
    lambda n: n.Flatten(),
    lambda n: n.Flatten(0, 1),
    lambda n: n.ReLU(),
    lambda n: n.Tanh(),
    lambda n: n.Sigmoid(),
    lambda n: n.MSELoss(),
    lambda n: n.CrossEntropyLoss(label_smoothing=0.1),
    lambda n: n.BCEWithLogitsLoss(),
    lambda n: n.Sequential(),
    lambda n: n.Sequential(n.Sequential(n.Linear(1, 2), n.ReLU()), n.Linear(2, 1)),
]


@pytest.mark.parametrize("make", MODULES)
def test_modules_print_alike(torch, make):
    assert repr(make(nn)) == repr(make(torch.nn))


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


def test_state_dict_goes_both_ways(torch):
    own, theirs = both(torch)
    mine, torchs = own.state_dict(), theirs.state_dict()
    assert list(mine) != []
    assert set(mine) == set(torchs)
    assert all(mine[name].tolist() == torchs[name].tolist() for name in torchs)

    fresh = build(tg)
    keys = fresh.load_state_dict({name: tg.from_numpy(x.numpy()) for name, x in torchs.items()})
    assert keys == ([], [])
    theirs.load_state_dict({name: torch.from_numpy(x.numpy()) for name, x in mine.items()})
    x = np.ones((2, 6), np.float32)
    np.testing.assert_allclose(fresh(tg.from_numpy(x)).tolist(), theirs(torch.from_numpy(x)).tolist(), rtol=1e-6)


def test_order_of_state_dict_is_that_of_torch(torch):
    own, theirs = both(torch)
    assert list(own.state_dict()) == list(theirs.state_dict())


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


def test_train_and_eval_reach_the_whole_tree():
    net = Net()
    assert net.training
    assert net.eval() is net
    assert not any(m.training for m in net.modules())
    net.layers[0].train()
    assert not net.training
    assert net.train() is net
    assert all(m.training for m in net.modules())


def test_apply_calls_the_inner_ones_first(torch):
    own, theirs = both(torch)
    orders = []
    for model in (own, theirs):
        seen = []
        assert model.apply(lambda m, seen=seen: seen.append(type(m).__name__)) is model
        orders.append(seen)
    assert orders[0] == orders[1]
    assert orders[0][-1] == "Model"


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


def test_class_weights_are_a_buffer(torch):
    for n, library in ((nn, tg), (torch.nn, torch)):
        loss = n.CrossEntropyLoss(weight=library.ones(2))
        assert list(loss.state_dict()) == ["weight"]
        assert list(loss.parameters()) == []


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


def test_state_dict_shares_memory_and_records_nothing():
    model = nn.Linear(2, 1)
    state = model.state_dict()
    assert not state["weight"].requires_grad
    state["weight"].fill_(7)
    assert model.weight.tolist() == [[7, 7]]


def test_loading_keeps_the_parameters_and_copies():
    model, state = nn.Linear(1, 1), {"weight": tg.tensor([[2.0]], dtype=tg.float64), "bias": tg.tensor([3.0])}
    weight = model.weight
    model.load_state_dict(state)
    assert model.weight is weight
    assert weight.dtype == tg.float32
    state["bias"].fill_(0)
    assert model(tg.ones(1)).tolist() == [5]


def test_loading_what_does_not_fit_changes_nothing_and_names_it_all():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    before = [p.tolist() for p in model.parameters()]
    state = {
        "0.weight": tg.zeros(2, 3),
        "0.bias": tg.zeros(3),
        "1.bias": tg.zeros(2),
        "2.bias": tg.zeros(1),
        "extra": tg.zeros(1),
    }
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(state)
    assert str(caught.value) == (
        "Error(s) in loading state_dict for Sequential: "
        'Missing key(s) in state_dict: "1.weight"; '
        'Unexpected key(s) in state_dict: "2.bias", "extra"; '
        "size mismatch for 0.weight: copying a param with shape (2, 3) from checkpoint, "
        "the shape in current model is (3, 2); "
        "size mismatch for 1.bias: copying a param with shape (2,) from checkpoint, the shape in current model is (1,)"
    )
    with pytest.raises(RuntimeError, match=r"size mismatch for 0\.weight") as caught:
        model.load_state_dict(state, strict=False)
    assert "key(s)" not in str(caught.value)
    assert [p.tolist() for p in model.parameters()] == before


def test_loading_a_part():
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    kept = model[1].bias.tolist()
    state = {"0.weight": tg.ones(1, 1), "0.bias": tg.ones(1), "1.weight": tg.ones(1, 1), "head": tg.ones(1)}
    keys = model.load_state_dict(state, strict=False)
    assert keys.missing_keys == ["1.bias"]
    assert keys.unexpected_keys == ["head"]
    assert model[0].bias.tolist() == [1]
    assert model[1].bias.tolist() == kept


# one's own modules, containers, and what they refuse


def refused(kind, sentence, function, *args, **options):
    with pytest.raises(kind) as caught:
        function(*args, **options)
    assert str(caught.value) == sentence


def test_a_module_without_forward_says_so():
    class Forgetful(nn.Module):
        pass

    sentence = "Forgetful has no forward(); define one that computes its output"
    refused(TypeError, sentence, Forgetful(), tg.ones(1))


def test_forward_gets_what_the_call_is_given():
    class Add(nn.Module):
        def forward(self, a, b=0, *, c=0):
            return a + b + c

    assert Add()(1, 2, c=3) == 6
    assert Add()(1) == 1


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


@pytest.mark.parametrize(
    ("sizes", "wrong"),
    [
        ((-1, 2), "in_features must be an integer of at least 0, but it is -1"),
        ((2, -1), "out_features must be an integer of at least 0, but it is -1"),
        ((2.0, 1), "in_features must be an integer of at least 0, but it is 2.0"),
        ((3, "1"), "out_features must be an integer of at least 0, but it is '1'"),
    ],
)
def test_linear_needs_sizes(sizes, wrong):
    refused(ValueError, f"Linear: {wrong}", nn.Linear, *sizes)


def test_linear_of_nothing():
    assert nn.Linear(0, 2)(tg.zeros(3, 0)).tolist() == [[0, 0]] * 3


def test_linear_takes_any_number_of_batch_dimensions():
    layer = nn.Linear(3, 4)
    assert layer(tg.ones(3)).shape == (4,)
    assert layer(tg.ones(2, 5, 3)).shape == (2, 5, 4)
    with pytest.raises(ValueError, match=r"linear: shapes .* do not fit together"):
        layer(tg.ones(2, 4))


def test_linear_refuses_another_device():
    with pytest.raises(RuntimeError, match="there is no device 'cuda' here"):
        nn.Linear(1, 1, device="cuda")


def test_sequential_is_a_sequence():
    first, second, third = nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)
    model = nn.Sequential(first, second)
    assert model.append(third) is model
    assert [*model] == [first, second, third]
    assert len(model) == 3
    assert model[-1] is third
    assert [*model[:2]] == [first, second]
    assert list(model[1:].state_dict()) == ["2.weight", "2.bias"]
    with pytest.raises(IndexError):
        model[3]
    named = nn.Sequential({"input": first, "output": third})
    assert list(named.state_dict()) == ["input.weight", "input.bias", "output.weight", "output.bias"]
    assert nn.Sequential()(5) == 5
    assert len(nn.Sequential()) == 0


def test_sequential_needs_modules():
    refused(TypeError, "Sequential: item 1 must be a Module, but it is a int", nn.Sequential, nn.ReLU(), 1)
    refused(TypeError, "Sequential: item f must be a Module, but it is a str", nn.Sequential, {"f": "relu"})


@pytest.mark.parametrize(("activation", "name"), [("relu", "ReLU"), ("tanh", "Tanh"), ("sigmoid", "Sigmoid")])
def test_mlp_is_the_sequential_of_torch(torch, activation, name):
    tg.manual_seed(1)
    torch.manual_seed(1)
    own = nn.MLP(3, [5, 4, 2], activation)
    between = getattr(torch.nn, name)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(3, 5), between(), torch.nn.Linear(5, 4), between(), torch.nn.Linear(4, 2)
    )
    assert repr(own) == repr(theirs).replace("Sequential", "MLP")
    x = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    np.testing.assert_allclose(
        own(tg.from_numpy(x)).tolist(), theirs(torch.from_numpy(x)).tolist(), rtol=1e-5, atol=1e-6
    )


def test_mlp_structure():
    assert [type(m).__name__ for m in nn.MLP(2, [3])] == ["Linear"]
    assert list(nn.MLP(2, (3, 1)).state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert next(nn.MLP(2, [1], dtype=tg.float64).parameters()).dtype == tg.float64


def test_mlp_errors():
    sentence = "MLP: activation must be one of ['relu', 'sigmoid', 'tanh'], but it is 'gelu'"
    refused(ValueError, sentence, nn.MLP, 2, [1], "gelu")
    refused(
        ValueError,
        "MLP: nouts must be a list with the outputs of each layer, at least one, but it is []",
        nn.MLP,
        2,
        [],
    )
    refused(
        ValueError, "MLP: nouts must be a list with the outputs of each layer, at least one, but it is 3", nn.MLP, 2, 3
    )


def test_activations_and_flatten_are_the_operations():
    x = tg.tensor([[-1.0, 0.0, 2.0]])
    for module, operation in ((nn.ReLU(), x.relu()), (nn.Tanh(), x.tanh()), (nn.Sigmoid(), x.sigmoid())):
        assert module(x).tolist() == operation.tolist()
    assert nn.Flatten()(tg.zeros(2, 3, 4)).shape == (2, 12)
    assert nn.Flatten(0, 1)(tg.zeros(2, 3, 4)).shape == (6, 4)


# initialisation


def test_init_draws_the_numbers_of_torch(torch):
    for draw in (
        lambda library, x: library.nn.init.uniform_(x, -2, 3),
        lambda library, x: library.nn.init.kaiming_uniform_(x),
        lambda library, x: library.nn.init.kaiming_uniform_(x, mode="fan_out", nonlinearity="relu"),
        lambda library, x: library.nn.init.kaiming_uniform_(x, a=0.2),
    ):
        tg.manual_seed(5)
        torch.manual_seed(5)
        own = tg.empty(4, 6)
        assert draw(tg, own) is own
        assert own.tolist() == draw(torch, torch.empty(4, 6)).tolist()


def test_init_takes_a_generator_of_its_own():
    tg.manual_seed(1)
    state = tg.get_rng_state().tolist()
    one, two = (nn.init.uniform_(tg.empty(3), generator=tg.Generator().manual_seed(8)) for _ in range(2))
    assert one.tolist() == two.tolist()
    assert tg.get_rng_state().tolist() == state


def test_gains_are_those_of_torch(torch):
    for name in ("linear", "sigmoid", "tanh", "relu"):
        assert nn.init.calculate_gain(name) == torch.nn.init.calculate_gain(name)
    assert nn.init.calculate_gain("leaky_relu", 0.3) == torch.nn.init.calculate_gain("leaky_relu", 0.3)


def test_init_errors():
    refused(
        ValueError,
        "calculate_gain: unsupported nonlinearity 'gelu'; "
        "it must be one of ['leaky_relu', 'linear', 'relu', 'sigmoid', 'tanh']",
        nn.init.calculate_gain,
        "gelu",
    )
    refused(
        ValueError,
        "kaiming_uniform_: fan in and fan out need at least 2 dimensions, but the shape is (3,)",
        nn.init.kaiming_uniform_,
        tg.empty(3),
    )
    refused(
        ValueError,
        "kaiming_uniform_: mode 'fan' not supported; it must be 'fan_in' or 'fan_out'",
        nn.init.kaiming_uniform_,
        tg.empty(3, 3),
        mode="fan",
    )


def test_initialising_what_a_graph_needs_is_noticed():
    w = nn.Parameter(tg.ones(2, 2))
    loss = (w * w).sum()
    nn.init.kaiming_uniform_(w)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


# losses


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_loss_modules_are_the_functions(torch, reduction):
    rng = np.random.default_rng(0)
    x, t, weight = rng.normal(size=(6, 4)), rng.uniform(size=(6, 4)), rng.uniform(size=4)
    classes = rng.integers(0, 4, 6)

    def losses(library):
        n, f = library.nn, library.nn.functional
        a, b, w, c = (library.from_numpy(v) for v in (x, t, weight, classes))
        smooth = {"weight": w, "reduction": reduction, "ignore_index": 2, "label_smoothing": 0.1}
        return [
            (n.MSELoss(reduction=reduction)(a, b), f.mse_loss(a, b, reduction=reduction)),
            (n.CrossEntropyLoss(reduction=reduction)(a, c), f.cross_entropy(a, c, reduction=reduction)),
            (n.CrossEntropyLoss(**smooth)(a, c), f.cross_entropy(a, c, **smooth)),
            (
                n.BCEWithLogitsLoss(w, reduction=reduction, pos_weight=w)(a, b),
                f.binary_cross_entropy_with_logits(a, b, w, reduction=reduction, pos_weight=w),
            ),
        ]

    for (module, function), (theirs, _) in zip(losses(tg), losses(torch), strict=True):
        assert module.tolist() == function.tolist()
        np.testing.assert_allclose(module.tolist(), theirs.tolist(), rtol=1e-12)


def test_functional_activations_are_the_methods():
    x = tg.tensor([[-1.0, 0.5, 2.0]])
    assert functional.relu(x).tolist() == x.relu().tolist()
    assert functional.softmax(x, dim=1).tolist() == x.softmax(1).tolist()
    assert functional.log_softmax(x, 1, dtype=tg.float64).dtype == tg.float64


# a whole training run


def test_the_network_of_the_course_notes():
    """Micrograd's four examples; the numbers are PyTorch's, from the same seed."""
    tg.manual_seed(99)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
    x = tg.tensor([[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]])
    y = tg.tensor([[1.0], [0.0], [0.0], [1.0]])
    criterion = nn.MSELoss(reduction="sum")
    optimizer = tg.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(100):
        predictions = model(x)
        loss = criterion(predictions, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.dtype == tg.float32
    assert loss.item() == pytest.approx(0.06534025, abs=1e-5)
    np.testing.assert_allclose(predictions.tolist(), [[1.1306], [0.036399], [0.017568], [0.784013]], rtol=0, atol=1e-5)


def test_cross_entropy_weight_must_have_one_number_per_class():
    with pytest.raises(ValueError, match=r"weight needs one number for each of the 3 classes, but has shape \(2,\)"):
        tg.nn.functional.cross_entropy(tg.ones(2, 3), tg.tensor([0, 1]), tg.ones(2))


def test_a_batch_of_ignored_targets_leaves_no_gradient():
    x = tg.ones(2, 3, requires_grad=True)
    loss = tg.nn.functional.cross_entropy(x, tg.tensor([-100, -100]))
    loss.backward()
    assert np.isnan(loss.item())
    assert x.grad.tolist() == [[0, 0, 0], [0, 0, 0]]
