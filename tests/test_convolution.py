"""Convolution, pooling and padding against PyTorch: options, values, gradients, shapes, dtypes, errors."""

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, same_outcome, torch
from expectations import refused

import tensorgrad as tg

functional = tg.nn.functional


def drawn(shape, dtype="float64", seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(dtype)


# (input, weight, options); a bias where the seed of the case is even
CONVOLUTIONS = {
    "conv1d": [
        ((2, 3, 8), (4, 3, 3), {}),
        ((3, 8), (4, 3, 3), {}),
        ((2, 3, 9), (4, 3, 3), {"stride": 2, "padding": 1}),
        ((2, 4, 9), (6, 2, 2), {"groups": 2, "dilation": 3}),
        ((2, 4, 9), (8, 1, 3), {"groups": 4, "stride": (2,), "padding": (2,), "dilation": (2,)}),
        ((2, 3, 7), (4, 3, 4), {"padding": "same"}),
        ((2, 3, 7), (4, 3, 4), {"padding": "same", "dilation": 3}),
        ((2, 3, 7), (4, 3, 4), {"padding": "valid", "stride": 3}),
        ((0, 3, 7), (4, 3, 4), {}),
        ((2, 3, 4), (4, 3, 4), {}),
        ((2, 3, 1), (4, 3, 4), {"padding": 2}),
    ],
    "conv2d": [
        ((2, 3, 6, 5), (4, 3, 3, 2), {}),
        ((3, 6, 5), (4, 3, 3, 2), {"padding": (2, 1)}),
        ((2, 3, 7, 8), (4, 3, 3, 3), {"stride": (2, 3), "padding": 1}),
        ((2, 4, 7, 8), (6, 2, 3, 2), {"groups": 2, "dilation": (1, 2)}),
        ((2, 4, 5, 5), (4, 1, 3, 3), {"groups": 4, "padding": 1}),
        ((2, 3, 5, 6), (4, 3, 2, 3), {"padding": "same"}),
        ((2, 3, 5, 6), (4, 3, 4, 2), {"padding": "same", "dilation": (1, 3)}),
        ((1, 1, 5, 6), (1, 1, 1, 1), {"stride": 2}),
        ((0, 3, 5, 6), (4, 3, 2, 3), {}),
        ((1, 2, 3, 9), (5, 2, 3, 1), {"stride": (4, 2), "padding": "valid"}),
    ],
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")  # PyTorch's, of its speed
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution(name, dtype):
    for i, (shape, weight, options) in enumerate(CONVOLUTIONS[name]):
        inputs = [drawn(shape, dtype), drawn(weight, dtype), drawn(weight[:1], dtype) if i % 2 else None]
        compare_written_once(
            lambda t, *xs, options=options: getattr(t.nn.functional, name)(*xs, **options), *inputs, about=options
        )


def test_convolution_of_what_does_not_lie_in_order():
    x, weight = drawn((5, 6, 3, 2)), drawn((2, 3, 3, 4))
    compare_written_once(
        lambda t, x, w: t.nn.functional.conv2d(x.permute(3, 2, 1, 0)[:, :, ::2], w.permute(3, 1, 0, 2)), x, weight
    )


def test_convolution_of_integers():
    same_outcome(lambda t: t.nn.functional.conv1d(t.arange(6).reshape(1, 6), t.ones(1, 1, 2, dtype=t.int64)))


def test_a_second_backward_and_one_after_a_write():
    x, weight = tg.tensor(drawn((1, 2, 5))), tg.tensor(drawn((3, 2, 2)), requires_grad=True)
    y = functional.conv1d(x, weight)
    y.sum().backward(retain_graph=True)
    y.sum().backward(retain_graph=True)
    once = functional.conv1d(x, weight)
    gradient = weight.grad / 2
    weight.grad = None
    once.sum().backward()
    np.testing.assert_allclose(weight.grad.numpy(), gradient.numpy(), 1e-12)
    x += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


# Pooling

POOLS = {
    "max_pool1d": [
        ((2, 3, 9), (2,), {}),
        ((3, 9), (3, 1, 1), {}),
        ((2, 3, 9), (3, 2, 1, 2), {}),
        ((2, 3, 9), (2, 2), {"ceil_mode": True}),
        ((2, 3, 10), (2, 3), {"ceil_mode": True}),
    ],
    "max_pool2d": [
        ((2, 3, 6, 7), (2,), {}),
        ((3, 6, 7), ((2, 3),), {"stride": 1}),
        ((2, 3, 6, 7), (3, 2, 1), {}),
        ((2, 3, 8, 7), ((3, 2), (1, 2), (1, 0), (2, 3)), {}),
        ((2, 3, 6, 7), (3, 2), {"ceil_mode": True}),
        ((2, 3, 6, 7), (3, 2, 1), {"ceil_mode": True}),
        ((1, 1, 5, 5), (2, 4, 1), {"ceil_mode": True}),
        ((0, 3, 6, 7), (2,), {}),
    ],
    "avg_pool1d": [
        ((2, 3, 9), (2,), {}),
        ((3, 9), (3, 1, 1), {}),
        ((2, 3, 9), (3, 2, 1), {"count_include_pad": False}),
        ((2, 3, 10), (3, 2, 1), {"ceil_mode": True}),
        ((2, 3, 10), (3, 2, 1), {"ceil_mode": True, "count_include_pad": False}),
    ],
    "avg_pool2d": [
        ((2, 3, 6, 7), (2,), {}),
        ((3, 6, 7), ((2, 3),), {"stride": 1}),
        ((2, 3, 6, 7), (3, 2, 1), {}),
        ((2, 3, 6, 7), (3, 2, 1), {"count_include_pad": False}),
        ((2, 3, 6, 7), (3, 2, 1), {"ceil_mode": True}),
        ((2, 3, 6, 8), ((2, 3), (3, 2), (1, 1)), {"ceil_mode": True, "count_include_pad": False}),
        ((2, 3, 6, 7), (3, 2, 1), {"divisor_override": 5}),
        ((2, 3, 6, 7), (3, 2, 1), {"divisor_override": -2, "ceil_mode": True}),
        ((0, 3, 6, 7), (2,), {}),
    ],
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", POOLS)
def test_pooling(name, dtype):
    for shape, args, options in POOLS[name]:
        compare_written_once(
            lambda t, x, a=args, o=options: getattr(t.nn.functional, name)(x, *a, **o),
            drawn(shape, dtype),
            about=(args, options),
        )


def test_pooling_of_equal_numbers_and_of_numbers_that_are_none():
    """The gradient goes to the first of the largest; nan is larger than any number."""
    x = np.array([[[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, np.nan, 2.0], [-np.inf, -np.inf, 5.0, np.inf]]])
    for kernel, stride in ((2, 1), (3, 1), (2, 2), ((1, 3), 1)):
        compare_written_once(lambda t, x, k=kernel, s=stride: t.nn.functional.max_pool2d(x, k, s), x)


def test_pooling_of_integers():
    for name in ("max_pool2d", "avg_pool2d"):
        same_outcome(lambda t, name=name: getattr(t.nn.functional, name)(t.arange(18).reshape(2, 3, 3), 2, padding=1))


# Padding

PADS = [
    ((2, 3), (1, 2), {}),
    ((2, 3), (1, 2, 0, 3), {"value": 1.5}),
    ((2, 3), (-1, 2), {"value": 4}),
    ((2, 3), (-1, -2, 1, 0), {}),
    ((2, 3), (0, 0), {}),
    ((2, 3), (), {}),
    ((2, 3), (-2, 0, 0, -1), {}),
    ((2, 0), (1, 1), {}),
    ((2, 3, 4, 2), (1, 0, 0, 1, 2, 0), {"mode": "constant", "value": -1.0}),
    ((2, 4), (3, 2), {"mode": "reflect"}),
    ((2, 4, 5), (0, 2), {"mode": "reflect"}),
    ((2, 4, 5), (4, 4, 3, 0), {"mode": "reflect"}),
    ((1, 2, 3, 4), (1, 2, 2, 1), {"mode": "replicate"}),
    ((1, 2, 3), (5, 7), {"mode": "replicate"}),
    ((1, 2, 3, 4), (4, 3, 3, 0), {"mode": "circular"}),
    ((2, 5), (-1, 2), {"mode": "reflect"}),
    ((2, 5), (-2, 1), {"mode": "replicate"}),
]


@pytest.mark.parametrize("dtype", [*FLOATS, "int64", "bool"])
def test_padding(dtype):
    for shape, pad, options in PADS:
        if np.dtype(dtype).kind == "f" or options.get("mode", "constant") == "constant":  # PyTorch has no such kernel
            compare_written_once(
                lambda t, x, p=pad, o=options: t.nn.functional.pad(x, p, **o),
                (3 * drawn(shape)).astype(dtype),
                about=(pad, options),
            )


def test_padding_of_nothing_is_a_copy():
    x = tg.zeros(2)
    functional.pad(x, (0, 0)).fill_(1)
    assert x.tolist() == [0, 0]


# Errors

ERRORS = {
    "conv2d: needs a weight of 4 dimensions, and an input of as many, or one less for a single one, but got shapes "
    "(3, 2, 2) and (1, 2, 5, 5)": lambda t, x: t.nn.functional.conv2d(x, t.ones(3, 2, 2)),
    "conv2d: needs a weight of 4 dimensions, and an input of as many, or one less for a single one, but got shapes "
    "(3, 2, 2, 2) and (5, 5)": lambda t, x: t.nn.functional.conv2d(x[0, 0], t.ones(3, 2, 2, 2)),
    "conv2d: given groups=1, a weight of shape (3, 3, 2, 2) expects an input of 3 channels, but the input, of shape "
    "(1, 2, 5, 5), has 2": lambda t, x: t.nn.functional.conv2d(x, t.ones(3, 3, 2, 2)),
    "conv2d: the window, of shape (7, 2) with dilation (1, 1), must not be larger than the input, of sizes (5, 5) with "
    "padding 0": lambda t, x: t.nn.functional.conv2d(x, t.ones(3, 2, 7, 2)),
    "conv2d: bias must have shape (3,), one for each output, but it has (2,)": lambda t, x: t.nn.functional.conv2d(
        x, t.ones(3, 2, 2, 2), t.ones(2)
    ),
    "conv2d: groups must be an integer of at least 1 that divides the weight's outputs, 3, but it is 2": lambda t, x: (
        t.nn.functional.conv2d(x, t.ones(3, 1, 2, 2), groups=2)
    ),
    "conv2d: groups must be an integer of at least 1 that divides the weight's outputs, 3, but it is 0": lambda t, x: (
        t.nn.functional.conv2d(x, t.ones(3, 1, 2, 2), groups=0)
    ),
    "conv2d: stride must be an integer of at least 1, or 2 of them, but it is 0": lambda t, x: t.nn.functional.conv2d(
        x, t.ones(3, 2, 2, 2), stride=0
    ),
    "conv2d: stride must be an integer of at least 1, or 2 of them, but it is (1, 1, 1)": lambda t, x: (
        t.nn.functional.conv2d(x, t.ones(3, 2, 2, 2), stride=(1, 1, 1))
    ),
    "conv2d: padding must be an integer of at least 0, or 2 of them, but it is -1": lambda t, x: t.nn.functional.conv2d(
        x, t.ones(3, 2, 2, 2), padding=-1
    ),
    "conv2d: dilation must be an integer of at least 1, or 2 of them, but it is 0": lambda t, x: t.nn.functional.conv2d(
        x, t.ones(3, 2, 2, 2), dilation=0
    ),
    "conv2d: padding='same' is not supported for strided convolutions, but stride is (2, 2)": lambda t, x: (
        t.nn.functional.conv2d(x, t.ones(3, 2, 2, 2), padding="same", stride=2)
    ),
    "matrix products need operands of one dtype, but got float32 and float64; convert one with .to(dtype)": (
        lambda t, x: t.nn.functional.conv2d(x, t.ones(3, 2, 2, 2).double())
    ),
    "max_pool2d: padding must be at most half of the window, of size (3, 3), but it is 2": lambda t, x: (
        t.nn.functional.max_pool2d(x, 3, padding=2)
    ),
    "max_pool2d: the window, of size (6, 6), must not be larger than the input, of sizes (5, 5) with padding 0": (
        lambda t, x: t.nn.functional.max_pool2d(x, 6)
    ),
    "max_pool2d: kernel_size must be an integer of at least 1, or 2 of them, but it is 0": lambda t, x: (
        t.nn.functional.max_pool2d(x, 0)
    ),
    "max_pool2d: stride must be an integer of at least 1, or 2 of them, but it is 0": lambda t, x: (
        t.nn.functional.max_pool2d(x, 2, 0)
    ),
    "max_pool2d: needs an input of 4 dimensions, or one less for a single one, none but the first empty, but got shape "
    "(5, 5)": lambda t, x: t.nn.functional.max_pool2d(x[0, 0], 2),
    "max_pool2d: needs an input of 4 dimensions, or one less for a single one, none but the first empty, but got shape "
    "(1, 0, 5, 5)": lambda t, x: t.nn.functional.max_pool2d(x[:, :0], 2),
    "avg_pool2d: divisor_override must not be zero, but it is 0": lambda t, x: t.nn.functional.avg_pool2d(
        x, 2, divisor_override=0
    ),
    "pad: needs two integers for each dimension to pad, of 4 at most, but got (1,)": lambda t, x: t.nn.functional.pad(
        x, (1,)
    ),
    "pad: needs two integers for each dimension to pad, of 1 at most, but got (1, 1, 1, 1)": lambda t, x: (
        t.nn.functional.pad(x[0, 0, 0], (1, 1, 1, 1))
    ),
    "pad: no size may become less than 0, but (-3, -3) takes too much of (1, 2, 5, 5)": lambda t, x: (
        t.nn.functional.pad(x, (-3, -3))
    ),
    "pad: mode 'reflect' can put at most 4 elements on either side of dimension 3, of size 5, but got (5, 0)": (
        lambda t, x: t.nn.functional.pad(x, (5, 0, 0, 0), "reflect")
    ),
    "pad: mode 'circular' can put at most 5 elements on either side of dimension 2, of size 5, but got (6, 0)": (
        lambda t, x: t.nn.functional.pad(x, (0, 0, 6, 0), "circular")
    ),
    "pad: mode 'reflect' doesn't take in value argument, but it is 2; leave it out": lambda t, x: t.nn.functional.pad(
        x, (1, 1, 0, 0), "reflect", value=2
    ),
}


@pytest.mark.parametrize("sentence", ERRORS)
def test_errors(sentence):
    """PyTorch's kind, and a sentence."""
    ours, theirs = (error_of(lambda t: ERRORS[sentence](t, t.ones(1, 2, 5, 5)), t) for t in (tg, torch))
    assert str(ours) == sentence
    assert isinstance(ours, type(theirs))


def test_errors_of_our_own():
    x, weight = tg.ones(1, 2, 5), tg.ones(1, 2, 2)
    refused(
        ValueError,
        "conv1d: invalid padding string 'full', it must be 'valid' or 'same'",
        functional.conv1d,
        x,
        weight,
        padding="full",
    )
    refused(
        NotImplementedError,
        "pad: mode must be one of ['constant', 'reflect', 'replicate', 'circular'], but it is 'bad'",
        functional.pad,
        x,
        (1, 1),
        "bad",
    )
    refused(
        TypeError,
        "conv1d: argument 2 must be a Tensor, but it is a list; make one with tensor(...)",
        functional.conv1d,
        x,
        [1.0],
    )
    refused(
        TypeError,
        "avg_pool1d: argument 1 must be a Tensor, but it is a list; make one with tensor(...)",
        functional.avg_pool1d,
        [1.0],
        1,
    )
