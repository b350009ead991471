"""NumPy on either side of a Tensor: arrays and scalars in operations, NumPy's functions, arrays out."""

import numpy as np
import pytest
from expectations import refused

import tensorgrad as tg


def leaf():
    return tg.tensor([1.0, 2.0], dtype=tg.float64, requires_grad=True)


ARRAY = np.array([3.0, 4.0])


MIXED = {
    "array + tensor": (lambda x: ARRAY + x, [4, 6], [1, 1]),
    "array - tensor": (lambda x: ARRAY - x, [2, 2], [-1, -1]),
    "array * tensor": (lambda x: ARRAY * x, [3, 8], [3, 4]),
    "array / tensor": (lambda x: ARRAY / x, [3, 2], [-3, -1]),
    "array ** tensor": (lambda x: ARRAY**x, [3, 16], [3 * np.log(3), 16 * np.log(4)]),
    "array @ tensor": (lambda x: ARRAY @ x, 11, [3, 4]),
    "matrix @ tensor": (lambda x: np.diag(ARRAY) @ x, [3, 8], [3, 4]),
    "tensor + array": (lambda x: x + ARRAY, [4, 6], [1, 1]),
    "tensor - array": (lambda x: x - ARRAY, [-2, -2], [1, 1]),
    "tensor * array": (lambda x: x * ARRAY, [3, 8], [3, 4]),
    "tensor / array": (lambda x: x / ARRAY, [1 / 3, 0.5], [1 / 3, 0.25]),
    "tensor ** array": (lambda x: x**ARRAY, [1, 16], [3, 32]),
    "tensor @ array": (lambda x: x @ ARRAY, 11, [3, 4]),
    "column + tensor": (lambda x: ARRAY[:, None] + x, [[4, 5], [5, 6]], [2, 2]),
    "float64 * tensor": (lambda x: np.float64(2) * x, [2, 4], [2, 2]),
    "tensor - int64": (lambda x: x - np.int64(2), [-1, 0], [1, 1]),
    "np.exp": (np.exp, np.exp([1, 2]), np.exp([1, 2])),
    "np.log": (np.log, np.log([1, 2]), [1, 0.5]),
    "np.sqrt": (np.sqrt, np.sqrt([1, 2]), 0.5 / np.sqrt([1, 2])),
    "np.tanh": (np.tanh, np.tanh([1, 2]), 1 - np.tanh([1, 2]) ** 2),
    "np.abs": (np.abs, [1, 2], [1, 1]),
    "np.negative": (np.negative, [-1, -2], [-1, -1]),
    "np.power": (lambda x: np.power(x, 2), [1, 4], [2, 4]),
    "np.maximum": (lambda x: np.maximum(x, np.array([1.5, 1.5])), [1.5, 2], [0, 1]),
    "np.minimum": (lambda x: np.minimum(np.array([1.5, 1.5]), x), [1, 1.5], [1, 0]),
}


@pytest.mark.parametrize(("compute", "value", "gradient"), MIXED.values(), ids=MIXED)
def test_numpy_and_tensors_mix_and_are_recorded(compute, value, gradient):
    x = leaf()
    y = compute(x)
    assert type(y) is tg.Tensor
    np.testing.assert_allclose(y.tolist(), value, rtol=1e-15)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.tolist(), gradient, rtol=1e-15)


def test_numpy_scalars_do_not_widen_float32():
    x = tg.tensor([1.0])
    for y in (x * np.float64(2), np.float64(2) * x, x + np.int64(1), np.float32(2) / x, np.add(1.0, x)):
        assert y.dtype == tg.float32
    assert (x * np.ones(1)).dtype == tg.float64


def test_comparisons_with_numpy():
    x = tg.tensor([3.0, 5.0], requires_grad=True)
    for y, expected in (
        (np.array([3.0, 4.0]) == x, [True, False]),
        (x == np.array([3.0, 4.0]), [True, False]),
        (np.array([3.0, 4.0]) != x, [False, True]),
        (np.array([3.0, 4.0]) < x, [False, True]),
        (np.float64(4) >= x, [True, False]),
        (x > np.array([2.0, 9.0]), [True, False]),
    ):
        assert y.tolist() == expected
        assert y.dtype == tg.bool
        assert not y.requires_grad


def test_arrays_out():
    x = tg.tensor([1.0, 2.0])
    assert np.shares_memory(np.asarray(x), x.numpy())
    assert not np.shares_memory(np.array(x), x.numpy())
    assert np.array(x, dtype=np.float64).dtype == np.float64
    assert np.concatenate([x, x]).tolist() == [1, 2, 1, 2]
    with pytest.raises(ValueError, match="Unable to avoid copy"):
        np.asarray(x, dtype=np.float64, copy=False)


@pytest.mark.parametrize(
    ("name", "compute"),
    [
        ("cbrt", np.cbrt),
        ("add", np.add.reduce),
        ("add", lambda x: np.add(x, 1, out=np.ones(2))),
    ],
)
def test_what_numpy_cannot_do_here(name, compute):
    sentence = f"np.{name} has no Tensor operation here; call it on tensor.detach().numpy()"
    refused(TypeError, sentence, compute, leaf())


def test_an_array_is_not_overwritten_by_a_tensor():
    array = np.ones(2)
    with pytest.raises(TypeError, match=r"np\.add has no Tensor operation here"):
        array += leaf()
    assert array.tolist() == [1, 1]
