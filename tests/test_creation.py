"""Tensors from data, NumPy in and out, conversions, grad modes; compared with PyTorch where it has the same words."""

import threading

import numpy as np
import pytest

import tensorgrad as tg


@pytest.fixture(scope="module")
def torch():
    module = pytest.importorskip("torch")
    module.set_num_threads(1)
    return module


def refused(kind, sentence, function, *args, **options):
    with pytest.raises(kind) as caught:
        function(*args, **options)
    assert str(caught.value) == sentence


def alike(own, theirs):
    """Of the same shape, dtype, numbers and flag; or equal, if no Tensors."""
    if not isinstance(own, tg.Tensor):
        assert type(own) is type(theirs)
        assert own == theirs
        return
    assert own.shape == tuple(theirs.shape)
    assert str(own.dtype) == str(theirs.dtype).removeprefix("torch.")
    assert own.requires_grad == theirs.requires_grad
    assert own.tolist() == theirs.tolist()


CREATED = {
    "an integer": lambda t: t.tensor(1),
    "a number": lambda t: t.tensor(1.5),
    "a truth": lambda t: t.tensor(True),
    "nothing": lambda t: t.tensor([]),
    "an empty row": lambda t: t.tensor([[]]),
    "mixed": lambda t: t.tensor([1, 2.5]),
    "truths and integers": lambda t: t.tensor([True, 2]),
    "truths and numbers": lambda t: t.tensor([True, 2.0]),
    "nested": lambda t: t.tensor([[1], [2]]),
    "a tuple": lambda t: t.tensor((1, 2)),
    "a range": lambda t: t.tensor(range(3)),
    "a dtype": lambda t: t.tensor([1], dtype=t.float64),
    "a narrower dtype": lambda t: t.tensor([1.7, -1.7], dtype=t.int64),
    "a gradient": lambda t: t.tensor([1.0], requires_grad=True),
    "the device": lambda t: t.tensor([1.0], device="cpu"),
    "a large integer": lambda t: t.tensor(2**40),
    "a float64 scalar": lambda t: t.tensor(np.float64(1.5)),
    "a list of float64 scalars": lambda t: t.tensor([np.float64(1.5)]),
    "a list of int32 scalars": lambda t: t.tensor([np.int32(3)]),
    "a float32 scalar": lambda t: t.tensor(np.float32(1.5)),
    "an int32 scalar": lambda t: t.tensor(np.int32(3)),
    "an array": lambda t: t.tensor(np.ones(2)),
    "a float16 array": lambda t: t.tensor(np.ones(2, np.float16)),
    "a uint8 array": lambda t: t.tensor(np.ones(2, np.uint8)),
    "Tensors of one number": lambda t: t.tensor([t.tensor(1.0), t.tensor(2.0)]),
    "as_tensor of a list": lambda t: t.as_tensor([1, 2]),
    "as_tensor of a number": lambda t: t.as_tensor(5),
    "as_tensor with a dtype": lambda t: t.as_tensor([1, 2], dtype=t.float32),
    "as_tensor of an array": lambda t: t.as_tensor(np.ones(1)),
    "as_tensor of an array with a dtype": lambda t: t.as_tensor(np.ones(1), dtype=t.int64),
    "from_numpy": lambda t: t.from_numpy(np.arange(3, dtype=np.int16)),
    "zeros": lambda t: t.zeros(2),
    "zeros of a tuple": lambda t: t.zeros((2, 1)),
    "zeros of a list": lambda t: t.zeros([2, 1]),
    "zeros of no dimension": lambda t: t.zeros(()),
    "no zeros": lambda t: t.zeros(0, 3),
    "zeros with a dtype": lambda t: t.zeros(2, dtype=t.bool),
    "ones": lambda t: t.ones(2, 3),
    "ones with a gradient": lambda t: t.ones(2, requires_grad=True),
    "full": lambda t: t.full((2,), 7),
    "full of a number": lambda t: t.full((2, 2), 7.5),
    "full of a truth": lambda t: t.full([2], True),
    "full of no dimension": lambda t: t.full((), 2.0),
    "full with a dtype": lambda t: t.full((2,), 7, dtype=t.float64, requires_grad=True),
    "full rounded": lambda t: t.full((2,), 1.5, dtype=t.int64),
    "arange": lambda t: t.arange(3),
    "arange to a number": lambda t: t.arange(3.0),
    "arange from": lambda t: t.arange(1, 4),
    "arange in steps": lambda t: t.arange(1, 2, 0.25),
    "arange in tenths": lambda t: t.arange(0, 1, 0.1),
    "arange in tenths from one": lambda t: t.arange(1, 2, 0.1),
    "arange back": lambda t: t.arange(5, 0, -2),
    "arange to nothing": lambda t: t.arange(0),
    "arange with a dtype": lambda t: t.arange(3, dtype=t.float64),
    "arange of integers asked for": lambda t: t.arange(0.0, 3.0, dtype=t.int64),
    "arange with a gradient": lambda t: t.arange(3.0, requires_grad=True),
    "linspace": lambda t: t.linspace(0, 1, 5),
    "linspace of one": lambda t: t.linspace(0, 1, 1),
    "linspace of none": lambda t: t.linspace(0, 1, 0),
    "linspace back": lambda t: t.linspace(3, 1, 3, dtype=t.float64),
    "eye": lambda t: t.eye(2),
    "eye of two sizes": lambda t: t.eye(2, 3, dtype=t.int64),
    "zeros_like": lambda t: t.zeros_like(t.tensor([1, 2])),
    "zeros_like with a dtype": lambda t: t.zeros_like(t.tensor([1.0]), dtype=t.int64),
    "ones_like drops the gradient": lambda t: t.ones_like(t.tensor([1.0], requires_grad=True)),
    "ones_like with a gradient": lambda t: t.ones_like(t.tensor([1]), dtype=t.float64, requires_grad=True),
    "full_like": lambda t: t.full_like(t.tensor([1.0]), 2),
    "full_like of integers": lambda t: t.full_like(t.tensor([1]), 2.7),
    "cat": lambda t: t.cat([t.zeros(2), t.ones(1)]),
    "cat of two dtypes": lambda t: t.cat([t.zeros(2), t.ones(1, dtype=t.int64)]),
    "cat along columns": lambda t: t.cat((t.zeros(2, 1), t.ones(2, 2)), 1),
    "cat along the last": lambda t: t.cat([t.zeros(2, 1), t.ones(2, 2)], dim=-1),
    "stack": lambda t: t.stack([t.zeros(2), t.ones(2)]),
    "stack along columns": lambda t: t.stack([t.zeros(2), t.ones(2)], dim=1),
    "stack along the last": lambda t: t.stack([t.zeros(2), t.ones(2)], -1),
    "stack of two dtypes": lambda t: t.stack([t.tensor(1), t.tensor(2.0)]),
    "where of numbers": lambda t: t.where(t.tensor([True, False]), 1.0, 0.0),
    "where of integers": lambda t: t.where(t.tensor([True, False]), 1, 0),
    "where of a Tensor and a number": lambda t: t.where(t.tensor([True, False]), t.tensor([1, 2]), 0.5),
    "where of a number and a Tensor": lambda t: t.where(t.tensor([True, False]), 1.5, t.tensor([1, 2])),
    "where of two dtypes": lambda t: t.where(t.tensor([True, False]), t.tensor([1.0, 2]), t.tensor([3, 4])),
    "long": lambda t: t.tensor([1.7, -1.7]).long(),
    "int": lambda t: t.tensor([1.7, -1.7]).int(),
    "bool": lambda t: t.tensor([0.0, 0.5]).bool(),
    "float": lambda t: t.tensor([1]).float(),
    "double": lambda t: t.tensor([1]).double(),
    "to a dtype": lambda t: t.tensor([1.5]).to(t.float64),
    "to a dtype by name": lambda t: t.tensor([1.5]).to(dtype=t.float16),
    "to the device": lambda t: t.tensor([1.5]).to("cpu"),
    "to the device by name": lambda t: t.tensor([1.5]).to(device="cpu", dtype=t.int64),
    "to both": lambda t: t.tensor([1.5]).to("cpu", t.int64),
    "to what another is": lambda t: t.tensor([1.5]).to(t.tensor(1)),
    "to integers without a gradient": lambda t: t.tensor([1.5], requires_grad=True).to(t.int64),
    "to bool without a gradient": lambda t: t.tensor([1.5], requires_grad=True).bool(),
    "to float64 with its gradient": lambda t: t.tensor([1.5], requires_grad=True).double(),
    "cpu": lambda t: t.tensor([1.5]).cpu(),
    "Tensor of a list": lambda t: t.Tensor([1, 2]),
    "Tensor of nothing": lambda t: t.Tensor(),
    "item": lambda t: t.tensor([[2.5]]).item(),
    "item of an integer": lambda t: t.tensor(3).item(),
    "item of a truth": lambda t: t.tensor(True).item(),
    "tolist": lambda t: t.tensor([[1, 2], [3, 4]]).tolist(),
    "tolist of a number": lambda t: t.tensor(1.5, requires_grad=True).tolist(),
    "float()": lambda t: float(t.tensor([2.5])),
    "int()": lambda t: int(t.tensor(-2.7)),
    "complex()": lambda t: complex(t.tensor(1.5)),
    "bool() of zero": lambda t: bool(t.tensor(0.0)),
    "bool() of a number": lambda t: bool(t.tensor([2])),
    "an index": lambda t: ["a", "b", "c"][t.tensor(1)],
    "a range to it": lambda t: list(range(t.tensor(3))),
    "format": lambda t: format(t.tensor(1.23456), ".2f"),
    "format of an integer": lambda t: f"{t.tensor(2):>3d}",
    "format without a spec": lambda t: f"{t.tensor(1.5, requires_grad=True)}",
    "format of many": lambda t: f"{t.tensor([1.5, 2])}",
    "len": lambda t: len(t.zeros(3, 2)),
    "iteration": lambda t: [x.tolist() for x in t.tensor([[1, 2], [3, 4]])],
    "unpacking": lambda t: sum(x.item() for x in t.tensor([1, 2, 3])),
    "in": lambda t: 2 in t.tensor([1, 2]),
    "not in": lambda t: 5 in t.tensor([1, 2]),
    "a Tensor in": lambda t: t.tensor(2.0) in t.tensor([1.0, 2.0]),
}


@pytest.mark.parametrize("make", CREATED.values(), ids=CREATED)
def test_as_in_torch(torch, make):
    alike(make(tg), make(torch))


def test_default_dtype_is_that_of_python_floats():
    tg.set_default_dtype(tg.float64)
    try:
        made = [tg.tensor([1.0]), tg.zeros(1), tg.ones(1), tg.empty(1), tg.full((1,), 2.0), tg.arange(1.0), tg.eye(1)]
        made += [tg.linspace(0, 1, 2), tg.Tensor([1])]
        assert {x.dtype for x in made} == {tg.float64}
        assert tg.tensor(np.float32(1)).dtype == tg.float32
    finally:
        tg.set_default_dtype(tg.float32)
    refused(
        TypeError,
        "set_default_dtype: only floating-point types are supported as the default type, but got int64",
        tg.set_default_dtype,
        tg.int64,
    )


def test_tensor_copies_and_as_tensor_does_not():
    array = np.zeros(2)
    copied, shared, other = tg.tensor(array), tg.from_numpy(array), tg.as_tensor(array)
    again = tg.tensor(shared)
    array += 1
    assert copied.tolist() == again.tolist() == [0, 0]
    assert shared.tolist() == other.tolist() == [1, 1]
    shared.add_(1)
    assert array.tolist() == [2, 2]
    assert tg.as_tensor(shared) is shared
    assert shared.numpy() is array


def test_to_is_itself_unless_a_copy_is_asked_for():
    x = tg.tensor([1.0], requires_grad=True)
    assert x.to(tg.float32) is x
    assert x.float() is x
    copied = x.to(tg.float32, copy=True)
    assert copied is not x
    (copied * 3).sum().backward()
    assert x.grad.tolist() == [3]


def test_a_cast_passes_the_gradient_in_its_own_dtype():
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    (x.double() * tg.tensor([3.0, 4.0], dtype=tg.float64)).sum().backward()
    assert x.grad.tolist() == [3, 4]
    assert x.grad.dtype == tg.float32


def test_joining_and_choosing_pass_the_gradient():
    x, y = (tg.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    weights = tg.tensor([[1.0, 2.0], [3.0, 4.0]])
    (tg.stack([x, y]) * weights).sum().backward()
    assert (x.grad.tolist(), y.grad.tolist()) == ([1, 2], [3, 4])
    (tg.cat([x, y]) * weights.flatten()).sum().backward()
    assert (x.grad.tolist(), y.grad.tolist()) == ([2, 4], [6, 8])
    x.grad = y.grad = None
    tg.where(tg.tensor([True, False]), x, y).sum().backward()
    assert (x.grad.tolist(), y.grad.tolist()) == ([1, 0], [0, 1])


@pytest.mark.parametrize(
    ("kind", "sentence", "make"),
    [
        (
            ValueError,
            "tensor(): the nested sequences are ragged: all of one depth must have the same length",
            lambda: tg.tensor([[1], [2, 3]]),
        ),
        (
            TypeError,
            "tensor(): needs numbers, but got data that NumPy reads as <U1: ['a']",
            lambda: tg.tensor(["a"]),
        ),
        (
            TypeError,
            "tensor(): needs numbers, but got data that NumPy reads as object: None",
            lambda: tg.tensor(None),
        ),
        (
            ValueError,
            "tensor(): 9223372036854775808 does not fit in int64; pass dtype=float64 to round it",
            lambda: tg.tensor([2**63]),
        ),
        (OverflowError, "Python integer 300 out of bounds for uint8", lambda: tg.tensor(300, dtype=tg.uint8)),
        (
            RuntimeError,
            "only Tensors of floating point dtype can require gradients, but this is int64; convert it with .float()",
            lambda: tg.tensor([1], requires_grad=True),
        ),
        (
            RuntimeError,
            "there is no device 'cuda' here; tensorgrad computes on the CPU, device='cpu'",
            lambda: tg.zeros(1, device="cuda"),
        ),
        (
            RuntimeError,
            "to: there is no device 'cuda' here; tensorgrad computes on the CPU, device='cpu'",
            lambda: tg.zeros(1).to("cuda"),
        ),
        (
            TypeError,
            "from_numpy: expected an np.ndarray, but got list; use tensor() to copy it",
            lambda: tg.from_numpy([1]),
        ),
        (
            TypeError,
            "from_numpy: can't make a Tensor of an array of <U1; it must hold numbers",
            lambda: tg.from_numpy(np.array(["a"])),
        ),
        (TypeError, "zeros: sizes and dimensions must be integers, but got (2.0,)", lambda: tg.zeros(2.0)),
        (TypeError, "full: sizes and dimensions must be integers, but got ('a',)", lambda: tg.full("a", 1)),
        (
            ValueError,
            "arange: no step of 1 leads from 3 to 1; its sign must fit, and it must not be 0",
            lambda: tg.arange(3, 1),
        ),
        (
            ValueError,
            "arange: no step of 0 leads from 1 to 3; its sign must fit, and it must not be 0",
            lambda: tg.arange(1, 3, 0),
        ),
        (TypeError, "cat: expected a non-empty list of Tensors, but got []", lambda: tg.cat([])),
        (
            TypeError,
            "stack: expected a non-empty list of Tensors, but got tensor([0.])",
            lambda: tg.stack(tg.zeros(1)),
        ),
        (TypeError, "cat: item 1 must be a Tensor, but it is a int", lambda: tg.cat([tg.zeros(1), 1])),
        (
            IndexError,
            "cat: dimension out of range (expected to be in range of [-1, 0], but got 1)",
            lambda: tg.cat([tg.zeros(2)], 1),
        ),
        (
            IndexError,
            "stack: dimension out of range (expected to be in range of [-2, 1], but got 2)",
            lambda: tg.stack([tg.zeros(2)], 2),
        ),
        (
            RuntimeError,
            "numpy() on a Tensor that requires grad would lose its gradient; use tensor.detach().numpy() instead",
            lambda: tg.ones(1, requires_grad=True).numpy(),
        ),
        (
            RuntimeError,
            "numpy() on a Tensor that requires grad would lose its gradient; use tensor.detach().numpy() instead",
            lambda: np.asarray(tg.ones(1, requires_grad=True)),
        ),
        (
            RuntimeError,
            "item(): a Tensor with 2 elements cannot be converted to Scalar; "
            "it needs exactly one, reduce it or index it first",
            lambda: tg.zeros(2).item(),
        ),
        (
            RuntimeError,
            "Boolean value of a Tensor with 2 elements is ambiguous; use .any() or .all()",
            lambda: bool(tg.zeros(2)),
        ),
        (
            RuntimeError,
            "Boolean value of a Tensor with 0 elements is ambiguous; use .any() or .all()",
            lambda: bool(tg.zeros(0)),
        ),
        (
            TypeError,
            "only integer tensors of a single element can be an index, but this is float32()",
            lambda: [1, 2][tg.tensor(1.0)],
        ),
        (
            TypeError,
            "only integer tensors of a single element can be an index, but this is int64(2,)",
            lambda: [1, 2][tg.tensor([0, 1])],
        ),
        (TypeError, "len() of a 0-d tensor; it is a single number, see item()", lambda: len(tg.tensor(1.0))),
        (TypeError, "iteration over a 0-d tensor; it is a single number, see item()", lambda: list(tg.tensor(1.0))),
    ],
)
def test_what_is_refused(kind, sentence, make):
    refused(kind, sentence, make)


@pytest.mark.parametrize("convert", [float, int, lambda x: format(x, ".2f")])
def test_many_elements_are_no_number(convert):
    with pytest.raises(RuntimeError, match="a Tensor with 2 elements cannot be converted to Scalar"):
        convert(tg.zeros(2))


# NumPy on either side


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
        ("sin", np.sin),
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


# grad modes


def recorded():
    return (leaf() * 2).requires_grad


def test_no_grad_holds_inside_the_block():
    assert recorded()
    with tg.no_grad():
        assert not recorded()
        assert not tg.is_grad_enabled()
        with tg.enable_grad():
            assert recorded()
        assert not recorded()
    assert recorded()


def test_the_mode_comes_back_after_an_error():
    with pytest.raises(KeyError), tg.no_grad():
        raise KeyError
    assert tg.is_grad_enabled()


@pytest.mark.parametrize("decorate", [tg.no_grad, tg.no_grad()], ids=["bare", "called"])
def test_no_grad_as_a_decorator(decorate):
    @decorate
    def count(n):
        """Counts down."""
        return [*count(n - 1), recorded()] if n else []

    assert count(3) == [False] * 3
    assert count(1) == [False]
    assert recorded()
    assert (count.__name__, count.__doc__) == ("count", "Counts down.")


@pytest.mark.parametrize("decorate", [tg.enable_grad, tg.enable_grad()], ids=["bare", "called"])
def test_enable_grad_as_a_decorator(decorate):
    with tg.no_grad():
        assert decorate(recorded)()
        assert not recorded()


def test_one_block_can_be_entered_by_recursion():
    def down(n):
        with tg.no_grad():
            assert not recorded()
            if n:
                down(n - 1)
            assert not recorded()

    down(5)
    assert recorded()


def test_set_grad_enabled_as_a_switch_and_as_a_block():
    with tg.set_grad_enabled(False):
        assert not recorded()
        with tg.set_grad_enabled(True):
            assert recorded()
        assert not recorded()
    assert recorded()
    tg.set_grad_enabled(False)
    try:
        assert not recorded()
    finally:
        tg.set_grad_enabled(True)
    assert recorded()


def test_each_thread_has_its_own_mode():
    inside, done, seen = threading.Event(), threading.Event(), []

    def work():
        seen.append(recorded())
        with tg.no_grad():
            inside.set()
            done.wait(10)
            seen.append(recorded())

    thread = threading.Thread(target=work)
    with tg.no_grad():
        thread.start()
    assert inside.wait(10)
    assert recorded()
    done.set()
    thread.join()
    assert seen == [True, False]


def test_what_is_made_under_no_grad_may_still_want_a_gradient():
    with tg.no_grad():
        x = tg.tensor([2.0], requires_grad=True)
        assert x.requires_grad
    (x * 3).backward()
    assert x.grad.tolist() == [3]
