"""Initialisation: the numbers and gains of torch.nn.init, generators, errors."""

import pytest
from expectations import refused

import tensorgrad as tg
from tensorgrad import nn


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
