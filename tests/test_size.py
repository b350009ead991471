"""Size against torch.Size: what it prints, what its operations give, and what it refuses."""

# ruff: noqa: RUF005 - concatenation is what is tested here

import copy
import pickle

import numpy as np
import pytest
from against_torch import torch

import tensorgrad as tg

CALLS = {
    "of a list": lambda t: t.Size([2, 3]),
    "of a tuple": lambda t: t.Size((2,)),
    "of nothing": lambda t: t.Size(),
    "of a range": lambda t: t.Size(range(3)),
    "of a generator": lambda t: t.Size(n for n in (2, 3)),
    "of a Size": lambda t: t.Size(t.Size([4, 5])),
    "of Tensors": lambda t: t.Size([t.tensor(2), t.tensor(3)]),
    "of a vector": lambda t: t.Size(t.tensor([2, 3])),
    "of a bool": lambda t: t.Size([True, 2]),
    "of -1": lambda t: t.Size([-1, 2]),
    "shape": lambda t: t.zeros(5, 27).shape,
    "shape of a number": lambda t: t.tensor(1.0).shape,
    "shape of a sum": lambda t: t.zeros(2, 3).sum(),
    "size": lambda t: t.zeros(5, 27).size(),
    "size of a dimension": lambda t: t.zeros(5, 27).size(-1),
    "size by name": lambda t: t.zeros(5, 27).size(dim=0),
    "stride": lambda t: t.zeros(2, 3).T.shape,
    "numel": lambda t: (t.Size([2, 3]).numel(), t.Size([]).numel(), t.Size([2, 0]).numel()),
    "an element": lambda t: (t.Size([2, 3])[0], t.Size([2, 3])[-1]),
    "slices": lambda t: (t.Size([2, 3, 4])[1:], t.Size([2, 3, 4])[::-1], t.Size([2])[5:]),
    "+": lambda t: t.Size([2, 3]) + t.Size([4]),
    "+ a tuple": lambda t: t.Size([2, 3]) + (4,),
    "a tuple +": lambda t: (4,) + t.Size([2, 3]),
    "sum": lambda t: sum([t.Size([2]), t.Size([3])], ()),
    "*": lambda t: (t.Size([2, 3]) * 2, 2 * t.Size([2, 3]), t.Size([2, 3]) * -1),
    "==": lambda t: (t.Size([2]) == (2,), t.Size([2]).__eq__((3,)), t.Size([2]) == [2], t.Size([2]) != (3,)),
    "<": lambda t: t.Size([2, 3]) < (3,),
    "in": lambda t: 2 in t.Size([2, 3]),
    "unpacked": lambda t: (*t.Size([2, 3]),),
    "tuple": lambda t: (tuple(t.Size([2, 3])), list(t.Size([2, 3])), len(t.Size([2, 3]))),
    "text": lambda t: f"{t.Size([2, 3])} {t.Size([2])!s} {t.Size([])!r} %s" % (t.Size([1]),),
    "in a list": lambda t: str([t.Size([2]), {1: t.Size([3])}]),
    "hash": lambda t: hash(t.Size([2, 3])) == hash((2, 3)),
    "a key": lambda t: {(2, 3): "x"}[t.Size([2, 3])],
    "copied": lambda t: (copy.copy(t.Size([2])), copy.deepcopy(t.Size([2]))),
    "pickled": lambda t: [pickle.loads(pickle.dumps(t.Size([2, 3]), protocol)) for protocol in range(2, 6)],
    "count and index": lambda t: (t.Size([2, 3, 2]).count(2), t.Size([2, 3]).index(3)),
    "a shape for zeros": lambda t: t.zeros(t.Size([2, 3])).shape,
    "a shape for reshape": lambda t: t.zeros(6).reshape(t.Size([2, 3])).shape,
    "a shape for view": lambda t: t.zeros(2, 3).view(t.zeros(6).shape).shape,
    "a shape for expand": lambda t: t.zeros(1, 3).expand(t.Size([2, 3])).shape,
    "a shape for a module": lambda t: t.nn.LayerNorm(t.Size([2, 3])).normalized_shape,
    "printed by a module": lambda t: str(t.nn.LayerNorm(t.zeros(2, 3).shape)),
    "printed by Unflatten": lambda t: str(t.nn.Unflatten(1, t.zeros(2, 3).shape)),
}


@pytest.mark.parametrize("name", CALLS)
def test_as_in_torch(name):
    own, theirs = CALLS[name](tg), CALLS[name](torch)
    assert repr(own) == repr(theirs)
    assert type(own).__name__ == type(theirs).__name__


def test_it_is_a_tuple_of_ints():
    shape = tg.Size([np.int64(2), tg.tensor(3)])
    assert isinstance(shape, tuple)
    assert {type(n) for n in shape} == {int}
    assert type(tg.zeros(2, 3).shape) is type(tg.zeros(2).size()) is tg.Size


@pytest.mark.parametrize("wrong", [[1.5], [2, 2.0], ["a"], [2, None], "ab"])
def test_what_holds_no_integers_is_refused_in_the_words_of_torch(wrong):
    for t in (tg, torch):
        with pytest.raises(TypeError) as caught:
            t.Size(wrong)
        place, kind = len(wrong) - 1 if isinstance(wrong, list) else 0, type(wrong[-1]).__name__
        assert str(caught.value) == f"torch.Size() takes an iterable of 'int' (item {place} is '{kind}')"


@pytest.mark.parametrize(
    "call",
    [
        lambda t: t.Size(5),
        lambda t: t.Size(2, 3),
        lambda t: t.Size([2]) + [3],
        lambda t: [3] + t.Size([2]),
        lambda t: t.Size([2]) + (1.5,),
        lambda t: (1.5,) + t.Size([2]),
        lambda t: t.Size([2]) * 1.5,
        lambda t: t.Size([2]) * t.Size([2]),
        lambda t: t.Size([2])["x"],
        lambda t: t.Size([2])[7],
        lambda t: f"{t.Size([2]):>20}",
        lambda t: t.Size([2]).x,
    ],
)
def test_what_torch_refuses_is_refused(call):
    with pytest.raises((TypeError, IndexError, AttributeError)) as theirs:
        call(torch)
    with pytest.raises(theirs.type):
        call(tg)


def test_messages_show_shapes_as_tuples():
    for call in (
        lambda: tg.zeros(2, 3).view(tg.zeros(4).shape),
        lambda: tg.zeros(2).copy_(tg.zeros(1, 2)),
        lambda: tg.zeros(2) + tg.zeros(3),
        lambda: tg.zeros(3).fill_(tg.zeros(2)),
    ):
        with pytest.raises(ValueError, match=r"\(\d") as caught:
            call()
        assert "torch" not in str(caught.value)
