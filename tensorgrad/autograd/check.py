"""gradcheck: gradients against differences of the function's values."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..grad_mode import no_grad
from ..tensor import Tensor, wrap
from .gradients import _several, grad


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | tuple[Any, ...],
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Compare the gradients of a function with central differences (f(x + eps) - f(x - eps)) / (2 eps).

    Each derivative of each element of each output must lie within atol + rtol |difference| of the difference.

    Args:
        func: takes the inputs and gives a Tensor, or a tuple of them.
        inputs: the arguments; those that require grad are checked, and should be float64.
        eps: how far to go to either side.
        atol: absolute tolerance.
        rtol: relative tolerance.
        raise_exception: whether to raise, rather than return False, where they disagree.

    Returns:
        True where they agree.

    Raises:
        ValueError: if no input requires grad.
        RuntimeError: if gradients and differences disagree.

    Warns:
        UserWarning: if an input that requires grad is not float64.

    >>> import tensorgrad as tg
    >>> x = tg.linspace(-1, 1, 5, dtype=tg.float64, requires_grad=True)
    >>> tg.autograd.gradcheck(tg.tanh, x)
    True
    """
    args = _several(inputs)
    checked = [(place, x) for place, x in enumerate(args) if isinstance(x, Tensor) and x.requires_grad]
    if not checked:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True"
        )
    for place, x in checked:
        if x._data.dtype != np.float64:
            warnings.warn(
                f"Input #{place} requires gradient and is not a double precision floating point, but {x._data.dtype}; "
                "this check will likely fail",
                UserWarning,
                stacklevel=2,
            )
    outputs = [y for y in _several(func(*args)) if isinstance(y, Tensor) and y._data.dtype.kind == "f"]
    for place, x in checked:
        differences = _differences(func, args, place, x, eps)
        for number, (y, numerical) in enumerate(zip(outputs, differences, strict=True)):
            analytical = _jacobian(y, x)
            if not np.allclose(analytical, numerical, rtol, atol):
                if raise_exception:
                    raise RuntimeError(
                        f"Jacobian mismatch for output {number} with respect to input {place},\n"
                        f"numerical:{wrap(numerical)!r}\nanalytical:{wrap(analytical)!r}"
                    )
                return False
    return True


def _jacobian(y: Tensor, x: Tensor) -> Any:
    """dy/dx by backward(): a row for each element of x, a column for each of y."""
    jacobian = np.zeros((x.numel(), y.numel()), x._data.dtype)
    if y.requires_grad:
        for k in range(y.numel()):
            one = np.zeros(y.numel(), y._data.dtype)
            one[k] = 1
            (column,) = grad(y, x, wrap(one.reshape(y._data.shape)), retain_graph=True, materialize_grads=True)
            jacobian[:, k] = column._array().reshape(-1) if column is not None else 0
    return jacobian


@no_grad
def _differences(func: Any, args: tuple[Any, ...], place: int, x: Tensor, eps: float) -> list[Any]:
    """For each output, dy/dx by central differences, laid out as the Jacobian is."""
    rows = []
    for k in range(x.numel()):
        sides = []
        for step in (eps, -eps):
            moved = x._array().copy().reshape(-1)
            moved[k] += step
            there = (*args[:place], wrap(moved.reshape(x._data.shape)), *args[place + 1 :])
            outputs = [y for y in _several(func(*there)) if isinstance(y, Tensor) and y._data.dtype.kind == "f"]
            sides.append([y._array().astype(np.float64).reshape(-1) for y in outputs])
        rows.append([(a - b) / (2 * eps) for a, b in zip(*sides, strict=True)])
    return [np.array(column) for column in zip(*rows, strict=True)]
