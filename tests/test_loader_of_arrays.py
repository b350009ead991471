"""A loader reads a TensorDataset a batch at a time: the batches, draws and errors are those of single samples."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import pytest

import tensorgrad as tg
from tensorgrad.utils.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    SequentialSampler,
    Subset,
    TensorDataset,
    default_collate,
    random_split,
)
from tensorgrad.utils.data.dataset import rows_of
from tensorgrad.utils.data.sampler import in_arrays

POINTS = np.random.default_rng(0).random((23, 3), np.float32)


def whole() -> TensorDataset:
    return TensorDataset(tg.tensor(POINTS), tg.arange(23))


def split() -> Subset[Any]:
    return random_split(whole(), [17, 6], generator=tg.Generator().manual_seed(1))[0]


def as_lists(batches: Any) -> list[Any]:
    return [[(part.dtype, part.tolist()) for part in batch] for batch in batches]


# ---------------------------------------------------------------- a batch at a time


PARTS = [whole, split, lambda: Subset(split(), range(3, 14)), lambda: Subset(whole(), [-1, 4])]


@pytest.mark.parametrize("make", PARTS)
@pytest.mark.parametrize("shuffle", [False, True])
def test_no_sample_is_asked_for(make: Callable[[], Any], shuffle: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    tg.manual_seed(5)
    slow = as_lists(DataLoader(make(), 4, shuffle=shuffle, collate_fn=default_collate))
    for kind in (TensorDataset, Subset, tg.Tensor, BatchSampler, SequentialSampler, RandomSampler):
        method = "__iter__" if issubclass(kind, tg.utils.data.Sampler) else "__getitem__"
        monkeypatch.setattr(kind, method, lambda *_: pytest.fail("one at a time"))
    tg.manual_seed(5)
    assert as_lists(DataLoader(make(), 4, shuffle=shuffle)) == slow


def test_a_dataset_in_another_memory_order() -> None:
    flipped = tg.from_numpy(np.asfortranarray(POINTS))
    for dataset in (TensorDataset(flipped), TensorDataset(tg.from_numpy(POINTS)[:, ::2])):
        (first,), *_ = DataLoader(dataset, 5)
        assert first.tolist() == dataset.tensors[0][:5].tolist()


def test_a_dataset_in_another_memory_order_is_not_copied_whole() -> None:
    dataset = TensorDataset(tg.zeros(100, 5000).T)
    tracemalloc.start()
    next(iter(DataLoader(dataset, 5)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500_000  # bytes; the tensor has 2,000,000


def test_what_is_written_to_a_batch_stays_there_and_what_is_written_to_the_dataset_is_read() -> None:
    dataset = whole()
    batches = iter(DataLoader(dataset, 4))
    next(batches)[0].zero_()
    assert np.array_equal(dataset.tensors[0].numpy(), POINTS)
    dataset.tensors[0][4:8] = 9.0
    assert next(batches)[0].unique().tolist() == [9.0]


def test_without_a_graph_a_batch_of_a_leaf_wants_no_gradient() -> None:
    dataset = TensorDataset(tg.tensor(POINTS, requires_grad=True))
    batches = iter(DataLoader(dataset, 4))
    assert next(batches)[0].requires_grad
    with tg.no_grad():
        (batch,) = next(batches)
    assert not batch.requires_grad
    assert np.array_equal(batch.numpy(), POINTS[4:8])


@pytest.mark.parametrize("size", [1, 5, 32, 40, 100])
@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("options", [{}, {"num_samples": 57}, {"replacement": True, "num_samples": 90}])
@pytest.mark.parametrize("given", [False, True])
def test_arrays_are_drawn_when_lists_are(size: int, drop_last: bool, options: dict[str, Any], given: bool) -> None:
    def passed(read: Callable[[BatchSampler], Iterator[Any]]) -> list[Any]:
        tg.manual_seed(3)
        generator = tg.Generator().manual_seed(4) if given else None
        sampler = BatchSampler(RandomSampler(range(20), generator=generator, **options), size, drop_last)
        source, seen = generator or tg.default_generator, []
        for batch in read(sampler):
            seen.append((np.asarray(batch).tolist(), source.get_state().tolist()))
        return [*seen, source.get_state().tolist()]

    assert passed(in_arrays) == passed(iter)


def test_samplers_of_ones_own_are_asked() -> None:
    class Twice(SequentialSampler):
        def __iter__(self) -> Iterator[int]:
            return (2 * index for index in super().__iter__())

    class Pairs(BatchSampler):
        def __iter__(self) -> Iterator[list[int]]:
            return iter([[3, 1], [2]])

    evens = DataLoader(whole(), 2, sampler=Twice(range(4)))
    assert [labels.tolist() for _, labels in evens] == [[0, 2], [4, 6]]
    pairs = DataLoader(whole(), batch_sampler=Pairs(range(4), 2, False))
    assert [labels.tolist() for _, labels in pairs] == [[3, 1], [2]]


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("dataset", "sampler", "right", "kind", "text"),
    [
        (
            whole(),
            SequentialSampler(range(30)),
            11,
            IndexError,
            "index 23 is out of bounds for dimension 0 with size 23",
        ),
        (Subset(whole(), [0, 1, 99]), None, 1, IndexError, "index 99 is out of bounds for dimension 0 with size 23"),
        (Subset(whole(), [0, 1, 2]), SequentialSampler(range(4)), 1, IndexError, "^list index out of range$"),
        (Subset(Subset(whole(), [4, 5]), [0, 1, 2]), None, 1, IndexError, "^list index out of range$"),
        (whole(), [0, 1, 0.5], 1, IndexError, "^only integers, .* are indices, but got 0.5$"),
        (Subset(whole(), [0, 1, "a"]), None, 1, TypeError, "^only integers, .* are indices, but got 'a'$"),
    ],
)
def test_an_index_that_is_none_is_refused_in_its_batch(
    dataset: Any, sampler: Any, right: int, kind: type[Exception], text: str
) -> None:
    batches = iter(DataLoader(dataset, 2, sampler=sampler))
    assert len(list(islice(batches, right))) == right
    with pytest.raises(kind, match=text):
        next(batches)


def test_a_subset_of_no_rows_is_read_a_sample_at_a_time() -> None:
    assert rows_of(Subset(whole(), [0, 23])) is None
    assert rows_of(Subset(whole(), [True, False])) is None
    assert rows_of(Subset("abc", [0])) is None
    batches = iter(DataLoader(Subset(whole(), [3, 2, 99]), 2))
    assert next(batches)[1].tolist() == [3, 2]
