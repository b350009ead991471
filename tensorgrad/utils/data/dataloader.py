"""DataLoader: a dataset, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ArgumentError
from ...random import Generator, default_generator
from .collate import default_collate, default_convert
from .dataset import Dataset, TensorDataset, rows_of, take
from .sampler import BatchSampler, RandomSampler, SequentialSampler, in_arrays


class DataLoader:
    """Gives the samples of a dataset in batches, each time it is iterated over.

    For the same seed the order is PyTorch's. A `TensorDataset`, or a `Subset` of one, is read a batch at a time, each
    tensor at once. Nothing is made ahead in a thread: that is as often slower, for a batch takes so little time.

    Args:
        dataset: anything with `__getitem__` and `__len__`.
        batch_size: how many samples a batch holds, the last one may be smaller; None for single samples.
        shuffle: read in a new random order each time.
        sampler: an iterable of indices that gives the order instead.
        batch_sampler: an iterable of lists of indices, one a batch, instead of all that says what is in one.
        num_workers: 0, since batches are made in this process; taken so that PyTorch scripts run.
        collate_fn: makes a batch of a list of samples; `default_collate` when None.  Without batches it takes a
            sample, and is `default_convert` when None.
        pin_memory: without effect, since there is only the CPU; taken so that PyTorch scripts run.
        drop_last: leave out a last batch that is not full.
        timeout: 0, since there are no workers to wait for.
        worker_init_fn: without effect, likewise.
        generator: the source of randomness for `shuffle`; the default generator when None.
        prefetch_factor: None, since there are no workers.
        persistent_workers: False, likewise.

    Raises:
        ValueError: when `batch_size` is not a positive integer, `sampler` comes together with `shuffle`, or
            `batch_sampler` with one of those that it stands for, workers are asked for, or an empty dataset is to be
            shuffled.

    >>> from tensorgrad import arange
    >>> from tensorgrad.utils.data import TensorDataset
    >>> for (batch,) in DataLoader(TensorDataset(arange(5)), batch_size=2):
    ...     print(batch)
    tensor([0, 1])
    tensor([2, 3])
    tensor([4])
    """

    def __init__(
        self,
        dataset: Dataset[Any] | Sequence[Any],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[list[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        *,
        generator: Generator | None = None,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
    ) -> None:
        if num_workers != 0:
            raise ValueError(f"num_workers must be 0, since batches are made in this process, but got {num_workers}")
        if prefetch_factor is not None or persistent_workers:
            raise ValueError("prefetch_factor and persistent_workers need workers, of which there are none here")
        if timeout < 0:
            raise ValueError(f"timeout option should be non-negative, but got {timeout}")
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
                )
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None:
            sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        self.dataset = dataset
        self.batch_size = batch_size
        self.sampler = sampler
        self.batch_sampler = batch_sampler if batch_size is None else BatchSampler(sampler, batch_size, drop_last)
        self.collate_fn = collate_fn
        self.drop_last = drop_last
        self.timeout = timeout
        self.generator = generator

    def __iter__(self) -> Iterator[Any]:
        """The batches of one pass, made as they are asked for."""
        if self.timeout:
            raise ArgumentError(f"DataLoader: timeout must be 0 where no workers are, but it is {self.timeout}")
        # PyTorch draws a seed for its workers here, so the generator must move on as much.
        (self.generator or default_generator).random_int64()
        if self.batch_sampler is None:
            return map(self._sample, self.sampler)
        if self.collate_fn is None and (whole := rows_of(self.dataset)) is not None:
            return map(partial(self._rows, *whole), in_arrays(self.batch_sampler))
        return map(self._batch, self.batch_sampler)

    def _sample(self, index: int) -> Any:
        return (self.collate_fn or default_convert)(self.dataset[index])

    def _batch(self, indices: list[int]) -> Any:
        return (self.collate_fn or default_collate)([self.dataset[index] for index in indices])

    def _rows(self, base: TensorDataset, rows: NDArray[np.int64], indices: NDArray[Any]) -> Any:
        try:
            return take(base, rows[indices])
        except IndexError:  # no integers, or out of range: what the dataset itself says to each
            return self._batch(indices.tolist())

    def __len__(self) -> int:
        """The number of batches in one pass."""
        batches: Any = self.sampler if self.batch_sampler is None else self.batch_sampler
        return len(batches)
