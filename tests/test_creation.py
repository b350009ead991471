"""Tensors made from data, from sizes, and from other Tensors, compared with PyTorch where it has the same words."""

import numpy as np
import pytest
from expectations import alike, refused

import tensorgrad as tg
from tensorgrad.errors import RangeError

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
    **{
        f"a list of {items}": lambda t, items=items: t.tensor(eval(items, {"t": t, "np": np}))
        for items in (
            "[t.tensor(1), 2.0]",
            "[t.tensor(1), t.tensor(2.0)]",
            "[t.tensor(1, dtype=t.int32), 2]",
            "[t.tensor(True), 2]",
            "[2.0, t.tensor(1.0, dtype=t.float64)]",
            "[t.tensor(1.0, dtype=t.float16)]",
            "[[t.tensor(1.0)], [2]]",
            "[np.float64(1), 2]",
            "[1, np.float64(2)]",
            "[np.int32(1), 2]",
            "[np.float16(1), 2.0]",
            "[np.uint8(3)]",
            "[np.uint8(3), 1.5]",
            "[range(3), [1, 2, 3]]",
            "[[1, 2], [3.0, 4]]",
            "[True, False]",
        )
    },
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
    **{
        f"arange({numbers}) of {dtype}": lambda t, numbers=numbers, dtype=dtype: t.arange(
            *numbers, dtype=getattr(t, dtype)
        )
        for numbers in (
            (1, 2.5),
            (0, 5, 1.5),
            (1.5, 4.5),
            (-0.5, 3),
            (-1, -5, -1.5),
            (0, 10, 2.5),
            (5.9,),
            (3, 0.5, -1),
            (2, 8, 3),
        )
        for dtype in ("int64", "int32", "uint8", "float64")
    },
    "arange between whole numbers of integers": lambda t: t.arange(2**60, 2**60 + 3),
    "arange by less than one of int32": lambda t: t.arange(0, 1, 0.5, dtype=t.int32),
    "arange with a gradient": lambda t: t.arange(3.0, requires_grad=True),
    "linspace": lambda t: t.linspace(0, 1, 5),
    "linspace of many": lambda t: t.linspace(-10, 10.5, 1001),
    "linspace of float64": lambda t: t.linspace(0.1, 0.7, 1000, dtype=t.float64),
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
    "zeros_like on the device": lambda t: t.zeros_like(t.tensor([1.5]), device="cpu"),
    "empty_like": lambda t: t.empty_like(t.zeros(0, 3), dtype=t.int64, device="cpu"),
    "empty_like with a gradient": lambda t: t.empty_like(t.zeros(0), requires_grad=True),
    "full_like with options": lambda t: t.full_like(
        t.tensor([1]), 2, dtype=t.float64, device="cpu", requires_grad=True
    ),
    "arange by names": lambda t: t.arange(start=2, end=9, step=3, device="cpu"),
    "arange to the end by name": lambda t: t.arange(end=4),
    "arange in half precision": lambda t: t.arange(3, dtype=t.float16),
    "arange to a Tensor": lambda t: t.arange(t.tensor(3)),
    "arange between Tensors": lambda t: t.arange(t.tensor(1.0), t.tensor(3.0)),
    "linspace by names": lambda t: t.linspace(start=-1, end=1, steps=3, device="cpu", requires_grad=True),
    "linspace of integers": lambda t: t.linspace(0, 10, 5, dtype=t.int64),
    "linspace down to integers": lambda t: t.linspace(2, -3, 4, dtype=t.int64),
    "logspace": lambda t: t.logspace(0, 3, 4),
    "logspace with a base": lambda t: t.logspace(-2, 2, steps=5, base=2, dtype=t.float64, requires_grad=True),
    "eye of no rows": lambda t: t.eye(0, 2),
    "eye with options": lambda t: t.eye(3, 1, dtype=t.float64, device="cpu", requires_grad=True),
    "tril_indices": lambda t: t.tril_indices(3, 3),
    "tril_indices with an offset": lambda t: t.tril_indices(3, 4, 1, dtype=t.int32),
    "triu_indices": lambda t: t.triu_indices(2, 4, device="cpu"),
    "triu_indices below": lambda t: t.triu_indices(3, 2, offset=-1),
    "no triu_indices": lambda t: t.triu_indices(2, 2, 5),
    "as_tensor on the device": lambda t: t.as_tensor([1.5], device=t.device("cpu")),
    "zeros of a dtype of Python": lambda t: t.zeros(2, dtype=float),
    "new_zeros": lambda t: t.tensor([1]).new_zeros(2, 3),
    "new_zeros of a tuple": lambda t: t.tensor([1.5]).new_zeros((2,), requires_grad=True),
    "new_ones": lambda t: t.tensor(True).new_ones(2),
    "new_ones with options": lambda t: t.tensor(1).new_ones([2], dtype=t.float64, device="cpu", requires_grad=True),
    "new_empty": lambda t: t.tensor([1.5]).double().new_empty(0, 2),
    "new_full": lambda t: t.tensor([1.5]).new_full((2, 1), 3),
    "new_full of no dimension": lambda t: t.tensor([1.5]).new_full((), 3, dtype=t.int64),
    "new_tensor": lambda t: t.tensor([1]).to(t.uint8).new_tensor([[1, 2]]),
    "new_tensor of numbers": lambda t: t.tensor([1.0]).double().new_tensor(0.1),
    "new_tensor with options": lambda t: t.tensor([1]).new_tensor([1.5], dtype=t.float64, requires_grad=True),
    "new_zeros of a computed one": lambda t: (t.tensor([1.5], requires_grad=True) * 2).new_zeros(1),
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
    "Tensor of a list": lambda t: t.Tensor([1, 2]),
    "Tensor of nothing": lambda t: t.Tensor(),
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
            ValueError,
            "tensor(): needs numbers that fit the dtype, but ['a'] is text, not a number",
            lambda: tg.tensor(["a"]),
        ),
        (
            RuntimeError,
            "tensor(): needs numbers that fit the dtype, but None holds a NoneType, not a number",
            lambda: tg.tensor(None),
        ),
        (
            ValueError,
            "tensor(): 9223372036854775808 does not fit in int64; pass dtype=float64 to round it",
            lambda: tg.tensor([2**63]),
        ),
        (
            RangeError,
            "tensor(): needs numbers that fit the dtype, but 300 cannot be uint8",
            lambda: tg.tensor(300, dtype=tg.uint8),
        ),
        (
            RangeError,
            "tensor(): needs numbers that fit the dtype, but [nan] cannot be int64",
            lambda: tg.tensor([float("nan")], dtype=tg.int64),
        ),
        (
            ValueError,
            "tensor(): only Tensors of a single element can be elements of a list; use stack([...])",
            lambda: tg.tensor([tg.ones(2), tg.ones(2)]),
        ),
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
        *(
            (RuntimeError, f"there is no device {name!r} here; tensorgrad computes on the CPU, device='cpu'", make)
            for name, make in (
                ("cuda", lambda: tg.device("cuda")),
                ("mps", lambda: tg.tensor(1.0, device="mps")),
                (0, lambda: tg.as_tensor([1], device=0)),
                ("cuda:1", lambda: tg.zeros_like(tg.zeros(1), device="cuda:1")),
                ("cuda", lambda: tg.zeros(1).cuda()),
                ("cuda", lambda: tg.zeros(1).new_zeros(1, device="cuda")),
            )
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
        (TypeError, "full: the size must be a tuple, such as (a,), but it is 'a'", lambda: tg.full("a", 1)),
        (
            RangeError,
            "arange: no number of steps of 1 leads from 3 to 1; the sign must fit, the step must not be 0, and the "
            "ends must be finite",
            lambda: tg.arange(3, 1),
        ),
        (
            RangeError,
            "arange: no number of steps of 0 leads from 1 to 3; the sign must fit, the step must not be 0, and the "
            "ends must be finite",
            lambda: tg.arange(1, 3, 0),
        ),
        (ValueError, "cat: expected a non-empty list of Tensors, but got []", lambda: tg.cat([])),
        (
            TypeError,
            "stack: expected a list of Tensors, but got a Tensor; put it in brackets",
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
    ],
)
def test_what_is_refused(kind, sentence, make):
    refused(kind, sentence, make)
