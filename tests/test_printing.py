"""Tensors print as PyTorch prints them: known texts first, then a broad comparison with PyTorch itself."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tensorgrad.print_options import set_printoptions
from tensorgrad.printing import tensor_repr

Array = NDArray[Any]
INF, NAN = math.inf, math.nan


@pytest.fixture(autouse=True)
def default_options() -> Iterator[None]:
    """Leave every test with the options as they were."""
    yield
    set_printoptions(profile="default")


@pytest.fixture
def torch() -> Iterator[Any]:
    """PyTorch, with its options as they were after the test."""
    torch = pytest.importorskip("torch")
    yield torch
    torch.set_printoptions(profile="default")
    torch.set_default_dtype(torch.float32)


def as_torch(torch: Any, array: Array) -> Any:
    """Return a torch tensor of the same values and dtype, with memory of its own."""
    return torch.from_numpy(np.array(array, order="C")).reshape(array.shape)


def float32(*values: float) -> Array:
    return np.array(values, dtype=np.float32)


LITERALS = [
    (float32(0.7071, 1), {"requires_grad": True}, "tensor([0.7071, 1.0000], requires_grad=True)"),
    (float32(1, -2, 3), {}, "tensor([ 1., -2.,  3.])"),
    (float32(1, NAN, -INF), {}, "tensor([1., nan, -inf])"),
    (float32(1e-5, 1), {}, "tensor([1.0000e-05, 1.0000e+00])"),
    (np.array([1, -20, 300]), {}, "tensor([  1, -20, 300])"),
    (np.array([True, False]), {}, "tensor([ True, False])"),
    (np.array([1, 2], dtype=np.uint8), {}, "tensor([1, 2], dtype=torch.uint8)"),
    (np.array(0.5, dtype=np.float16), {}, "tensor(0.5000, dtype=torch.float16)"),
    (np.array(7), {}, "tensor(7)"),
    (np.zeros((0, 3), dtype=np.float32), {}, "tensor([], size=(0, 3))"),
    (np.zeros(0, dtype=np.int64), {}, "tensor([], dtype=torch.int64)"),
    (np.arange(1001), {}, "tensor([   0,    1,    2,  ...,  998,  999, 1000])"),
    (
        np.array(0.7071),
        {"requires_grad": True, "grad_fn": "<TanhBackward0>"},
        "tensor(0.7071, dtype=torch.float64, grad_fn=<TanhBackward0>)",
    ),
    (
        float32(1, 2),
        {"requires_grad": True, "kind": "Parameter"},
        "Parameter containing:\ntensor([1., 2.], requires_grad=True)",
    ),
    (
        np.zeros((2, 1, 2), dtype=np.float32),
        {},
        "tensor([[[0., 0.]],\n\n        [[0., 0.]]])",
    ),
    (
        np.arange(8) / 8,
        {"requires_grad": True},
        "tensor([0.0000, 0.1250, 0.2500, 0.3750, 0.5000, 0.6250, 0.7500, 0.8750],\n"
        "       dtype=torch.float64, requires_grad=True)",
    ),
]


@pytest.mark.parametrize(("array", "facts", "text"), LITERALS)
def test_known_text(array: Array, facts: dict[str, Any], text: str) -> None:
    assert tensor_repr(array, **facts) == text


def test_the_dtype_goes_to_the_next_line_where_it_does_not_fit() -> None:
    """`torch.int16` stays on the line as long as two columns are left free beside the values."""
    one_line = "tensor([1, 2, 3], dtype=torch.int16)"
    for linewidth in range(30, 60):
        set_printoptions(linewidth=linewidth)
        fits = len(one_line) + 1 <= linewidth
        expected = one_line if fits else one_line.replace(", dtype", ",\n       dtype")
        assert tensor_repr(np.array([1, 2, 3], dtype=np.int16)) == expected


SHAPES = [
    (), (1,), (5,), (40,), (1000,), (1001,), (3, 4), (4, 30), (11, 100), (1, 6, 1), (2, 3, 4),
    (8, 9, 15), (1, 2, 3, 2),
]  # fmt: skip
FLOAT_KINDS = {
    "zeros": lambda rng, shape: rng.choice([0.0, -0.0], size=shape),
    "uniform": lambda rng, shape: rng.uniform(size=shape),
    "normal": lambda rng, shape: rng.normal(size=shape),
    "small": lambda rng, shape: rng.normal(size=shape) * 1e-5,
    "large": lambda rng, shape: rng.uniform(-6e4, 6e4, size=shape),
    "spread": lambda rng, shape: 10 ** rng.uniform(-3, 3, size=shape),
    "whole": lambda rng, shape: rng.integers(-500, 500, size=shape),
    "edges": lambda rng, shape: rng.choice([1e-4, 1e-3, 0.99995, 9.99995, -1, 0, 1000, 1001], size=shape),
    "not finite": lambda rng, shape: rng.choice([NAN, INF, -INF, 0.0, 1, 0.5, -12], size=shape),
    "no number": lambda rng, shape: rng.choice([NAN, INF, -INF, 0.0], size=shape),
}
INTEGER_KINDS = {
    "digits": lambda rng, shape: rng.integers(0, 10, size=shape),
    "mixed widths": lambda rng, shape: rng.choice([0, 1, 20, 127], size=shape),
    "signed": lambda rng, shape: rng.integers(-128, 128, size=shape),
}
GENERATED = [
    *itertools.product(["float16", "float32", "float64"], FLOAT_KINDS.items()),
    *itertools.product(["uint8", "int8", "int16", "int32", "int64", "bool"], INTEGER_KINDS.items()),
]


@pytest.mark.parametrize(
    ("dtype", "make"),
    [pytest.param(dtype, make, id=f"{dtype}-{kind}") for dtype, (kind, make) in GENERATED],
)
def test_values(torch: Any, dtype: str, make: Any) -> None:
    rng = np.random.default_rng(2)
    for shape in SHAPES:
        array = np.asarray(make(rng, shape)).astype(dtype)
        assert tensor_repr(array) == repr(as_torch(torch, array))


HAND_PICKED = [
    [1.0, 1000.0], [1.0, 1001.0], [0.5, 500.0], [0.5, 500.5], [1e-4], [9e-5], [1.0001e-4], [1e8], [1e8 + 8],
    [-1e8, 1], [1e9, NAN], [1e-9, 0], [-1e-9, 0], [1e308, 5e-324], [0.1, 1e8], [0.99999], [0.999949],
    [-0.0, 0.5], [-0.0, 1], [-INF, 1.5], [-INF, 1], [NAN, -12], [NAN, 100], [0.5, NAN, INF], [123456.789],
    [9.99996], [99999.99999], [65504], [2.0**24, 1], [0.25, -0.125], [1.5] * 50, [-1.0] * 50, [0.0] * 50,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_hand_picked_floats(torch: Any, dtype: str) -> None:
    for values in HAND_PICKED:
        array = np.array(values).astype(dtype)
        assert tensor_repr(array) == repr(as_torch(torch, array))
        scalar = array[:1].reshape(())
        assert tensor_repr(scalar) == repr(as_torch(torch, scalar))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "int64"])
def test_extreme_integers(torch: Any, dtype: str) -> None:
    info = np.iinfo(dtype)
    array = np.array([[info.min, info.max], [0, 1]], dtype=dtype)
    assert tensor_repr(array) == repr(as_torch(torch, array))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(0,), (1, 0), (0, 3), (2, 0, 3), (0, 0), (1, 1, 1, 0)])
def test_empty(torch: Any, shape: tuple[int, ...], dtype: str) -> None:
    array = np.zeros(shape, dtype=dtype)
    assert tensor_repr(array) == repr(as_torch(torch, array))


def test_memory_layout_does_not_show(torch: Any) -> None:
    base = np.arange(2400, dtype=np.float32).reshape(40, 60) / 7
    views = [base.T, base[::3, ::7], base[::-1, :5], base[:, 3], np.asfortranarray(base), base.astype(">f4")]
    for view in [*views, np.broadcast_to(base[0], (3, 60)), base.reshape(4, 10, 60).transpose(2, 0, 1)]:
        assert tensor_repr(view) == repr(as_torch(torch, view.astype(np.float32)))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("default", ["float16", "float32", "float64"])
def test_default_dtype(torch: Any, default: str, dtype: str) -> None:
    torch.set_default_dtype(getattr(torch, default))
    for shape in [(), (2,), (0,), (0, 2)]:
        array = np.ones(shape, dtype=dtype)
        assert tensor_repr(array, default_dtype=default) == repr(as_torch(torch, array))


@pytest.mark.parametrize("shape", [(), (4,), (2, 0), (3, 2)])
def test_facts_at_every_linewidth(torch: Any, shape: tuple[int, ...]) -> None:
    array = np.full(shape, 1.5)
    leaf = as_torch(torch, array).requires_grad_()
    result = leaf.tanh()
    squashed = result.detach().numpy()
    parameter = torch.nn.Parameter(leaf.detach())
    subclass = leaf.detach().as_subclass(type("Weights", (torch.Tensor,), {}))
    for linewidth in range(20, 85):
        set_printoptions(linewidth=linewidth)
        torch.set_printoptions(linewidth=linewidth)
        assert tensor_repr(array, requires_grad=True) == repr(leaf)
        assert tensor_repr(squashed, requires_grad=True, grad_fn="<TanhBackward0>") == repr(result)
        assert tensor_repr(array, requires_grad=True, kind="Parameter") == repr(parameter)
        assert tensor_repr(array, kind="Weights") == repr(subclass)


@pytest.mark.parametrize("sci_mode", [None, True, False])
@pytest.mark.parametrize("linewidth", [0, 20, 33, 120])
def test_options(torch: Any, linewidth: int, sci_mode: bool | None) -> None:
    ramp = np.arange(24, dtype=np.float32)
    scalar = ramp[3:4].reshape(())
    arrays: list[Array] = [
        ramp,
        ramp.reshape(2, 3, 4) / 7,
        ramp.reshape(12, 2) * 1e4,
        ramp[:0],
        scalar,
        ramp > 3,
    ]
    for precision, threshold, edgeitems in itertools.product([0, 2, 6], [0, 5, INF], [0, 1, 2]):
        set_printoptions(precision, threshold, edgeitems, linewidth, sci_mode=sci_mode)
        torch.set_printoptions(precision, threshold, edgeitems, linewidth, sci_mode=sci_mode)
        for array in arrays:
            assert tensor_repr(array) == repr(as_torch(torch, array))


@pytest.mark.parametrize(
    "calls",
    [
        [{"profile": "short"}],
        [{"profile": "full"}],
        [{"profile": "short", "precision": 5, "sci_mode": True}],
        [{"precision": 2}, {"threshold": 10}],
        [{"precision": 2}, {"profile": "default"}],
        [{"linewidth": 40, "edgeitems": 1}, {"profile": "full"}],
        [{"sci_mode": True}, {"precision": 3}],
        [{"sci_mode": False}, {}],
    ],
)
def test_options_set_in_turn(torch: Any, calls: list[dict[str, Any]]) -> None:
    ramp = np.arange(1001, dtype=np.float32) / 7
    for options in calls:
        set_printoptions(**options)
        torch.set_printoptions(**options)
        for array in [ramp, ramp[:12], ramp[:9:7]]:
            assert tensor_repr(array) == repr(as_torch(torch, array))


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"precision": -1}, ValueError, "set_printoptions needs precision to be at least 0, but got -1."),
        ({"edgeitems": -2}, ValueError, "set_printoptions needs edgeitems to be at least 0, but got -2."),
        ({"linewidth": 7.5}, TypeError, "set_printoptions needs a Python int as linewidth, but got 7.5."),
        (
            {"profile": "long"},
            ValueError,
            "set_printoptions knows the profiles default, short, full, but got 'long'.",
        ),
    ],
)
def test_bad_options_change_nothing(options: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        set_printoptions(**{"threshold": 2, **options})
    assert str(caught.value) == text
    assert tensor_repr(np.arange(9)) == "tensor([0, 1, 2, 3, 4, 5, 6, 7, 8])"
