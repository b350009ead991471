"""Datasets, samplers and the loader: the order, the batches and the errors of PyTorch's."""

from __future__ import annotations

import re
from collections import namedtuple
from itertools import islice
from typing import Any

import numpy as np
import pytest

import tensorgrad as tg
from tensorgrad.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    SequentialSampler,
    Subset,
    TensorDataset,
    default_collate,
    random_split,
)

SEEDS = [0, 1, 42, 1337, 2**32 + 5]


class Pairs(Dataset[tuple[int, float]]):
    def __getitem__(self, index: int) -> tuple[int, float]:
        return index, index / 2

    def __len__(self) -> int:
        return 103


def rows(count: int, requires_grad: bool = False) -> TensorDataset:
    points = tg.tensor(np.random.default_rng(0).random((count, 3), np.float32), requires_grad=requires_grad)
    return TensorDataset(points, tg.arange(count))


def order(loader: Any) -> list[int]:
    return [index for batch in loader for index in batch[-1].tolist()]


def same(ours: Any, theirs: Any) -> bool:
    """Equal containers of equal tensors, dtypes included, where the second one holds torch's or our own."""
    if isinstance(ours, tg.Tensor):
        left, right = ours.detach().numpy(), theirs.detach().numpy()
        return left.dtype == right.dtype and np.array_equal(left, right)
    if isinstance(ours, dict):
        return list(ours) == list(theirs) and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list | tuple):
        return type(ours) is type(theirs) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    return bool(ours == theirs)


# ---------------------------------------------------------------- PyTorch's order


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("batch_size", [1, 10, 103, 200])
@pytest.mark.parametrize("seed", SEEDS)
def test_shuffled_loader_has_the_order_of_torch_over_epochs(seed: int, batch_size: int, drop_last: bool) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(seed)
    tg.manual_seed(seed)
    theirs = torch.utils.data.DataLoader(range(103), batch_size, shuffle=True, drop_last=drop_last)
    ours = DataLoader(range(103), batch_size, shuffle=True, drop_last=drop_last)
    assert len(ours) == len(theirs)
    for _ in range(2):
        assert [batch.tolist() for batch in ours] == [batch.tolist() for batch in theirs]
    assert tg.rand(3).tolist() == torch.rand(3).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_given_generator_stays_in_step_with_torch(seed: int) -> None:
    torch = pytest.importorskip("torch")
    g, h = tg.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    ours = DataLoader(range(20), 5, shuffle=True, generator=g)
    theirs = torch.utils.data.DataLoader(range(20), 5, shuffle=True, generator=h)
    for _ in range(3):
        assert [batch.tolist() for batch in ours] == [batch.tolist() for batch in theirs]
    next(iter(ours)), next(iter(theirs))
    assert tg.rand(3, generator=g).tolist() == torch.rand(3, generator=h).tolist()


def test_random_numbers_drawn_between_iter_and_next_are_in_step_with_torch() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(7)
    tg.manual_seed(7)
    ours = iter(DataLoader(range(20), 4, shuffle=True))
    theirs = iter(torch.utils.data.DataLoader(range(20), 4, shuffle=True))
    assert tg.rand(2).tolist() == torch.rand(2).tolist()
    assert next(ours).tolist() == next(theirs).tolist()
    iter(DataLoader(range(3))), iter(torch.utils.data.DataLoader(range(3)))
    assert tg.rand(2).tolist() == torch.rand(2).tolist()


@pytest.mark.parametrize(
    "options",
    [
        {"replacement": True},
        {"replacement": True, "num_samples": 70},
        {"replacement": True, "num_samples": 10**10},
        {"num_samples": 5},
        {"num_samples": 26},
        {"num_samples": 25},
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_random_sampler_draws_what_torch_draws(seed: int, options: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(seed)
    tg.manual_seed(seed)
    ours, theirs = RandomSampler(range(13), **options), torch.utils.data.RandomSampler(range(13), **options)
    assert len(ours) == len(theirs)
    assert list(islice(ours, 100)) == list(islice(theirs, 100))
    g, h = tg.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    ours = RandomSampler(range(13), **options, generator=g)
    theirs = torch.utils.data.RandomSampler(range(13), **options, generator=h)
    assert list(islice(ours, 100)) == list(islice(theirs, 100))
    assert tg.rand(3, generator=g).tolist() == torch.rand(3, generator=h).tolist()


@pytest.mark.parametrize("lengths", [[3, 7], [10], [1.0], [0.5, 0.5], [0.7, 0.2, 0.1], [0.33, 0.33, 0.34]])
@pytest.mark.parametrize("seed", SEEDS)
def test_random_split_deals_as_torch_does(seed: int, lengths: list[float]) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(seed)
    tg.manual_seed(seed)
    split = torch.utils.data.random_split
    assert [list(part) for part in random_split(range(10), lengths)] == [
        list(part) for part in split(range(10), lengths)
    ]
    g, h = tg.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    assert [list(part) for part in random_split(range(10), lengths, generator=g)] == [
        list(part) for part in split(range(10), lengths, generator=h)
    ]


Named = namedtuple("Named", "x y")


@pytest.mark.parametrize(
    "batch",
    [
        [1, 2],
        [True, False],
        [1.5, 2],
        [1, 2.5],
        [np.float32(1), np.float32(2)],
        [np.float64(1)],
        [np.int32(4), np.int32(5)],
        [np.bool_(True)],
        [np.ones(2), np.zeros(2)],
        [np.array(1.0), np.array(2.0)],
        ["a", "b"],
        [b"a", b"b"],
        [(1, 2.0), (3, 4.0)],
        [[1, "a"], [2, "b"]],
        [Named(1, 2.0), Named(3, 4.0)],
        [{"x": 1, "y": (np.ones(2, np.float32), 3)}] * 2,
    ],
    ids=repr,
)
def test_default_collate_agrees_with_torch(batch: list[Any]) -> None:
    torch = pytest.importorskip("torch")
    assert same(default_collate(batch), torch.utils.data.default_collate(batch))


# ---------------------------------------------------------------- batches


@pytest.mark.parametrize("shuffle", [False, True])
def test_whole_batches_equal_collated_samples(shuffle: bool) -> None:
    base = rows(23)
    for dataset in (base, Subset(base, [5, 0, 22, 5]), Subset(Subset(base, [3, 1, 9]), [2, 0])):
        tg.manual_seed(3)
        fast = list(DataLoader(dataset, 4, shuffle=shuffle))
        tg.manual_seed(3)
        slow = list(DataLoader(dataset, 4, shuffle=shuffle, collate_fn=default_collate))
        assert same(fast, slow)


def test_a_batch_does_not_share_memory_with_the_dataset() -> None:
    dataset = rows(6)
    (points, labels), *_ = DataLoader(dataset, 6)
    for batch, whole in zip((points, labels), dataset.tensors, strict=True):
        assert not np.shares_memory(batch.numpy(), whole.numpy())


def test_gradients_flow_through_a_batch_into_the_dataset() -> None:
    dataset = rows(4, requires_grad=True)
    (points, _), *_ = DataLoader(Subset(dataset, [2, 0]), 2)
    points.sum().backward()
    grad = dataset.tensors[0].grad
    assert grad is not None
    assert grad.sum(1).tolist() == [3, 0, 3, 0]


def test_a_dataset_with_its_own_getitem_is_asked_for_each_sample() -> None:
    class Doubled(TensorDataset):
        def __getitem__(self, index: Any) -> tuple[tg.Tensor, ...]:
            assert isinstance(index, int)
            return tuple(2 * tensor for tensor in super().__getitem__(index))

    class Tripled(Subset[Any]):
        def __getitem__(self, index: int) -> Any:
            return 3 * self.dataset[self.indices[index]][0]

    assert order(DataLoader(Doubled(tg.arange(3)), 2)) == [0, 2, 4]
    assert order(DataLoader(Subset(Doubled(tg.arange(3)), [2, 1]), 2)) == [4, 2]
    assert [batch.tolist() for batch in DataLoader(Tripled(TensorDataset(tg.arange(3)), [2, 1]), 2)] == [[6, 3]]


def test_a_loader_is_iterated_over_again_and_knows_its_length() -> None:
    loader = DataLoader(rows(10), 4)
    assert len(loader) == 3
    assert len(DataLoader(rows(10), 4, drop_last=True)) == 2
    assert order(loader) == order(loader) == list(range(10))
    assert order(DataLoader(rows(10), 4, drop_last=True)) == list(range(8))
    both = zip(loader, loader, strict=True)
    assert all(same(left, right) for left, right in both)
    assert list(DataLoader(TensorDataset(tg.zeros(0, 2)))) == []


def test_pairs_come_as_a_list_of_two_tensors() -> None:
    first = next(iter(DataLoader(Pairs(), batch_size=2, pin_memory=True, num_workers=0)))
    assert same(first, [tg.tensor([0, 1]), tg.tensor([0.0, 0.5], dtype=tg.float64)])


def test_a_sampler_and_a_collate_function_of_ones_own() -> None:
    loader = DataLoader("abcde", 2, sampler=[4, 0, 4], collate_fn="".join)
    assert list(loader) == ["ea", "e"]
    assert list(BatchSampler(SequentialSampler("abc"), 2, drop_last=True)) == [[0, 1]]
    assert order(DataLoader(rows(5), 2, sampler=tg.tensor([4, 0]))) == [4, 0]


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize("size", [0, -1, 2.0, True])
def test_batch_size_must_be_positive(size: Any) -> None:
    with pytest.raises(ValueError, match=f"^batch_size should be a positive integer value, but got batch_size={size}$"):
        DataLoader(rows(3), size)


@pytest.mark.parametrize(
    ("make", "kind", "text"),
    [
        (lambda: DataLoader(rows(3), sampler=[0], shuffle=True), ValueError,
         "sampler option is mutually exclusive with shuffle"),
        (lambda: DataLoader(rows(3), num_workers=2), ValueError,
         "num_workers must be 0, since batches are made in this process, but got 2"),
        (lambda: DataLoader(rows(3), drop_last=1), ValueError,
         "drop_last should be a boolean value, but got drop_last=1"),
        (lambda: DataLoader([], shuffle=True), ValueError,
         "num_samples should be a positive integer value, but got num_samples=0"),
        (lambda: RandomSampler("ab", num_samples=1.5), ValueError,
         "num_samples should be a positive integer value, but got num_samples=1.5"),
        (lambda: RandomSampler("ab", replacement=1), TypeError,
         "replacement should be a boolean value, but got replacement=1"),
        (lambda: len(DataLoader("ab", sampler=iter([0]))), TypeError,
         "a loader has a length only when its sampler has one, but this one is a list_iterator"),
        (lambda: TensorDataset(), ValueError, "TensorDataset needs at least one tensor, but got none"),
        (lambda: TensorDataset(tg.zeros(3), tg.zeros(4)), ValueError,
         "Size mismatch between tensors: they hold [3, 4] samples, but need as many each"),
        (lambda: TensorDataset(tg.zeros(3), np.zeros(3)), TypeError,
         "TensorDataset needs tensors, but argument 1 is a ndarray: make it one with tensor() or from_numpy()"),
        (lambda: random_split("abc", [1, 1]), ValueError,
         "Sum of input lengths does not equal the length of the input dataset: lengths=[1, 1] for 3 samples"),
        (lambda: random_split("abc", [-1, 4]), ValueError,
         "lengths must be numbers of samples or fractions that sum to 1, but got lengths=[-1, 4]"),
        (lambda: random_split("abc", [0.5, 0.2]), ValueError,
         "lengths must be numbers of samples or fractions that sum to 1, but got lengths=[0.5, 0.2]"),
        (lambda: random_split("abc", [1.5, -0.5]), ValueError, "Fraction at index 0 is not between 0 and 1, but 1.5"),
        (lambda: default_collate([(1, 2), (3,)]), RuntimeError,
         "each element in list of batch should be of equal size"),
        (lambda: default_collate([None]), TypeError,
         "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
         "found <class 'NoneType'>"),
        (lambda: default_collate([np.array("x")]), TypeError,
         "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found <U1"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for(make: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=f"^{re.escape(text)}$"):
        make()


def test_a_dataset_needs_both_methods() -> None:
    class Half(Dataset[int]):
        def __len__(self) -> int:
            return 1

    with pytest.raises(TypeError, match="__getitem__"):
        Half()


def test_an_empty_split_is_warned_about() -> None:
    with pytest.warns(UserWarning, match="^Length of split at index 1 is 0, so that subset is empty$"):
        assert [len(part) for part in random_split("ab", [0.9, 0.1])] == [2, 0]


def test_a_sampler_of_ones_own(torch):
    """The same class on either library's Sampler, alone and in batches."""

    def batches(data):
        class Backwards(data.Sampler[int]):
            def __init__(self, data_source):
                self.data_source = data_source

            def __iter__(self):
                return reversed(range(len(self.data_source)))

            def __len__(self):
                return len(self.data_source)

        sampler = Backwards("abcde")
        return (
            list(data.BatchSampler(sampler, 2, drop_last=False)),
            [batch.tolist() for batch in data.DataLoader(range(5), 2, sampler=sampler)],
            [
                issubclass(kind, data.Sampler)
                for kind in (data.SequentialSampler, data.RandomSampler, data.BatchSampler)
            ],
        )

    assert batches(tg.utils.data) == batches(torch.utils.data)
    with pytest.raises(TypeError, match="abstract"):
        tg.utils.data.Sampler()
