"""Samplers: the order in which a loader reads a dataset, the same as PyTorch's for the same seed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sized
from itertools import chain, islice
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...random import Generator, default_generator, randint, randperm

Index = TypeVar("Index", covariant=True)


class Sampler(ABC, Generic[Index]):
    """An order in which to read a dataset: write a class with `__iter__`, and `__len__` if it has an end.

    >>> class Backwards(Sampler[int]):
    ...     def __init__(self, data_source: Sized) -> None:
    ...         self.data_source = data_source
    ...
    ...     def __iter__(self) -> Iterator[int]:
    ...         return reversed(range(len(self.data_source)))
    >>> list(Backwards("abc"))
    [2, 1, 0]
    """

    @abstractmethod
    def __iter__(self) -> Iterator[Index]:
        """The indices of one pass."""


class SequentialSampler(Sampler[int]):
    """Gives the indices of a dataset in order.

    Args:
        data_source: the dataset, of which only `len` is used.

    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        """0, 1, ..., len - 1."""
        return iter(range(len(self.data_source)))

    def _blocks(self) -> Iterator[NDArray[np.int64]]:
        yield np.arange(len(self.data_source))

    def __len__(self) -> int:
        """The number of indices in one pass."""
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """Gives the indices of a dataset in random order, or draws them with replacement.

    Args:
        data_source: the dataset, of which only `len` is used.
        replacement: draw each index independently; indices are then made as they are asked for, so
            `num_samples` may be huge.
        num_samples: how many indices one pass gives; `len(data_source)` when None.
        generator: the source of randomness; when None, each pass seeds its own from the default generator.

    Raises:
        TypeError: when `replacement` is not a bool.
        ValueError: when `num_samples` is not a positive integer, as for an empty dataset.

    >>> sorted(RandomSampler("abc"))
    [0, 1, 2]
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got replacement={replacement!r}")
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={self.num_samples}")

    @property
    def num_samples(self) -> int:
        """How many indices one pass gives."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        """A new random order; nothing is drawn before the first index is asked for."""
        return chain.from_iterable(block.tolist() for block in self._blocks())

    def _blocks(self) -> Iterator[NDArray[np.int64]]:
        # What is drawn, and when, is what PyTorch draws: the generator must stay in step with it.
        length, generator = len(self.data_source), self.generator
        if generator is None:
            generator = Generator().manual_seed(default_generator.random_int64())
        if self.replacement:
            for _ in range(self.num_samples // 32):
                yield randint(0, length, (32,), generator=generator).numpy()
            yield randint(0, length, (self.num_samples % 32,), generator=generator).numpy()
        else:
            for _ in range(self.num_samples // length):
                yield randperm(length, generator=generator).numpy()
            rest = self.num_samples % length
            if rest or self.generator is not None:  # PyTorch draws this order even where none of it is used
                yield randperm(length, generator=generator).numpy()[:rest]

    def __len__(self) -> int:
        """The number of indices in one pass."""
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Groups the indices of another sampler into lists, one a batch.

    Args:
        sampler: any iterable of indices.
        batch_size: how many indices a batch holds.
        drop_last: leave out a last batch that is not full.

    Raises:
        ValueError: when `batch_size` is not a positive integer or `drop_last` not a bool.

    >>> list(BatchSampler(SequentialSampler("abcde"), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        """The batches of one pass over the sampler."""
        indices = iter(self.sampler)
        while batch := list(islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        """The number of batches in one pass; the sampler must have a length."""
        if not isinstance(self.sampler, Sized):
            kind = type(self.sampler).__name__
            raise TypeError(f"a loader has a length only when its sampler has one, but this one is a {kind}")
        full, rest = divmod(len(self.sampler), self.batch_size)
        return full + (rest > 0 and not self.drop_last)


def in_arrays(batches: Iterable[Any]) -> Iterator[NDArray[Any]]:
    """The batches of a batch sampler as arrays; those of the samplers above without a loop over the indices.

    Args:
        batches: any iterable of lists of indices.

    >>> list(in_arrays(BatchSampler(SequentialSampler("abc"), batch_size=2, drop_last=False)))
    [array([0, 1]), array([2])]
    """
    if type(batches) is BatchSampler:
        sampler = batches.sampler
        if type(sampler) is SequentialSampler or type(sampler) is RandomSampler:
            return _cut(sampler._blocks(), batches.batch_size, batches.drop_last)
    return map(np.array, batches)


def _cut(blocks: Iterator[NDArray[Any]], size: int, drop_last: bool) -> Iterator[NDArray[Any]]:
    rest = np.empty(0, np.int64)
    for block in blocks:
        block = np.concatenate((rest, block))
        whole = len(block) - len(block) % size
        yield from block[:whole].reshape(-1, size)
        rest = block[whole:]
    if len(rest) and not drop_last:
        yield rest
