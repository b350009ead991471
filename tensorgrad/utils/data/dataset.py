"""Datasets: a length, and a sample for each index."""

from __future__ import annotations

import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...engine import result
from ...errors import ArgumentError
from ...random import Generator, randperm
from ...tensor import Tensor

Sample = TypeVar("Sample", covariant=True)


class Dataset(ABC, Generic[Sample]):
    """A collection of samples: write a class with `__getitem__` and `__len__`.

    >>> class Squares(Dataset[tuple[int, int]]):
    ...     def __getitem__(self, index: int) -> tuple[int, int]:
    ...         return index, index * index
    ...
    ...     def __len__(self) -> int:
    ...         return 5
    >>> Squares()[3]
    (3, 9)
    """

    @abstractmethod
    def __getitem__(self, index: int) -> Sample:
        """The sample at `index`."""

    @abstractmethod
    def __len__(self) -> int:
        """The number of samples."""


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors side by side: sample i is the tuple of their i-th rows.

    Args:
        *tensors: tensors of shape (samples, ...), with the same number of samples.

    Raises:
        TypeError: when an argument is not a tensor.
        ValueError: when there is none.
        ArgumentError: an AssertionError and ValueError, when the numbers of samples differ.
        IndexError: when a tensor has no dimension for the samples.

    >>> from tensorgrad import tensor
    >>> dataset = TensorDataset(tensor([[1.0], [2.0]]), tensor([0, 1]))
    >>> dataset[1]
    (tensor([2.]), tensor(1))
    """

    def __init__(self, *tensors: Tensor) -> None:
        if not tensors:
            raise ValueError("TensorDataset needs at least one tensor, but got none")
        for place, tensor in enumerate(tensors):
            if not isinstance(tensor, Tensor):
                raise TypeError(
                    f"TensorDataset needs tensors, but argument {place} is a {type(tensor).__name__}: "
                    "make it one with tensor() or from_numpy()"
                )
            if not tensor.ndim:
                raise IndexError(f"TensorDataset: argument {place} is a single number, which holds no samples")
        lengths = [len(tensor) for tensor in tensors]
        if len(set(lengths)) > 1:
            raise ArgumentError(f"Size mismatch between tensors: they hold {lengths} samples, but need as many each")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        """Row `index` of each tensor; a slice or an array of indices gives several rows."""
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.tensors[0])


class Subset(Dataset[Sample]):
    """The samples of a dataset at some indices.

    Args:
        dataset: the whole dataset.
        indices: the chosen indices into it, in the order the subset has.

    >>> Subset("abcde", [4, 0])[0]
    'e'
    """

    def __init__(self, dataset: Dataset[Sample] | Sequence[Sample], indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: int) -> Sample:
        """The chosen sample number `index`."""
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        """The number of chosen samples."""
        return len(self.indices)


def rows_of(dataset: Any) -> tuple[TensorDataset, NDArray[np.int64]] | None:
    """Where the samples of a TensorDataset, or of a Subset of one, come from.

    Args:
        dataset: any dataset.

    Returns:
        The TensorDataset, and the row of each sample in it; None for any other kind of dataset, for a class that
        makes its samples in its own `__getitem__`, and for a Subset with an index that is no row.

    >>> from tensorgrad import tensor
    >>> rows_of(Subset(TensorDataset(tensor([5, 6, 7])), [2, 0]))[1]
    array([2, 0])
    """
    method = type(dataset).__getitem__
    if method is TensorDataset.__getitem__:
        return dataset, np.arange(len(dataset))
    if method is Subset.__getitem__ and (whole := rows_of(dataset.dataset)) is not None:
        base, rows = whole
        chosen = np.asarray(dataset.indices)
        if chosen.dtype.kind in "iu" and np.all((chosen >= -len(rows)) & (chosen < len(rows))):
            return base, rows[chosen]
    return None


def take(dataset: TensorDataset, rows: NDArray[np.int64]) -> list[Tensor]:
    """Some rows of each tensor: a batch, copied at once.

    Args:
        dataset: the tensors.
        rows: which rows, of shape (samples,).

    Returns:
        One tensor of shape (samples, ...) per tensor of the dataset, equal to the samples collated.

    >>> from tensorgrad import tensor
    >>> take(TensorDataset(tensor([5, 6, 7])), np.array([2, 0]))
    [tensor([7, 5])]
    """
    return [
        # NumPy's take costs what the copy of a slice does, but of another memory order it would copy the whole tensor.
        result(tensor._kind, tensor._data.take(rows, 0))
        if tensor._node is None and tensor._data.flags.c_contiguous
        else tensor[rows]
        for tensor in dataset.tensors
    ]


def random_split(
    dataset: Dataset[Sample] | Sequence[Sample],
    lengths: Sequence[int | float],
    generator: Generator | None = None,
) -> list[Subset[Sample]]:
    """Deals the samples of a dataset at random into subsets that do not overlap.

    Args:
        dataset: the dataset to split.
        lengths: the size of each subset; or fractions that sum to 1, each rounded down, what is left over
            going to the first subsets, one sample each.
        generator: the source of randomness; the default generator when None.

    Returns:
        One Subset per length.

    Raises:
        ValueError: when the lengths do not add up to the dataset.

    >>> [len(part) for part in random_split(range(11), [0.8, 0.2])]
    [9, 2]
    """
    total = len(dataset)
    sizes: list[Any] = list(lengths)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        for place, fraction in enumerate(lengths):
            if not 0 <= fraction <= 1:
                raise ValueError(f"Fraction at index {place} is not between 0 and 1, but {fraction}")
        sizes = [math.floor(total * fraction) for fraction in lengths]
        for extra in range(total - sum(sizes)):
            sizes[extra % len(sizes)] += 1
        for place, size in enumerate(sizes):
            if size == 0:
                warnings.warn(f"Length of split at index {place} is 0, so that subset is empty", stacklevel=2)
    if not all(isinstance(size, int | np.integer) and size >= 0 for size in sizes):
        raise ValueError(
            f"lengths must be numbers of samples or fractions that sum to 1, but got lengths={list(lengths)}"
        )
    if sum(sizes) != total:
        raise ValueError(
            "Sum of input lengths does not equal the length of the input dataset: "
            f"lengths={list(lengths)} for {total} samples"
        )
    order = randperm(total, generator=generator).tolist()
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, accumulate(sizes), strict=True)]
