"""What shapes, parts and arrangements refuse: PyTorch's kind of error, and our sentence."""

import numpy as np
import pytest
from against_torch import error_of, torch

import tensorgrad as tg


def X(t):
    return t.zeros(2, 3)


def V(t):
    return t.zeros(5)


def N(t):
    return t.tensor(3.0)


ERRORS = {
    "view: 6 elements, of shape (2, 3), do not fill shape (4,)": lambda t: X(t).view(4),
    "(2, 3), do not fill shape (-1, -1); the product": lambda t: X(t).view(-1, -1),
    "view: view size (6,) is not compatible with the input tensor's size (3, 2) and its stride (1, 3)": lambda t: X(
        t
    ).T.view(6),
    "view: sizes and dimensions must be integers": lambda t: X(t).view(2.0, 3),
    "unflatten: sizes (2, 2) do not multiply up to 3, the size of dim 1; at most one may be -1": lambda t: X(
        t
    ).unflatten(1, (2, 2)),
    "unflatten: sizes () do not": lambda t: X(t).unflatten(1, ()),
    "unflatten: sizes (2, -1) do not": lambda t: X(t).unflatten(1, (2, -1)),
    "unflatten: sizes (-1, -1) do not": lambda t: X(t).unflatten(1, (-1, -1)),
    "unflatten: dimension out of range": lambda t: X(t).unflatten(2, (1, 2)),
    "movedim: dimension out of range": lambda t: X(t).movedim(0, 2),
    "movedim: dim must name each dimension once, but got (0, 0)": lambda t: X(t).movedim((0, 0), (0, 1)),
    "movedim: dim must name each dimension once, but got (1, -1)": lambda t: X(t).movedim((0, 1), (1, -1)),
    "movedim: needs a destination for each source, but got (0, 1) and (1,)": lambda t: X(t).movedim((0, 1), (1,)),
    "narrow: length must be at least 0, and start + length at most the dimension's size 5, but got start 2": lambda t: (
        V(t).narrow(0, 2, 4)
    ),
    "start 1 and length -1": lambda t: V(t).narrow(0, 1, -1),
    "narrow: start out of range (expected to be in range of [-5, 5], but got 7)": lambda t: V(t).narrow(0, 7, 1),
    "narrow: needs at least one dimension, but got a single number": lambda t: N(t).narrow(0, 0, 1),
    "narrow: sizes and dimensions must be integers, but got (1.0, 1)": lambda t: V(t).narrow(0, 1.0, 1),
    "select: index 5 is out of range for dimension 1, which has size 3": lambda t: X(t).select(-1, 5),
    "select: needs at least one dimension": lambda t: N(t).select(0, 0),
    "select: dimension out of range": lambda t: X(t).select(2, 0),
    "split: the size of a part must be at least 1, but got 0, for a dimension of 5": lambda t: V(t).split(0),
    "split: the size of a part must be at least 1, but got -1": lambda t: V(t).split(-1),
    "split: the sizes must be at least 0 and add up to that of dim 0, 5, but got [1, 2]": lambda t: V(t).split([1, 2]),
    "5, but got [6, -1]": lambda t: V(t).split([6, -1]),
    "split: needs at least one dimension": lambda t: N(t).split(1),
    "split: sizes and dimensions must be integers, but got (2.0,)": lambda t: V(t).split(2.0),
    "split: dimension out of range": lambda t: V(t).split(2, 1),
    "chunk: the number of chunks must be at least 1, but got 0": lambda t: V(t).chunk(0),
    "chunk: needs at least one dimension": lambda t: N(t).chunk(1),
    "tensor_split: the number of parts must be at least 1, but got 0": lambda t: V(t).tensor_split(0),
    "tensor_split: needs at least one dimension": lambda t: N(t).tensor_split(1),
    "unbind: needs at least one dimension": lambda t: N(t).unbind(),
    "unbind: dimension out of range": lambda t: X(t).unbind(2),
    "diagonal: dimension out of range": lambda t: V(t).diagonal(),
    "diagonal: dim must name each dimension once, but got (0, -2)": lambda t: X(t).diagonal(0, 0, -2),
    "diag: needs a vector or a matrix, but got shape (2, 2, 2); see diagonal, diag_embed": lambda t: t.zeros(
        2, 2, 2
    ).diag(),
    "diag: needs a vector or a matrix, but got shape ()": lambda t: N(t).diag(),
    "diag_embed: dimension out of range": lambda t: N(t).diag_embed(),
    "diag_embed: dim must name each dimension once": lambda t: V(t).diag_embed(1, 1, 1),
    "flip: dim must name each dimension once, but got (0, -2)": lambda t: X(t).flip(0, -2),
    "flip: dimension out of range": lambda t: X(t).flip(2),
    "fliplr: needs at least two dimensions, but got shape (5,)": lambda t: V(t).fliplr(),
    "flipud: needs at least one dimension, but got a single number": lambda t: N(t).flipud(),
    "roll: needs a shift for each dimension, but got shifts (1, 2) and dims 0": lambda t: X(t).roll((1, 2), 0),
    "but got shifts 1 and dims (0, 1)": lambda t: X(t).roll(1, (0, 1)),
    "but got shifts (1, 1) and dims None": lambda t: X(t).roll((1, 1)),
    "but got shifts () and dims ()": lambda t: X(t).roll((), ()),
    "roll: dimension specified as 0, but a single number has no dimensions": lambda t: N(t).roll(1, 0),
    "roll: dimension out of range": lambda t: X(t).roll(1, 2),
    "tril: needs at least two dimensions, but got shape (5,)": lambda t: V(t).tril(),
    "triu: needs at least two dimensions, but got shape ()": lambda t: N(t).triu(),
    "repeat: needs a number, at least 0, for each dimension of (2, 3), but got (2,)": lambda t: X(t).repeat(2),
    "for each dimension of (2, 3), but got (2, -1)": lambda t: X(t).repeat(2, -1),
    "for each dimension of (2, 3), but got (1, -1)": lambda t: X(t).tile(-1),
    "repeat: sizes and dimensions must be integers": lambda t: V(t).repeat(2.0),
    "repeat_interleave: repeats must be an integer or a Tensor, but got [1, 2]": lambda t: X(t).repeat_interleave(
        [1, 2], 0
    ),
    "repeat_interleave: repeats must be one number, or 2 of them, one for each slice, and at least 0, but": lambda t: X(
        t
    ).repeat_interleave(t.tensor([1, -2]), 0),
    "one for each slice, and at least 0, but got [1, 2, 1]": lambda t: X(t).repeat_interleave(t.tensor([1, 2, 1]), 0),
    "one for each slice, and at least 0, but got [[1, 2]]": lambda t: X(t).repeat_interleave(t.tensor([[1, 2]]), 0),
    "and at least 0, but got -1": lambda t: V(t).repeat_interleave(-1),
    "repeat_interleave: dimension out of range": lambda t: X(t).repeat_interleave(2, 3),
    "repeat_interleave: output_size is 5, but 4 come out": lambda t: X(t).repeat_interleave(2, 0, output_size=5),
    "cat: shapes (5,) and (2, 3) do not fit together": lambda t: t.hstack([V(t), X(t)]),
    "vstack: expected a list of Tensors, but got a Tensor": lambda t: t.vstack(V(t)),
    "hstack: item 1 must be a Tensor, but it is a int": lambda t: t.hstack([V(t), 1]),
    "broadcast_tensors: shapes [(5,), (2, 3)] do not fit together": lambda t: t.broadcast_tensors(V(t), X(t)),
    "meshgrid: needs vectors of one dtype, but got float32 of shape (2, 3), float32 of shape (5,)": lambda t: (
        t.meshgrid(X(t), V(t), indexing="ij")
    ),
    "float32 of shape (5,), int64 of shape (5,)": lambda t: t.meshgrid(V(t), V(t).long(), indexing="ij"),
    "meshgrid: indexing must be 'ij' or 'xy', but got 'ji'": lambda t: t.meshgrid(V(t), indexing="ji"),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text):
    ours = error_of(ERRORS[text], tg)
    assert text in str(ours)
    assert isinstance(ours, type(error_of(ERRORS[text], torch)))


def test_other_errors():
    with pytest.raises(RuntimeError, match="repeat_interleave: repeats must be integers, but they are float64"):
        tg.zeros(2).repeat_interleave(np.ones(2), 0)
    with pytest.raises(RuntimeError, match="meshgrid: expected a non-empty list of Tensors"):
        tg.meshgrid()
    assert tg.broadcast_tensors() == ()
    assert tg.Size([2, 3]) == tg.zeros(2, 3).shape
    assert isinstance(tg.zeros(2).shape, tg.Size)
    with pytest.raises(TypeError, match="broadcast_tensors: item 1 must be a Tensor, but it is a int"):
        tg.broadcast_tensors(tg.zeros(2), 1)
