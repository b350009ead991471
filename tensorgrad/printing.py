"""Print an array as PyTorch prints a tensor, to the last space.

There are four steps: leave out the middle of a large array, choose one format for all its numbers, lay them
out between brackets, and add what they do not say themselves (`dtype=`, `grad_fn=`, ...).
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True)
class _Options:
    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": _Options(),
    "short": _Options(precision=2, edgeitems=2),
    "full": _Options(threshold=np.inf),
}
_options = _PROFILES["default"]
_PREFIX = "tensorgrad."


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are printed; what is left out stays as it was, except `sci_mode`, which is None again.

    Args:
        precision: Digits after the decimal point (4).
        threshold: A tensor of more elements than this is printed as a summary (1000).
        edgeitems: Elements that a summary shows at either end of an axis (3).
        linewidth: Characters in a line (80).
        profile: "default", "short" or "full": what to start from before the other arguments apply.
        sci_mode: True for scientific notation, False for none, None to let the values decide.

    Raises:
        TypeError: If `precision`, `edgeitems` or `linewidth` is not an int.
        ValueError: If one of these is negative, or the profile is unknown.

    >>> set_printoptions(precision=2)
    >>> tensor_repr(np.array([0.7071, 1], dtype=np.float32))
    'tensor([0.71, 1.00])'
    >>> set_printoptions(profile="default")
    """
    global _options
    counts = {"precision": precision, "edgeitems": edgeitems, "linewidth": linewidth}
    for name, value in counts.items():
        if value is not None and not isinstance(value, int):
            raise TypeError(f"set_printoptions needs a Python int as {name}, but got {value!r}.")
        if value is not None and value < 0:
            raise ValueError(f"set_printoptions needs {name} to be at least 0, but got {value}.")
    if profile is not None and profile not in _PROFILES:
        raise ValueError(f"set_printoptions knows the profiles {', '.join(_PROFILES)}, but got {profile!r}.")
    start = _PROFILES[profile] if profile else _options
    changes: dict[str, Any] = {**counts, "threshold": threshold}
    given = {name: value for name, value in changes.items() if value is not None}
    _options = replace(start, **given, sci_mode=sci_mode)


def dtype_name(dtype: DTypeLike) -> str:
    """Return PyTorch's name of a NumPy dtype.

    >>> dtype_name(np.bool_)
    'bool'
    """
    return np.dtype(dtype).name


def tensor_repr(
    array: NDArray[Any],
    requires_grad: bool = False,
    grad_fn: str = "",
    kind: str = "tensor",
    default_dtype: DTypeLike = np.float32,
) -> str:
    """Return the text that PyTorch prints for a tensor of these values.

    Args:
        array: The values, of any shape.
        requires_grad: Whether to say `requires_grad=True`; a `grad_fn` says it already.
        grad_fn: The operation that made the tensor, as `<TanhBackward0>`; empty for a leaf.
        kind: "tensor", "Parameter", or the class name of another kind of tensor.
        default_dtype: The floating dtype that goes without saying.

    Returns:
        One or more lines.

    >>> tensor_repr(np.array([0.5, -2.0]), requires_grad=True)
    'tensor([ 0.5000, -2.0000], dtype=tensorgrad.float64, requires_grad=True)'
    """
    title, name = ("Parameter containing:\n", "tensor") if kind == "Parameter" else ("", kind)
    facts = []
    shape_is_hidden = array.ndim > 1 if array.size == 0 else _options.edgeitems == 0
    if shape_is_hidden:
        facts.append(f"size={array.shape}")
    # Integers and booleans look like what they are, unless there are none to look at.
    unsaid = {dtype_name(default_dtype)} | ({"int64", "bool"} if array.size else set())
    if dtype_name(array.dtype) not in unsaid:
        facts.append(f"dtype={_PREFIX}{dtype_name(array.dtype)}")
    if grad_fn or requires_grad:
        facts.append(f"grad_fn={grad_fn}" if grad_fn else "requires_grad=True")

    indent = len(name) + 1
    text = f"{name}({_array_text(array, indent)}"
    # PyTorch keeps two columns free beside the values, and none on the lines below them.
    column = len(text) - (text.rfind("\n") + 1) + 2
    for fact in facts:
        fits = column + len(", ") + len(fact) <= _options.linewidth
        text += (", " if fits else ",\n" + " " * indent) + fact
        column = (column + len(", ") if fits else indent) + len(fact)
    return f"{title}{text})"


def _array_text(array: NDArray[Any], indent: int) -> str:
    """Return the values between brackets, the first of which stands in column `indent`."""
    if array.size == 0:
        return "[]"
    edge = _options.edgeitems
    cut = [array.size > _options.threshold and length > 2 * edge for length in array.shape]
    for axis, length in enumerate(array.shape):
        if cut[axis]:
            array = np.delete(array, slice(edge, length - edge), axis)
    spec, width = _number_format(array)

    def layout(values: Any, axis: int) -> str:
        if axis == array.ndim:
            return format(values, spec).rjust(width)
        parts = [layout(value, axis + 1) for value in values]
        column, inner_axes = indent + axis, array.ndim - axis - 1
        if cut[axis]:
            parts.insert(edge, "..." if inner_axes or edge == 0 else " ...")
        if inner_axes == 0:
            per_line = max(1, (_options.linewidth - column) // (width + len(", ")))
            parts = [", ".join(parts[i : i + per_line]) for i in range(0, len(parts), per_line)]
        return "[" + ("," + "\n" * max(1, inner_axes) + " " * (column + 1)).join(parts) + "]"

    return layout(array.tolist(), 0)


def _number_format(array: NDArray[Any]) -> tuple[str, int]:
    """Return the format of every element, as `format` takes it, and the width to pad it to."""
    if array.dtype.kind != "f":
        deciding, spec = array, ""
    else:  # zeros, infinities and NaNs fit any format, so they do not decide on it
        deciding = array[np.isfinite(array) & (array != 0)]
        spec = _float_format(np.abs(deciding))
    return spec, max((len(format(value, spec)) for value in deciding.ravel().tolist()), default=1)


def _float_format(sizes: NDArray[Any]) -> str:
    """Return the format of finite floats whose absolute values, none of them 0, are `sizes`."""
    whole = "#.0f"  # with the point, without digits behind it
    if sizes.size == 0:
        return whole
    smallest, largest = float(sizes.min()), float(sizes.max())
    scientific = _options.sci_mode
    if scientific is None:
        scientific = largest / smallest > 1000 or largest > 1e8 or smallest < 1e-4
    if scientific:
        return f".{_options.precision}e"
    return whole if (sizes == np.floor(sizes)).all() else f".{_options.precision}f"
