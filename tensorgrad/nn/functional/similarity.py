"""How alike two things are, and losses of it, with torch.nn.functional's names and arguments.

Where PyTorch's deprecated ``size_average`` and ``reduce`` would stand, arguments are given by name.
"""

from __future__ import annotations

import numpy as np

from ...dtypes import common_dtype
from ...errors import ShapeError, tensors_only
from ...ops.elementwise import BROADCAST, _where
from ...ops.loss import SMALLEST
from ...ops.norm import vector_norm
from ...tensor import Tensor
from .losses import reduced


def hinge_embedding_loss(input: Tensor, target: Tensor, margin: float = 1.0, *, reduction: str = "mean") -> Tensor:
    """Distances that should be small, or else large.   x where t = 1, max(0, m - x) where t = -1.

    Args:
        input: x, distances, any shape.
        target: t, 1 for what is alike and -1 for what is not; broadcasts.
        margin: m, the distance from which on two that are not alike are far enough apart.
        reduction: "mean", "sum" or "none".

    Returns:
        A single number; with "none", the losses in x's shape.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.hinge_embedding_loss(tg.tensor([0.25, 0.25]), tg.tensor([1, -1]), reduction="none")
    tensor([0.2500, 0.7500])
    """
    tensors_only("hinge_embedding_loss", input, target)
    near = _where(input, 0, target._data != -1)
    far = _where((margin - input).clamp(min=0), 0, target._data != 1)
    return reduced(near + far, reduction)


def margin_ranking_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, *, reduction: str = "mean"
) -> Tensor:
    """Which of two should be larger.   max(0, m - t (a - b)).

    Args:
        input1: a, any shape.
        input2: b, of as many dimensions; broadcasts.
        target: t, 1 where a should be larger and -1 where b should be; of as many dimensions, broadcasts.
        margin: m, by how much.
        reduction: "mean", "sum" or "none".

    Returns:
        A single number; with "none", the losses in the shape that the three have together.

    Raises:
        ValueError: if the shapes do not fit.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.margin_ranking_loss(tg.tensor([1.0, 3.0]), tg.tensor([2.0, 1.0]), tg.tensor([1, 1]))
    tensor(0.5000)
    """
    tensors_only("margin_ranking_loss", input1, input2, target)
    if not input1.ndim == input2.ndim == target.ndim:
        raise ShapeError(
            "margin_ranking_loss: all inputs need the same number of dimensions, but the shapes are "
            f"{input1._data.shape}, {input2._data.shape} and {target._data.shape}"
        )
    return reduced((float(margin) - target * (input1 - input2)).clamp(min=0), reduction)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """Cosine of the angle between two vectors.   Σ a b / (max(‖a‖, ε) max(‖b‖, ε)).

    Args:
        x1: a, floating-point, any shape.
        x2: b, broadcasts.
        dim: the dimension along which the vectors lie.
        eps: ε, what a smaller norm counts as: the similarity to a vector of zeros is 0.

    Returns:
        The cosines, -1 to 1, in the shape that the two have together, without ``dim``.

    Raises:
        RuntimeError: if both are integers, or eps is negative.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.cosine_similarity(tg.tensor([[1.0, 0.0], [1.0, 1.0]]), tg.tensor([[1.0, 1.0]]))
    tensor([0.7071, 1.0000])
    """
    tensors_only("cosine_similarity", x1, x2)
    if (dtype := common_dtype(x1._data, x2._data)).kind != "f":
        raise RuntimeError(
            f"cosine_similarity: expected common dtype to be floating point, but it is {dtype}; convert with .float()"
        )
    if eps < 0:
        raise RuntimeError(f"cosine_similarity: eps must be at least 0, but got {eps}")

    try:
        shape = np.broadcast_shapes(x1._data.shape, x2._data.shape)
    except ValueError:
        raise ShapeError(
            f"cosine_similarity: shapes {x1._data.shape} and {x2._data.shape} do not fit together: {BROADCAST}"
        ) from None

    def direction(x: Tensor) -> Tensor:
        x = x.expand(shape)
        norm: Tensor = vector_norm(x, 2, dim, True, dtype=dtype).clamp(min=eps)
        return x / norm

    return (direction(x1) * direction(x2)).sum(dim)


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """How far apart two vectors are.   ‖a - b + ε‖, with ε added to each number, so that it has a gradient at 0.

    Args:
        x1: a, (N, D) or (D,), or any other shape: the vectors lie along the last dimension.
        x2: b, broadcasts.
        p: the kind of norm, as ``linalg.vector_norm`` has it.
        eps: ε.
        keepdim: keep the last dimension with size 1.

    Returns:
        (N,), or (); the shape that the two have together, without the last dimension.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.pairwise_distance(tg.tensor([[3.0, 4.0]]), tg.tensor([0.0, 0.0]))
    tensor([5.0000])
    """
    tensors_only("pairwise_distance", x1, x2)
    distance: Tensor = vector_norm(x1 - x2 + eps, p, -1, keepdim)
    return distance


def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, *, reduction: str = "mean"
) -> Tensor:
    """Directions that should agree, or else differ.   1 - cos where t = 1, max(0, cos - m) where t = -1.

    cos is that of the angle between a and b, with 1e-12 added to the squares of their norms.

    Args:
        input1: a, (N, D) or (D,).
        input2: b, likewise.
        target: t, (N,) or (), 1 for what is alike and -1 for what is not.
        margin: m, -1 to 1, the cosine up to which two that are not alike differ enough.
        reduction: "mean", "sum" or "none".

    Returns:
        A single number; with "none", the losses in the target's shape.

    Raises:
        ValueError: if the shapes do not fit.

    >>> import tensorgrad as tg
    >>> a, b = tg.tensor([[1.0, 0.0], [1.0, 0.0]]), tg.tensor([[1.0, 1.0], [1.0, 1.0]])
    >>> tg.nn.functional.cosine_embedding_loss(a, b, tg.tensor([1, -1]), reduction="none")
    tensor([0.2929, 0.7071])
    """
    tensors_only("cosine_embedding_loss", input1, input2, target)
    if target.ndim > 1 or not input1.ndim == input2.ndim == target.ndim + 1:
        raise ShapeError(
            "cosine_embedding_loss: inputs (N, D) need a target (N,), and inputs (D,) a target (), but the shapes are "
            f"{input1._data.shape}, {input2._data.shape} and {target._data.shape}"
        )
    squares = ((input1 * input1).sum(-1) + SMALLEST) * ((input2 * input2).sum(-1) + SMALLEST)
    cosines = (input1 * input2).sum(-1) / squares.sqrt()
    alike = _where(1 - cosines, 0, target._data == 1)
    apart = _where((cosines - margin).clamp(min=0), 0, target._data == -1)
    return reduced(alike + apart, reduction)
