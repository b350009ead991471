"""Print an array as PyTorch prints a tensor, to the last space.

There are four steps: leave out the middle of a large array, choose one format for all its numbers, lay them
out between brackets, and add what they do not say themselves (`dtype=`, `grad_fn=`, ...).
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .print_options import options


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
    'tensor([ 0.5000, -2.0000], dtype=torch.float64, requires_grad=True)'
    """
    title, name = ("Parameter containing:\n", "tensor") if kind == "Parameter" else ("", kind)
    facts = []
    shape_is_hidden = array.ndim > 1 if array.size == 0 else options.edgeitems == 0
    if shape_is_hidden:
        facts.append(f"size={array.shape}")
    # Integers and booleans look like what they are, unless there are none to look at.
    unsaid = {np.dtype(default_dtype).name} | ({"int64", "bool"} if array.size else set())
    if array.dtype.name not in unsaid:
        facts.append(f"dtype=torch.{array.dtype.name}")
    if grad_fn or requires_grad:
        facts.append(f"grad_fn={grad_fn}" if grad_fn else "requires_grad=True")

    indent = len(name) + 1
    text = f"{name}({_array_text(array, indent)}"
    # PyTorch keeps two columns free beside the values, and none on the lines below them.
    column = len(text) - (text.rfind("\n") + 1) + 2
    for fact in facts:
        fits = column + len(", ") + len(fact) <= options.linewidth
        text += (", " if fits else ",\n" + " " * indent) + fact
        column = (column + len(", ") if fits else indent) + len(fact)
    return f"{title}{text})"


def _array_text(array: NDArray[Any], indent: int) -> str:
    """Return the values between brackets, the first of which stands in column `indent`."""
    if array.size == 0:
        return "[]"
    edge = options.edgeitems
    cut = [array.size > options.threshold and length > 2 * edge for length in array.shape]
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
            per_line = max(1, (options.linewidth - column) // (width + len(", ")))
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
    scientific = options.sci_mode
    if scientific is None:
        scientific = largest / smallest > 1000 or largest > 1e8 or smallest < 1e-4
    if scientific:
        return f".{options.precision}e"
    return whole if (sizes == np.floor(sizes)).all() else f".{options.precision}f"
