"""Embedding, one-hot vectors, dropout, bilinear maps, attention and normalisation against PyTorch."""

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, same, same_outcome, torch
from expectations import refused

import tensorgrad as tg

functional = tg.nn.functional


def drawn(*shape, dtype="float64", seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(dtype)


# Rows of a table


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("index", ["int64", "int32"])
def test_embedding(dtype, index):
    for rows in ([0, 2, 2, 4], [[1, 1], [3, 0]], 2, np.zeros((0, 3)), [[[4]]]):
        for padding_idx in (None, 2, -1):
            compare_written_once(
                lambda t, w, x, p=padding_idx: t.nn.functional.embedding(x, w, p),
                drawn(5, 3, dtype=dtype),
                np.array(rows, index),
                about=(rows, padding_idx),
            )


def test_gradients_of_rows_taken_often_add_up_in_pytorchs_order():
    rows, weight, g = np.random.default_rng(0).integers(0, 7, (30, 40)), drawn(7, 5, dtype="float32"), drawn(30, 40, 5)
    grads = []
    for t in (tg, torch):
        w = t.tensor(weight, requires_grad=True)
        t.nn.functional.embedding(t.tensor(rows), w).backward(t.tensor(g.astype("float32")))
        grads.append(w.grad.tolist())
    assert grads[0] == grads[1]


def test_embedding_of_a_table_of_integers():
    same_outcome(lambda t: t.nn.functional.embedding(t.tensor([1, 0]), t.tensor([[1, 2], [3, 4]])))


def test_one_hot():
    for classes in ([1, 0, 3], [[0, 1], [2, 2]], 1, 0):
        for options in ({}, {"num_classes": 4}, {"num_classes": 9}, {"num_classes": -1}):
            same_outcome(lambda t, c=classes, o=options: t.nn.functional.one_hot(t.tensor(c), **o), (classes, options))
    same_outcome(lambda t: t.nn.functional.one_hot(t.zeros(0, 2).long(), 3))


# Dropout

LAYOUTS = {
    "in order": lambda x: x,
    "transposed": lambda x: x.transpose(0, 2),
    "permuted": lambda x: x.permute(1, 2, 0),
    "every other": lambda x: x[:, ::2],
    "one of several": lambda x: x.transpose(1, 2)[0],
    "expanded": lambda x: x[0, 0].expand(3, 4),
    "computed": lambda x: x.transpose(0, 1) * 2,
    "a single number": lambda x: x[0, 0, 0],
    "nothing": lambda x: x[:0],
}


@pytest.mark.parametrize("dtype", ["float16", *FLOATS])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_dropout_draws_as_torch(layout, dtype):
    """The same zeros, to the bit, and the same stream afterwards."""
    for p in (0.0, 0.1, 0.5, 1 / 3, 1.0):

        def dropped(t, x, p=p):
            t.manual_seed(11)
            return t.nn.functional.dropout(LAYOUTS[layout](x), p)

        x = drawn(2, 3, 4, dtype=dtype)
        compare_written_once(dropped, x, about=p)
        ours, theirs = dropped(tg, tg.tensor(x)), dropped(torch, torch.tensor(x))
        assert ours.tolist() == theirs.tolist()
        assert tg.rand(1).item() == torch.rand(1).item()


def test_dropout_when_not_training_gives_the_tensor_itself():
    x = tg.ones(3)
    state = tg.get_rng_state()
    assert functional.dropout(x, 0.5, False) is x
    assert functional.dropout(x, p=0.0) is x
    assert tg.get_rng_state().tolist() == state.tolist()


def test_dropout_in_place():
    def dropped(t, x):
        t.manual_seed(2)
        y = x * 1
        out = t.nn.functional.dropout(y, 0.4, inplace=True)
        assert out is y
        return y

    compare_written_once(dropped, drawn(6))


def test_dropout_of_nan_and_inf():
    same_outcome(lambda t: t.nn.functional.dropout(t.tensor([1.0, float("nan"), 2.0]), 1.0))


# Bilinear maps and attention


@pytest.mark.parametrize("dtype", FLOATS)
def test_bilinear(dtype):
    for one, two, bias in (
        ((5, 2), (5, 3), (4,)),
        ((2,), (3,), None),
        ((2, 5, 2), (2, 5, 3), (4,)),
        ((0, 2), (0, 3), None),
    ):
        inputs = [drawn(*one, dtype=dtype), drawn(*two, dtype=dtype), drawn(4, 2, 3, dtype=dtype)]
        compare_written_once(
            lambda t, *xs: t.nn.functional.bilinear(*xs), *inputs, bias and drawn(*bias, dtype=dtype), about=(one, two)
        )


MASK = np.array([[True, False, True], [False, False, True], [True, True, True], [False, True, False]])
ALONE = np.array([[True, False, True], [False, False, False], [True, True, True], [False, True, False]])
ADDED = np.where(MASK, 0.5, -np.inf)
ATTENTION = [
    ((4, 2), (3, 2), (3, 5), None, {}),
    ((2, 4, 2), (2, 3, 2), (2, 3, 5), MASK, {}),
    ((2, 4, 2), (2, 3, 2), (2, 3, 5), ADDED, {"scale": 0.3}),
    ((2, 2, 4, 2), (2, 2, 3, 2), (2, 2, 3, 5), ALONE, {}),
    ((2, 4, 2), (2, 3, 2), (2, 3, 5), np.where(ALONE, 1.0, -np.inf), {}),
    ((2, 4, 2), (2, 3, 2), (2, 3, 5), None, {"is_causal": True}),
    ((1, 3, 2), (1, 4, 2), (1, 4, 2), None, {"is_causal": True, "scale": 2.0}),
    ((2, 2, 4, 2), (2, 2, 4, 2), (2, 2, 4, 2), None, {"dropout_p": 0.5}),
    ((2, 2, 4, 2), (2, 2, 4, 2), (2, 2, 4, 2), None, {"dropout_p": 0.25, "is_causal": True}),
]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("number", range(len(ATTENTION)))
def test_attention(number, dtype):
    *shapes, mask, options = ATTENTION[number]
    mask = mask if mask is None or mask.dtype == bool else mask.astype(dtype)

    def attend(t, q, k, v):
        t.manual_seed(4)
        attn_mask = None if mask is None else t.tensor(mask)
        return t.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=attn_mask, **options)

    compare_written_once(attend, *(drawn(*shape, dtype=dtype, seed=i) for i, shape in enumerate(shapes)))


# Normalisation

NORMS = {
    "layer_norm": [
        ((2, 3, 4), ((4,),), (4,), (4,), {}),
        ((2, 3, 4), ([3, 4],), (3, 4), (3, 4), {"eps": 0.1}),
        ((2, 3, 4), ((2, 3, 4),), None, None, {}),
        ((4,), ((4,),), (4,), None, {}),
        ((3, 1), ((1,),), (1,), (1,), {}),
        ((2, 0), ((0,),), (0,), (0,), {}),
        ((0, 3), ((3,),), (3,), (3,), {}),
    ],
    "group_norm": [
        ((2, 6), (3,), (6,), (6,), {}),
        ((2, 6, 4), (2,), (6,), (6,), {"eps": 0.01}),
        ((2, 6, 4, 3), (6,), (6,), None, {}),
        ((2, 6, 4, 3), (1,), None, None, {}),
        ((2, 4), (4,), (4,), (4,), {"eps": 1.0}),  # one number in each group: allowed if there are several images
        ((3, 2, 1), (2,), (2,), (2,), {"eps": 1.0}),
        ((0, 6, 4), (2,), (6,), (6,), {}),
    ],
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", NORMS)
def test_norm(name, dtype):
    for shape, args, weight, bias, options in NORMS[name]:
        compare_written_once(
            lambda t, x, w, b, a=args, o=options: getattr(t.nn.functional, name)(x, *a, w, b, **o),
            drawn(*shape, dtype=dtype),
            weight and drawn(*weight, dtype=dtype),
            bias and drawn(*bias, dtype=dtype, seed=1),
            about=(shape, args, options),
        )


@pytest.mark.parametrize("dtype", FLOATS)
def test_rms_norm(dtype):
    for shape, normalized, weight, eps in (
        ((2, 3, 4), (4,), (4,), None),
        ((2, 3, 4), [3, 4], None, 0.5),
        ((4,), (4,), (4,), 1e-3),
        ((0, 4), (4,), (4,), None),
    ):
        compare_written_once(
            lambda t, x, w, n=normalized, e=eps: t.nn.functional.rms_norm(x, n, w, e),
            drawn(*shape, dtype=dtype),
            weight and drawn(*weight, dtype=dtype),
        )


def test_norm_of_numbers_far_from_zero():
    """In float32, one thousandth apart at a thousand: the variance is computed after the mean is off."""
    x = (1000 + drawn(3, 50) / 1000).astype("float32")
    exact = functional.layer_norm(tg.tensor(x.astype("float64")), (50,)).numpy()
    np.testing.assert_allclose(functional.layer_norm(tg.tensor(x), (50,)).numpy(), exact, 0.05, 0.05)


EXTREMES = [[1e30, -1e30, 0.0], [0.0, 0.0, 0.0], [1e-30, 0.0, -1e-30], [1.0, 1.0, 1.0]]


def test_norms_of_extremes():
    """Squares that overflow, numbers that are all equal, and no eps: what PyTorch gives, and no warning."""
    x = np.array(EXTREMES, "float32")
    compare_written_once(lambda t, x: t.nn.functional.layer_norm(x, (3,)), x)
    compare_written_once(lambda t, x: t.nn.functional.layer_norm(x, (3,), eps=0.0), x[1:])
    compare_written_once(lambda t, x: t.nn.functional.rms_norm(x, (3,)), x)
    compare_written_once(lambda t, x: t.nn.functional.batch_norm(x, None, None, training=True), x)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm(training, dtype):
    for shape, affine, options in (
        ((5, 3), True, {}),
        ((2, 3, 4), True, {"momentum": 0.7}),
        ((2, 3, 4, 2), True, {"eps": 0.1}),
        ((5, 3), False, {"momentum": 0.0}),
        ((1, 3, 2), True, {"momentum": 1.0}),
    ):
        running = {}

        def normed(t, x, w, b, options=options, running=running):
            mean, var = t.tensor(drawn(3, dtype=dtype, seed=7)), t.tensor(1 + abs(drawn(3, dtype=dtype, seed=8)))
            running[t] = mean, var
            return t.nn.functional.batch_norm(x, mean, var, w, b, training, **options)

        weights = (drawn(3, dtype=dtype, seed=i) if affine else None for i in (1, 2))
        compare_written_once(normed, drawn(*shape, dtype=dtype), *weights, about=(shape, options))
        for ours, theirs in zip(running[tg], running[torch], strict=True):
            same(ours, theirs, (shape, options))


def test_batch_norm_without_running_ones():
    compare_written_once(lambda t, x: t.nn.functional.batch_norm(x, None, None, training=True), drawn(4, 3))


def test_a_batch_between_forward_and_backward_changes_what_evaluation_used():
    x, mean, var = tg.tensor(drawn(4, 3), requires_grad=True), tg.zeros(3).double(), tg.ones(3).double()
    weight = tg.ones(3, dtype=tg.float64, requires_grad=True)
    y = functional.batch_norm(x, mean, var, weight)
    functional.batch_norm(x, mean, var, weight, training=True)
    y.sum().backward()  # as in PyTorch's native evaluation, the gradient is of the numbers there were
    np.testing.assert_allclose(x.grad.numpy(), np.full((4, 3), 1 / np.sqrt(1 + 1e-5)))


# Errors

ERRORS = {
    "embedding: index 5 is out of range: there are 3 rows, 0 to 2": lambda t, f: f.embedding(
        t.tensor([5]), t.ones(3, 2)
    ),
    "embedding: index -1 is out of range: there are 3 rows, 0 to 2": lambda t, f: f.embedding(
        t.tensor([-1]), t.ones(3, 2)
    ),
    "embedding: indices must be int64 or int32, but are float32; convert by .long()": lambda t, f: f.embedding(
        t.tensor([1.0]), t.ones(3, 2)
    ),
    "embedding: indices must be int64 or int32, but are uint8; convert by .long()": lambda t, f: f.embedding(
        t.tensor([1], dtype=t.uint8), t.ones(3, 2)
    ),
    "embedding: 'weight' must be 2-D, (rows, features), but its shape is (3,)": lambda t, f: f.embedding(
        t.tensor([1]), t.ones(3)
    ),
    "one_hot: classes must be int64, but are int32; convert them by .long()": lambda t, f: f.one_hot(
        t.tensor([1], dtype=t.int32)
    ),
    "one_hot: class values must be smaller than num_classes=2, but one is 2": lambda t, f: f.one_hot(
        t.tensor([1, 2]), 2
    ),
    "one_hot: class values must be smaller than num_classes=-2, but one is 2": lambda t, f: f.one_hot(
        t.tensor([1, 2]), -2
    ),
    "one_hot: class values must be non-negative, but one is -2": lambda t, f: f.one_hot(t.tensor([1, -2]), 2),
    "one_hot: can not infer total number of classes from empty tensor; give num_classes": lambda t, f: f.one_hot(
        t.zeros(0).long()
    ),
    "dropout: dropout probability has to be between 0 and 1, but got 1.5": lambda t, f: f.dropout(t.ones(3), 1.5),
    "dropout: the input must be floating-point, but it is int64; use .float()": lambda t, f: f.dropout(
        t.ones(3).long()
    ),
    "bilinear: shapes (2, 3), (2, 4) and (5, 3, 3) do not fit together: the inputs must be equal but for the last "
    "dimension, and the weight (outputs, features of the first, of the second)": lambda t, f: f.bilinear(
        t.ones(2, 3), t.ones(2, 4), t.ones(5, 3, 3)
    ),
    "bilinear: bias must have shape (5,), that of the outputs, but has (4,)": lambda t, f: f.bilinear(
        t.ones(2, 3), t.ones(2, 4), t.ones(5, 3, 4), t.ones(4)
    ),
    "scaled_dot_product_attention: attn_mask must be None where is_causal=True; give one of the two": lambda t, f: (
        f.scaled_dot_product_attention(t.ones(2, 3), t.ones(2, 3), t.ones(2, 3), t.ones(2, 2), is_causal=True)
    ),
    "scaled_dot_product_attention: attn_mask must be bool, or of the query's dtype, float32, but it is int64": (
        lambda t, f: f.scaled_dot_product_attention(t.ones(2, 3), t.ones(2, 3), t.ones(2, 3), t.ones(2, 2).long())
    ),
    "scaled_dot_product_attention: needs at least 2 dimensions, (..., length, features), but got shapes (3,), (2, 3) "
    "and (2, 3)": lambda t, f: f.scaled_dot_product_attention(t.ones(3), t.ones(2, 3), t.ones(2, 3)),
    "layer_norm: given normalized_shape=(4,), of at least one size, the input must have a shape that ends in it, but "
    "has shape (2, 3)": lambda t, f: f.layer_norm(t.ones(2, 3), (4,)),
    "layer_norm: given normalized_shape=(), of at least one size, the input must have a shape that ends in it, but has "
    "shape (2, 3)": lambda t, f: f.layer_norm(t.ones(2, 3), ()),
    "layer_norm: normalized_shape must be a tuple of integers, but it is 3": lambda t, f: f.layer_norm(t.ones(2, 3), 3),
    "layer_norm: weight must have shape (3,), normalized_shape, but it has (2,)": lambda t, f: f.layer_norm(
        t.ones(2, 3), (3,), t.ones(2)
    ),
    "layer_norm: weight must have the input's dtype, float32, but it has float64": lambda t, f: f.layer_norm(
        t.ones(2, 3), (3,), t.ones(3).double()
    ),
    "layer_norm: the input must be floating-point, but it is int64; use .float()": lambda t, f: f.layer_norm(
        t.ones(2, 3).long(), (3,)
    ),
    "rms_norm: given normalized_shape=(4,), of at least one size, the input must have a shape that ends in it, but has "
    "shape (2, 3)": lambda t, f: f.rms_norm(t.ones(2, 3), (4,)),
    "group_norm: the number of channels must be divisible by num_groups, but got 3 channels, of shape (2, 3), and "
    "num_groups=2": lambda t, f: f.group_norm(t.ones(2, 3), 2),
    "group_norm: needs at least 2 dimensions, (N, C, ...), but the shape is (2,)": lambda t, f: f.group_norm(
        t.ones(2), 1
    ),
    "group_norm: expected more than 1 value per channel when training, got input size (1, 2)": lambda t, f: (
        f.group_norm(t.ones(1, 2), 2)
    ),
    "group_norm: expected more than 1 value per channel when training, got input size (1, 4, 1)": lambda t, f: (
        f.group_norm(t.ones(1, 4, 1), 4)
    ),
    "group_norm: weight must have shape (4,), one number for each channel, but it has (3,)": lambda t, f: f.group_norm(
        t.ones(2, 4), 2, t.ones(3)
    ),
    "batch_norm: expected more than 1 value per channel when training, got input size (1, 3)": lambda t, f: (
        f.batch_norm(t.ones(1, 3), None, None, training=True)
    ),
    "batch_norm: running_mean and running_var must be defined in evaluation mode; pass training=True to use those of "
    "the batch": lambda t, f: f.batch_norm(t.ones(2, 3), None, None),
    "batch_norm: running_mean must have shape (3,), one number for each channel, but it has (2,)": lambda t, f: (
        f.batch_norm(t.ones(2, 3), t.ones(2), t.ones(3))
    ),
    "batch_norm: running_mean and running_var must both be None, or neither": lambda t, f: f.batch_norm(
        t.ones(2, 3), t.ones(3), None, training=True
    ),
    "batch_norm: needs at least 2 dimensions, (N, C, ...), but the shape is (3,)": lambda t, f: f.batch_norm(
        t.ones(3), t.ones(3), t.ones(3)
    ),
}


@pytest.mark.parametrize("sentence", ERRORS)
def test_errors(sentence):
    """PyTorch's kind, and a sentence."""
    ours, theirs = (error_of(lambda t: ERRORS[sentence](t, t.nn.functional), t) for t in (tg, torch))
    assert str(ours) == sentence
    assert isinstance(ours, type(theirs))


def test_errors_of_our_own():
    sentence = "embedding: padding_idx must be within the number of rows, from -3 to 2, but it is 3"
    refused(ValueError, sentence, functional.embedding, tg.tensor([1]), tg.ones(3, 2), 3)
    sentence = "dropout: argument 1 must be a Tensor, but it is a list; make one with tensor(...)"
    refused(TypeError, sentence, functional.dropout, [1.0])
