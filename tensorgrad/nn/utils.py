"""What is done with all parameters of a module together: clip their gradients, or see them as one vector."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from types import GeneratorType
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..ops.join import cat
from ..tensor import Tensor, wrap
from ..writes import wrote


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale all gradients down, in place, so that their norm, as one vector, is at most ``max_norm``.

    g ← g min(1, max_norm / (norm + 1e-6)).

    Args:
        parameters: one Tensor or several; those without a gradient do not count.
        max_norm: the largest norm that is left as it is.
        norm_type: p of the p-norm; ``float("inf")`` for the largest absolute value.
        error_if_nonfinite: whether to refuse a norm that is nan or infinite.

    Returns:
        The norm before, 0-d.

    Raises:
        RuntimeError: if the norm is refused; the gradients are as they were then.

    Warns:
        UserWarning: if ``parameters`` is an empty generator.

    Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks" (2013).

    >>> import tensorgrad as tg
    >>> w = tg.tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> tg.nn.utils.clip_grad_norm_(w, max_norm=1.0), w.grad
    (tensor(10.), tensor([0.6000, 0.8000]))
    """
    tensors = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    if not tensors and isinstance(parameters, GeneratorType):  # one that was used up, most likely
        warnings.warn("`parameters` is an empty generator, no gradient clipping will occur", stacklevel=2)
    gradients = _gradients(tensors)
    if not gradients:
        return wrap(np.zeros((), np.float32))
    order = float(norm_type)
    with np.errstate(all="ignore"):  # a norm may run over: it is inf then, and the gradients become 0
        norm = np.linalg.norm(np.array([np.linalg.norm(g.reshape(-1), order) for g in gradients]), order)
        if error_if_nonfinite and not np.isfinite(norm):
            raise RuntimeError(
                f"The total norm of order {order} for gradients from `parameters` is non-finite, so it cannot be "
                "clipped; to scale the gradients by it anyway, set error_if_nonfinite=False"
            )
        scale = float(np.minimum(float(max_norm) / (norm + 1e-6), 1))  # a nan stays
        for g in gradients:
            g *= scale
            wrote(g)
    return wrap(np.asarray(norm))


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Limit every element of every gradient, in place, to the range from -clip_value to clip_value.

    Args:
        parameters: one Tensor or several; those without a gradient do not count.
        clip_value: the bound.

    >>> import tensorgrad as tg
    >>> w = tg.tensor([3.0, 0.1], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> tg.nn.utils.clip_grad_value_(w, 1.0)
    >>> w.grad
    tensor([1.0000, 0.2000])
    """
    for g in _gradients([parameters] if isinstance(parameters, Tensor) else parameters):
        np.clip(g, -float(clip_value), float(clip_value), out=g)
        wrote(g)


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All elements of all parameters, one after the other; the gradient passes through.

    Args:
        parameters: at least one.

    Returns:
        A vector, shape (the sum of their sizes,).

    >>> import tensorgrad as tg
    >>> tg.nn.utils.parameters_to_vector([tg.zeros(2), tg.ones(1, 2)])
    tensor([0., 0., 1., 1.])
    """
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Let each parameter be its part of a vector: they share the vector's memory from then on.

    Args:
        vec: at least as many elements as the parameters have together.
        parameters: they take its numbers in order.

    Raises:
        TypeError: if ``vec`` is no Tensor.
        ShapeError: if it is too short; the parameters are as they were then.

    >>> import tensorgrad as tg
    >>> w, b = tg.zeros(2, 2), tg.zeros(1)
    >>> tg.nn.utils.vector_to_parameters(tg.arange(5.0), [w, b])
    >>> w, b
    (tensor([[0., 1.],
            [2., 3.]]), tensor([4.]))
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected Tensor, but got: {type(vec).__name__}; make one with tensor(...)")
    targets, start = list(parameters), 0
    needed = sum(p.numel() for p in targets)
    if vec.ndim != 1 or vec.numel() < needed:
        raise ShapeError(f"vector_to_parameters: needs a vector of {needed} elements, but got shape {vec._data.shape}")
    for p in targets:
        p.data = vec.detach()[start : start + p.numel()].reshape(p._data.shape)
        start += p.numel()


def _gradients(parameters: Iterable[Tensor]) -> list[Any]:
    """The arrays of the gradients that there are."""
    return [p.grad._array() for p in parameters if p.grad is not None]
