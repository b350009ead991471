"""Collation: a list of samples becomes a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...creation import from_numpy, tensor
from ...ops.join import stack
from ...tensor import Tensor


def default_convert(data: Any) -> Any:
    """Makes Tensors of the arrays of a sample, looking inside tuples, lists and dicts; all else stays as it is.

    Args:
        data: a sample; tuples come out as lists, named ones as what they are.

    >>> default_convert((np.array([1, 2]), 3, "a"))
    [tensor([1, 2]), 3, 'a']
    """
    if isinstance(data, np.ndarray | np.number | np.bool_) and data.dtype.kind in "biufc":
        return from_numpy(np.asarray(data))
    if isinstance(data, Mapping):
        return {key: default_convert(value) for key, value in data.items()}
    if isinstance(data, tuple | list):
        parts = [default_convert(part) for part in data]
        return type(data)(*parts) if hasattr(data, "_fields") else parts
    return data


def default_collate(batch: Sequence[Any]) -> Any:
    """Stacks samples into a batch, looking inside tuples, lists and dicts.

    Args:
        batch: samples of one kind: tensors or arrays of one shape, numbers, strings, or tuples, lists or
            dicts of these.

    Returns:
        For tensors, arrays and numbers, a tensor of shape (len(batch), ...); Python floats become float64.
        For tuples and lists, a list with one batch per place; for dicts and named tuples, one of these with a
        batch per key; strings are returned as they came.

    Raises:
        RuntimeError: when the samples are sequences of different lengths.
        TypeError: when a sample is of another kind.

    >>> default_collate([(1, True), (2, False)])
    [tensor([1, 2]), tensor([ True, False])]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(batch)
    if isinstance(first, np.ndarray) and first.dtype.kind in "biufc":
        return stack([from_numpy(array) for array in batch])
    if isinstance(first, np.number | np.bool_):
        return from_numpy(np.array(batch))
    if isinstance(first, float):
        return tensor(batch, dtype=np.dtype("float64"))
    if isinstance(first, int):
        return tensor(batch)
    if isinstance(first, str | bytes):
        return batch
    if isinstance(first, Mapping):
        return {key: default_collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [default_collate(column) for column in zip(*batch, strict=True)]
        return type(first)(*columns) if hasattr(first, "_fields") else columns
    kind = first.dtype if isinstance(first, np.ndarray) else type(first)
    raise TypeError(f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {kind}")
