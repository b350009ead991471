"""What PyTorch has at the top level, with its arguments in another order than in ``torch.nn.functional``."""

from __future__ import annotations

from ...tensor import Tensor
from . import layers, normalization


def dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Zeros at random: ``nn.functional.dropout`` without defaults.

    >>> import tensorgrad as tg
    >>> tg.dropout(tg.ones(2), 0.5, False)
    tensor([1., 1.])
    """
    return layers.dropout(input, p, train)


def embedding(
    weight: Tensor, indices: Tensor, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Tensor:
    """Rows of a table by number: ``nn.functional.embedding`` with the table first.

    Args:
        weight: the table, (V, D).
        indices: int64 or int32, any shape: numbers from 0 to V - 1.
        padding_idx: a row that gets no gradient; none if it is negative.
        scale_grad_by_freq: whether the gradient of a row is the mean, not the sum, over the times that it was taken.
        sparse: False; a gradient has all rows here.

    >>> import tensorgrad as tg
    >>> tg.embedding(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1, 0]))
    tensor([[3., 4.],
            [1., 2.]])
    """
    row = padding_idx if padding_idx >= 0 else None
    return layers.embedding(indices, weight, row, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse)


def batch_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """Mean 0 and variance 1 of each channel: ``nn.functional.batch_norm`` with weight and bias first.

    Args:
        input, weight, bias, running_mean, running_var, training, momentum, eps: as there, without defaults.
        cudnn_enabled: without an effect.

    >>> import tensorgrad as tg
    >>> tg.batch_norm(tg.tensor([[1.0], [3.0]]), None, None, None, None, True, 0.1, 0.0, False)
    tensor([[-1.],
            [ 1.]])
    """
    return normalization.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
