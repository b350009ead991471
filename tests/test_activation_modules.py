"""Activations as modules and functions, against torch.nn: results, printing, and writing in place."""

import math

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, same_outcome, torch
from expectations import refused

import tensorgrad as tg

MODULES = {
    "Identity": [(), (54, "unused")],
    "ReLU": [()],
    "ReLU6": [()],
    "LeakyReLU": [(), (0.2,), (-1.0,)],
    "ELU": [(), (0.5,), (-2.0,)],
    "SiLU": [()],
    "GELU": [(), ("tanh",)],
    "Hardtanh": [(), (-2.0, 0.5)],
    "Tanh": [()],
    "Sigmoid": [()],
    "LogSigmoid": [()],
    "Softplus": [(), (2.0,), (0.5, 1.0)],
    "Softmax": [(1,), (-2,)],
    "LogSoftmax": [(1,), (-2,)],
}
CASES = [(name, given) for name, several in MODULES.items() for given in several]
X = np.array([[-30.0, -2.0, -0.5, 0.25], [0.5, 1.5, 7.0, 30.0]])


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("name", "given"), CASES)
def test_results(name, given, dtype):
    compare_written_once(lambda t, x: getattr(t.nn, name)(*given)(x * 1), X.astype(dtype))


@pytest.mark.parametrize(("name", "given"), CASES)
def test_they_print_as_in_pytorch(name, given):
    ours, theirs = getattr(tg.nn, name)(*given), getattr(torch.nn, name)(*given)
    assert repr(ours) == repr(theirs)
    assert list(ours.parameters()) == []
    ours.train()  # sets an attribute, which is not a setting
    assert repr(ours) == repr(theirs)


IN_PLACE = [
    ("ReLU", {}, "relu"), ("ReLU6", {}, "relu6"), ("LeakyReLU", {"negative_slope": 0.2}, "leaky_relu"),
    ("ELU", {"alpha": 0.5}, "elu"), ("SiLU", {}, "silu"), ("Hardtanh", {"min_val": -0.5, "max_val": 2.0}, "hardtanh"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "function"), IN_PLACE)
def test_in_place(name, options, function):
    module, call = (lambda t: getattr(t.nn, name)(**options, inplace=True)), {**options, "inplace": True}
    assert repr(module(tg)) == repr(module(torch))

    def by_module(t, x):
        hidden = x * 2
        y = module(t)(hidden)
        assert y is hidden
        return y * hidden

    def by_function(t, x):
        hidden = x * 2
        assert getattr(t.nn.functional, function)(hidden, **call) is hidden
        return hidden + 1

    compare_written_once(by_module, X)
    compare_written_once(by_function, X)

    def on_a_leaf(t):
        getattr(t.nn.functional, function)(t.ones(2, requires_grad=True), inplace=True)

    same_outcome(on_a_leaf)
    assert "leaf Variable that requires grad is being used in an in-place" in str(error_of(on_a_leaf, tg))
    refused(
        TypeError,
        f"{'hardtanh' if function == 'relu6' else function}: argument 1 must be a Tensor, but it is a list; make one "
        "with tensor(...)",
        getattr(tg.nn.functional, function),
        [1.0],
        inplace=True,
    )


def test_what_was_needed_may_not_be_overwritten():
    def call(t):
        x = t.ones(2, requires_grad=True)
        t.nn.functional.relu(x.exp(), inplace=True).sum().backward()

    same_outcome(call)


def test_a_leaf_without_gradient_is_overwritten():
    x = tg.tensor([-1.0, 2.0])
    tg.nn.ReLU(inplace=True)(x)
    assert x.tolist() == [0.0, 2.0]


def test_integers():
    for name in ("relu", "relu6", "hardtanh", "silu", "elu", "leaky_relu", "gelu", "softplus", "logsigmoid"):
        same_outcome(lambda t, name=name: getattr(t.nn.functional, name)(t.tensor([-2, 0, 9])), name)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int64"])
def test_relu_of_a_large_array_is_that_of_its_parts(dtype):
    x = np.tile(np.array([3, -2, 0, -128, 127, 1, -1]), 10000).astype(dtype)
    y = tg.tensor(x).relu()
    assert y.dtype is getattr(tg, dtype)
    assert (y.numpy() == np.tile(np.array([3, 0, 0, 0, 127, 1, 0]), 10000)).all()
    if dtype.startswith("float"):
        x[:5] = np.nan, np.inf, -np.inf, -0.0, 0.0
        assert np.array_equal(tg.tensor(x).relu()[:5].numpy(), [np.nan, np.inf, 0, 0, 0], equal_nan=True)


def test_limits_of_hardtanh():
    for low, high in ((1.0, 0.0), (1.0, 1.0)):
        sentence = f"Hardtanh: max_val ({high}) must be greater than min_val ({low})"
        refused(ValueError, sentence, tg.nn.Hardtanh, low, high)


@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax"])
def test_softmax_without_a_dimension_guesses_one(name):
    for shape in ((), (3,), (2, 3), (2, 2, 3), (1, 2, 1, 2)):
        data = np.arange(math.prod(shape), dtype=np.float32).reshape(shape)
        results = []
        for t in (tg, torch):
            with pytest.warns(UserWarning, match="Implicit dimension choice for .*softmax has been deprecated"):
                results.append(getattr(t.nn, name)()(t.tensor(data)).numpy())
        np.testing.assert_allclose(*results, 1e-6)


@pytest.mark.parametrize(
    ("activation", "module"),
    [("relu", "ReLU"), ("tanh", "Tanh"), ("sigmoid", "Sigmoid"), ("gelu", "GELU"), ("silu", "SiLU"), ("elu", "ELU"),
     ("leaky_relu", "LeakyReLU"), ("softplus", "Softplus")],
)  # fmt: skip
def test_multilayer_perceptrons_take_them(activation, module):
    model = tg.nn.MLP(2, [3, 3, 1], activation)
    assert [type(m).__name__ for m in model] == ["Linear", module, "Linear", module, "Linear"]
    assert model(tg.zeros(4, 2)).shape == (4, 1)
