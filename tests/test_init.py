"""Initialisation: the numbers and gains of torch.nn.init, generators, errors."""

import numpy as np
import pytest
from expectations import refused

import tensorgrad as tg
from tensorgrad import nn

SHAPES = [(1, 1), (3, 5), (4, 4), (17, 3), (40, 64), (8, 3, 3, 3), (5, 2, 3)]
INF = float("inf")
DRAWS = {
    "uniform": lambda init, x, g: init.uniform_(x, -2, 3, generator=g),
    "normal": lambda init, x, g: init.normal_(x, generator=g),
    "normal, small": lambda init, x, g: init.normal_(x, mean=0.1, std=0.02, generator=g),
    "xavier_uniform": lambda init, x, g: init.xavier_uniform_(x, gain=1.3, generator=g),
    "xavier_normal": lambda init, x, g: init.xavier_normal_(x, generator=g),
    "kaiming_uniform": lambda init, x, g: init.kaiming_uniform_(x, generator=g),
    "kaiming_uniform, slope": lambda init, x, g: init.kaiming_uniform_(x, a=0.2, generator=g),
    "kaiming_uniform, out": lambda init, x, g: init.kaiming_uniform_(
        x, mode="fan_out", nonlinearity="relu", generator=g
    ),
    "kaiming_normal": lambda init, x, g: init.kaiming_normal_(x, 0.2, generator=g),
    "kaiming_normal, out": lambda init, x, g: init.kaiming_normal_(x, 0, "fan_out", "selu", g),
    "trunc_normal": lambda init, x, g: init.trunc_normal_(x, generator=g),
    "trunc_normal, small": lambda init, x, g: init.trunc_normal_(x, 0, 0.02, -0.04, 0.04, g),
    "trunc_normal, narrow": lambda init, x, g: init.trunc_normal_(x, 0, 1, -0.3, 0.3, g),
    "trunc_normal, tail": lambda init, x, g: init.trunc_normal_(x, 0.5, 1, 1.5, 1.8, g),
    "trunc_normal, one side": lambda init, x, g: init.trunc_normal_(x, 0.5, 1, -0.2, INF, g),
}


@pytest.fixture(scope="module")
def torch():
    """PyTorch, where it rounds normal numbers as random.py says."""
    module = pytest.importorskip("torch")
    if module.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"):
        pytest.skip("PyTorch rounds float32 normal numbers in another way on this processor")
    return module


def drawn(library, draw, shape, dtype, seed):
    x = library.empty(shape, dtype=getattr(library, dtype))
    assert draw(library.nn.init, x, library.Generator().manual_seed(seed)) is x
    return x.numpy()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", DRAWS)
def test_the_numbers_are_those_of_torch(torch, name, dtype):
    for seed in range(10):
        for shape in SHAPES:
            own, theirs = (drawn(library, DRAWS[name], shape, dtype, seed) for library in (tg, torch))
            assert own.tobytes() == theirs.tobytes(), (seed, shape)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-12)])
@pytest.mark.parametrize("gain", [1, 2.5])
def test_orthogonal_is_that_of_torch(torch, gain, dtype, tolerance):
    for seed in range(10):
        for shape in SHAPES:
            own, theirs = (
                drawn(library, lambda init, x, g: init.orthogonal_(x, gain, g), shape, dtype, seed)
                for library in (tg, torch)
            )
            np.testing.assert_allclose(own, theirs, rtol=0, atol=tolerance)
            w = own.reshape(shape[0], -1).astype(np.float64) / gain
            product = w @ w.T if len(w) <= w.shape[1] else w.T @ w
            np.testing.assert_allclose(product, np.eye(len(product)), rtol=0, atol=tolerance)


def test_the_default_generator_is_drawn_from_as_in_torch(torch):
    draws = [lambda init, x, draw=draw: draw(init, x, None) for draw in DRAWS.values()]
    draws.append(lambda init, x: init.orthogonal_(x))
    with torch.random.fork_rng():
        tg.manual_seed(5)
        torch.manual_seed(5)
        for draw in draws:
            own, theirs = draw(nn.init, tg.empty(4, 6)), draw(torch.nn.init, torch.empty(4, 6))
            np.testing.assert_allclose(own.numpy(), theirs.numpy(), rtol=0, atol=1e-6)
        assert tg.rand(1).item() == torch.rand(1).item()


def test_fixed_numbers_are_those_of_torch(torch):
    for fill in (
        lambda init, x: init.constant_(x, 0.3),
        lambda init, x: init.ones_(x),
        lambda init, x: init.zeros_(x),
        lambda init, x: init.eye_(x),
    ):
        for library in (tg, torch):
            x = library.full((2, 3), 7.0)
            assert fill(library.nn.init, x) is x
        for dtype in ("float32", "float64", "int64", "bool"):
            own, theirs = (
                fill(library.nn.init, library.ones(2, 3, dtype=getattr(library, dtype))) for library in (tg, torch)
            )
            assert own.tolist() == theirs.tolist()
            assert own.dtype is getattr(tg, dtype)


def test_init_takes_a_generator_of_its_own():
    tg.manual_seed(1)
    state = tg.get_rng_state().tolist()
    for draw in (*DRAWS.values(), lambda init, x, g: init.orthogonal_(x, generator=g)):
        one, two = (drawn(tg, draw, (3, 2), "float32", 8) for _ in range(2))
        assert one.tolist() == two.tolist()
    assert tg.get_rng_state().tolist() == state


def test_parameters_are_filled_without_a_record():
    w = nn.Parameter(tg.ones(3, 3))
    memory = w.detach().numpy()
    for draw in (*DRAWS.values(), lambda init, x, g: init.orthogonal_(x), lambda init, x, g: init.eye_(x)):
        draw(nn.init, w, None)
        assert w.is_leaf
        assert w.requires_grad
    assert memory.tolist() == np.eye(3).tolist()


def test_nothing_is_drawn_for_what_is_empty(torch):
    state = tg.manual_seed(3).get_state().tolist()
    for draw in (*DRAWS.values(), lambda init, x, g: init.orthogonal_(x, generator=g)):
        assert draw(nn.init, tg.empty(0, 3), None).shape == (0, 3)
    assert tg.get_rng_state().tolist() == state


def test_gains_are_those_of_torch(torch):
    names = ["linear", "sigmoid", "tanh", "relu", "selu", "leaky_relu", "conv1d", "conv2d", "conv3d"]
    for name in (*names, "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"):
        assert nn.init.calculate_gain(name) == torch.nn.init.calculate_gain(name)
    for slope in (0.3, 0, 2):
        assert nn.init.calculate_gain("leaky_relu", slope) == torch.nn.init.calculate_gain("leaky_relu", slope)


ERRORS = [
    (
        lambda init, x: init.calculate_gain("gelu"),
        "calculate_gain: unsupported nonlinearity 'gelu'; it must be one of conv1d, conv2d, conv3d, conv_transpose1d, "
        "conv_transpose2d, conv_transpose3d, leaky_relu, linear, relu, selu, sigmoid, tanh",
    ),
    (
        lambda init, x: init.calculate_gain("leaky_relu", "a"),
        "calculate_gain: the slope of leaky_relu must be a number, but it is 'a'",
    ),
    (
        lambda init, x: init.calculate_gain("leaky_relu", True),
        "calculate_gain: the slope of leaky_relu must be a number, but it is True",
    ),
    (
        lambda init, x: init.kaiming_uniform_(x(3)),
        "kaiming_uniform_: fan in and fan out need at least 2 dimensions, but the shape is (3,)",
    ),
    (
        lambda init, x: init.kaiming_normal_(x(3)),
        "kaiming_normal_: fan in and fan out need at least 2 dimensions, but the shape is (3,)",
    ),
    (
        lambda init, x: init.xavier_uniform_(x(3)),
        "xavier_uniform_: fan in and fan out need at least 2 dimensions, but the shape is (3,)",
    ),
    (
        lambda init, x: init.xavier_normal_(x(3)),
        "xavier_normal_: fan in and fan out need at least 2 dimensions, but the shape is (3,)",
    ),
    (
        lambda init, x: init.kaiming_uniform_(x(3, 3), mode="fan"),
        "kaiming_uniform_: mode 'fan' not supported; it must be 'fan_in' or 'fan_out'",
    ),
    (
        lambda init, x: init.kaiming_normal_(x(3, 3), mode="fan"),
        "kaiming_normal_: mode 'fan' not supported; it must be 'fan_in' or 'fan_out'",
    ),
    (lambda init, x: init.orthogonal_(x(3)), "orthogonal_: needs at least 2 dimensions, but the shape is (3,)"),
    (
        lambda init, x: init.eye_(x(3)),
        "eye_: only tensors with 2 dimensions are supported, but the shape is (3,)",
    ),
]


@pytest.mark.parametrize(("call", "sentence"), ERRORS, ids=[sentence for _, sentence in ERRORS])
def test_what_makes_no_sense_is_refused_as_in_torch(torch, call, sentence):
    refused(ValueError, sentence, call, nn.init, tg.empty)
    with pytest.raises(ValueError):  # noqa: PT011  # its words are its own
        call(torch.nn.init, torch.empty)


def test_a_normal_number_cut_off_needs_a_spread():
    sentence = "trunc_normal_: std must be above 0, but got 0; constant_ fills with one number"
    refused(ValueError, sentence, nn.init.trunc_normal_, tg.empty(3), 0, 0)


def test_a_range_far_from_the_mean_is_warned_of_as_in_torch(torch):
    found = []
    for library in (tg, torch):
        with pytest.warns(UserWarning, match="mean is more than 2 std from") as caught:
            x = drawn(library, lambda init, x, g: init.trunc_normal_(x, 5.0, 1.0, generator=g), (30,), "float32", 4)
        found.append(x.tolist())
        if library is tg:
            assert caught[0].filename == __file__
    assert found[0] == found[1]


def test_initialising_what_a_graph_needs_is_noticed():
    for fill in (nn.init.kaiming_uniform_, nn.init.zeros_, nn.init.orthogonal_):
        w = nn.Parameter(tg.ones(2, 2))
        loss = (w * w).sum()
        fill(w)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            loss.backward()
