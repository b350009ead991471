"""The modules that compute: Linear, Sequential, MLP, activations and losses, and a network trained with them."""

import numpy as np
import pytest
from expectations import refused

import tensorgrad as tg
from tensorgrad import nn
from tensorgrad.nn import functional

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


# Linear


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
        assert p.dtype is getattr(tg, dtype)
        assert p.tolist() == q.tolist()


@pytest.mark.parametrize(
    ("sizes", "kind", "wrong"),
    [
        ((-1, 2), RuntimeError, "in_features must be an integer of at least 0, but it is -1"),
        ((2, -1), RuntimeError, "out_features must be an integer of at least 0, but it is -1"),
        ((2.0, 1), TypeError, "in_features must be an integer of at least 0, but it is 2.0"),
        ((3, "1"), TypeError, "out_features must be an integer of at least 0, but it is '1'"),
    ],
)
def test_linear_needs_sizes(sizes, kind, wrong):
    refused(kind, f"Linear: {wrong}", nn.Linear, *sizes)


def test_linear_of_nothing():
    assert nn.Linear(0, 2)(tg.zeros(3, 0)).tolist() == [[0, 0]] * 3


def test_linear_takes_any_number_of_batch_dimensions():
    layer = nn.Linear(3, 4)
    assert layer(tg.ones(3)).shape == (4,)
    assert layer(tg.ones(2, 5, 3)).shape == (2, 5, 4)
    with pytest.raises(ValueError, match=r"linear: shapes .* do not fit together"):
        layer(tg.ones(2, 4))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [tg.float32, tg.float64])
@pytest.mark.parametrize("lead", [(), (1,), (8,), (2, 3), (0,), (86,)])  # with 512 inputs, 85 rows are few
def test_large_weights(lead, dtype, bias):
    generator = tg.Generator().manual_seed(0)
    x, weight = (tg.randn(*shape, 512, generator=generator).to(dtype) for shape in (lead, (200,)))
    b = tg.randn(200, generator=generator).to(dtype) if bias else None
    y = tg.nn.functional.linear(x, weight, b)
    wanted = x.double().numpy() @ weight.double().numpy().T + (b.double().numpy() if bias else 0)
    assert (y.shape, y.dtype, y.is_contiguous()) == ((*lead, 200), dtype, True)
    assert tg.allclose(y.double(), tg.tensor(wanted), rtol=1e-5, atol=1e-4 if dtype == tg.float32 else 1e-12)


def test_linear_refuses_another_device():
    with pytest.raises(RuntimeError, match="there is no device 'cuda' here"):
        nn.Linear(1, 1, device="cuda")


# Sequential and MLP


@pytest.mark.parametrize("seed", [0, 99, 2**40])
def test_sequential_starts_from_the_bits_of_torch(torch, seed):
    tg.manual_seed(seed)
    torch.manual_seed(seed)
    own, theirs = (n.Sequential(n.Linear(3, 20), n.ReLU(), n.Linear(20, 4), n.Linear(4, 1)) for n in (nn, torch.nn))
    for p, q in zip(own.parameters(), theirs.parameters(), strict=True):
        assert p.tolist() == q.tolist()


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
    known = "['elu', 'gelu', 'leaky_relu', 'relu', 'sigmoid', 'silu', 'softplus', 'tanh']"
    refused(ValueError, f"MLP: activation must be one of {known}, but it is 'sine'", nn.MLP, 2, [1], "sine")
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


# activations and losses


def test_activations_and_flatten_are_the_operations():
    x = tg.tensor([[-1.0, 0.0, 2.0]])
    for module, operation in ((nn.ReLU(), x.relu()), (nn.Tanh(), x.tanh()), (nn.Sigmoid(), x.sigmoid())):
        assert module(x).tolist() == operation.tolist()
    assert nn.Flatten()(tg.zeros(2, 3, 4)).shape == (2, 12)
    assert nn.Flatten(0, 1)(tg.zeros(2, 3, 4)).shape == (6, 4)


def test_functional_activations_are_the_methods():
    x = tg.tensor([[-1.0, 0.5, 2.0]])
    assert functional.relu(x).tolist() == x.relu().tolist()
    assert functional.softmax(x, dim=1).tolist() == x.softmax(1).tolist()
    assert functional.log_softmax(x, 1, dtype=tg.float64).dtype == tg.float64


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


def test_class_weights_are_a_buffer(torch):
    for n, library in ((nn, tg), (torch.nn, torch)):
        loss = n.CrossEntropyLoss(weight=library.ones(2))
        assert list(loss.state_dict()) == ["weight"]
        assert list(loss.parameters()) == []


def test_cross_entropy_weight_must_have_one_number_per_class():
    with pytest.raises(ValueError, match=r"weight needs one number for each of the 3 classes, but has shape \(2,\)"):
        tg.nn.functional.cross_entropy(tg.ones(2, 3), tg.tensor([0, 1]), tg.ones(2))


def test_a_batch_of_ignored_targets_leaves_no_gradient():
    x = tg.ones(2, 3, requires_grad=True)
    loss = tg.nn.functional.cross_entropy(x, tg.tensor([-100, -100]))
    loss.backward()
    assert np.isnan(loss.item())
    assert x.grad.tolist() == [[0, 0, 0], [0, 0, 0]]


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
