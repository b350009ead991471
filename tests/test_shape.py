"""Shapes, parts and arrangements against PyTorch: numbers, gradients, dtypes, views."""

import numpy as np
import pytest
from against_torch import compare_written_once, error_of, same, torch

import tensorgrad as tg

# What is called with an x of shape (2, 3, 4), with whether the results are views of it.
VIEWS = {
    "reshape": lambda t, x: x.reshape(4, 6),
    "reshape by name": lambda t, x: t.reshape(x, shape=(6, -1)),
    "view": lambda t, x: x.view(-1, 2),
    "view by name": lambda t, x: x.view(size=(4, 6)),
    "view of a range": lambda t, x: x.view(x.shape),
    "permute by name": lambda t, x: t.permute(x, dims=(2, 0, 1)),
    "view_as": lambda t, x: x.view_as(t.zeros(12, 2)),
    "reshape_as": lambda t, x: x.reshape_as(t.zeros(12, 2)),
    "view of a slice": lambda t, x: x[:, 1:].view(2, 8),
    "view of a part": lambda t, x: x[1].transpose(0, 1).view(4, 3, 1),
    "swapaxes": lambda t, x: t.swapaxes(x, 0, -1),
    "swapdims": lambda t, x: x.swapdims(1, 2),
    "mT": lambda t, x: x.mT,
    "mH": lambda t, x: x.mH,
    "H": lambda t, x: x[0].H,
    "t": lambda t, x: t.t(x[0]),
    "T": lambda t, x: x[1].T,
    "t of a vector": lambda t, x: x[0, 0].t(),
    "unflatten": lambda t, x: x.unflatten(-1, (2, -1)),
    "unflatten by name": lambda t, x: t.unflatten(x, dim=0, sizes=(1, 2)),
    "unflatten the only": lambda t, x: x[0, 0].unflatten(0, [2, 2]),
    "movedim": lambda t, x: t.movedim(x, 0, 2),
    "movedims": lambda t, x: x.movedim((0, -1), (-2, 0)),
    "moveaxis": lambda t, x: t.moveaxis(x, (2, 0), (0, 1)),
    "movedim of a number": lambda t, x: x[0, 0, 0].movedim(0, 0),
    "contiguous": lambda t, x: x.contiguous(),
    "select": lambda t, x: t.select(x, 1, -1),
    "expand": lambda t, x: x.expand(5, 2, 3, 4),
    "select by name": lambda t, x: x.select(dim=-1, index=2),
    "narrow": lambda t, x: t.narrow(x, 1, 1, 2),
    "narrow from the end": lambda t, x: x.narrow(-1, -3, 2),
    "narrow from a Tensor": lambda t, x: x.narrow(2, t.tensor(1), 2),
    "narrow to nothing": lambda t, x: x.narrow(2, 4, 0),
    "split": lambda t, x: x.split(3, 2),
    "split evenly": lambda t, x: t.split(x, 2, dim=2),
    "split of one": lambda t, x: x.split(9),
    "split by sizes": lambda t, x: x.split([1, 3], dim=-1),
    "split with nothing": lambda t, x: x.split((0, 3), 1),
    "chunk": lambda t, x: t.chunk(x, 3, dim=-1),
    "chunk too often": lambda t, x: x.chunk(5, 1),
    "chunks": lambda t, x: x.chunk(2),
    "tensor_split": lambda t, x: x.tensor_split(3, dim=2),
    "tensor_split at": lambda t, x: t.tensor_split(x, (1, 2), 2),
    "tensor_split anywhere": lambda t, x: x.tensor_split([2, 1, 9, -1], -1),
    "tensor_split at a Tensor": lambda t, x: x.tensor_split(t.tensor([1]), 1),
    "tensor_split of nothing": lambda t, x: x[:0].tensor_split(2),
    "unbind": lambda t, x: t.unbind(x),
    "unbind of the last": lambda t, x: x.unbind(-1),
    "iteration": lambda t, x: tuple(x),
    "diagonal": lambda t, x: t.diagonal(x),
    "diagonal of others": lambda t, x: x.diagonal(offset=1, dim1=-1, dim2=-2),
    "expand_as": lambda t, x: x.expand_as(t.zeros(2, 2, 3, 4)),
    "expand by name": lambda t, x: x.expand(size=(1, 2, 3, -1)),
    "broadcast_to": lambda t, x: t.broadcast_to(x, (2, 2, 3, 4)),
    "broadcast_to as it is": lambda t, x: x.broadcast_to((2, -1, 4)),
    "broadcast_tensors": lambda t, x: t.broadcast_tensors(x[:1], x[:, :, :1], x[0, 0, 0]),
    "meshgrid": lambda t, x: t.meshgrid(x[0, 0], x[0, :, 0], indexing="ij"),
    "meshgrid of a list": lambda t, x: t.meshgrid([x[0, 0], x[0, :, 0], x[:, 0, 0], x[0, 0, 0]], indexing="ij"),
    "meshgrid, columns first": lambda t, x: t.meshgrid(x[0, 0], x[0, :, 0], x[:, 0, 0], indexing="xy"),
    "meshgrid of one": lambda t, x: t.meshgrid(x[0, 0], indexing="xy"),
}
COPIES = {
    "contiguous": lambda t, x: x.mT.contiguous(),
    "view of what is": lambda t, x: x.transpose(0, 1).contiguous().view(3, 8),
    "reshape": lambda t, x: x.mT.reshape(-1),
    "flip": lambda t, x: t.flip(x, dims=(0, -1)),
    "flip apart": lambda t, x: x.flip(0, 1),
    "flip a list": lambda t, x: x.flip([2]),
    "fliplr": lambda t, x: t.fliplr(x),
    "flipud": lambda t, x: x.flipud(),
    "roll": lambda t, x: t.roll(x, 1, 1),
    "roll by names": lambda t, x: x.roll(shifts=(1, -2), dims=(0, 2)),
    "tril": lambda t, x: t.tril(x, diagonal=-1),
    "triu": lambda t, x: x.triu(1),
    "diag of a vector": lambda t, x: x[0, 0].diag(-2),
    "diag of a matrix": lambda t, x: t.diag(x[0], diagonal=1),
    "diag_embed": lambda t, x: t.diag_embed(x, 1, 0, 2),
    "repeat": lambda t, x: x.repeat(2, 1, 1, 2),
    "repeat by name": lambda t, x: x.repeat(repeats=(1, 2, 1)),
    "tile": lambda t, x: t.tile(x, (2,)),
    "tile by name": lambda t, x: x.tile(dims=(3, 1, 1, 1)),
    "tile apart": lambda t, x: x.tile(2, 1),
    "repeat_interleave": lambda t, x: t.repeat_interleave(x, 2),
    "repeats along": lambda t, x: x.repeat_interleave(3, dim=1),
    "repeats each": lambda t, x: x.repeat_interleave(t.tensor([2, 0, 1]), 1),
    "no repeats": lambda t, x: x.repeat_interleave(0, 0),
    "repeats of a Tensor": lambda t, x: x.repeat_interleave(t.tensor(2), -1, output_size=8),
    "repeats of one": lambda t, x: x.repeat_interleave(t.tensor([2], dtype=t.int32), 0),
    "repeats of a number": lambda t, x: x[0, 0, 0].repeat_interleave(3),
    "repeats of a number along": lambda t, x: (
        x[0, 0, 0].repeat_interleave(3, 0) if t is tg else x[0, 0, 0].reshape(1).repeat(3)
    ),
    "concat": lambda t, x: t.concat((x, x), 1),
    "concatenate": lambda t, x: t.concatenate([x, x * 2], axis=2),
    "hstack": lambda t, x: t.hstack((x, x)),
    "hstack of vectors": lambda t, x: t.hstack([x[0, 0], x[0, :, 0], x[0, 0, 0]]),
    "vstack": lambda t, x: t.vstack((x, x)),
    "vstack of vectors": lambda t, x: t.vstack((x[0, 0], x[0], x[1, 1])),
    "vstack of numbers": lambda t, x: t.vstack((x[0, 0, 0], x[0, 0, 1])),
    "dstack": lambda t, x: t.dstack([x, x]),
    "dstack of vectors": lambda t, x: t.dstack((x[0, 0], x[0, 1])),
    "dstack of matrices": lambda t, x: t.dstack((x[0], x[1])),
    "dstack of numbers": lambda t, x: t.dstack((x[0, 0, 0], x[0, 0, 1])),
}
EITHER = {**VIEWS, **{f"{name}, copied": call for name, call in COPIES.items()}}


def parts(y):
    return y if isinstance(y, tuple) else (y,)


def compare_parts(call, x, about=""):
    """All parts of the result, and the gradient of each."""
    given = torch.tensor(x)
    for i in range(len(parts(call(torch, given)))):
        compare_written_once(lambda t, x, i=i: parts(call(t, x))[i], x, about=f"{about} part {i}")
    assert len(parts(call(tg, tg.tensor(x)))) == len(parts(call(torch, given)))
    assert type(call(tg, tg.tensor(x))) is tg.Tensor or isinstance(call(torch, given), tuple)


@pytest.mark.parametrize("name", EITHER)
def test_numbers_and_gradients(name):
    compare_parts(EITHER[name], np.random.default_rng(5).normal(size=(2, 3, 4)))


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "bool", "float32", "float16"])
@pytest.mark.parametrize("name", EITHER)
def test_dtypes(name, dtype):
    x = (np.arange(24) % 5).reshape(2, 3, 4).astype(dtype)
    for ours, theirs in zip(
        parts(EITHER[name](tg, tg.tensor(x))), parts(EITHER[name](torch, torch.tensor(x))), strict=True
    ):
        same(ours, theirs)


NEEDS_ORDER = ["view", "view by name", "view of a range", "view_as", "view of a slice", "contiguous", "reshape"]
NEEDS_ORDER += ["reshape_as", "reshape by name"]


@pytest.mark.parametrize("name", [name for name in EITHER if name not in NEEDS_ORDER])
def test_of_what_is_not_contiguous(name):
    x = np.random.default_rng(6).normal(size=(4, 3, 2))
    compare_parts(lambda t, x: EITHER[name](t, x.transpose(0, 2)), x)


@pytest.mark.parametrize("name", VIEWS)
def test_views(name):
    for t in (tg, torch):
        x = t.arange(24.0).reshape(2, 3, 4)
        for part in parts(VIEWS[name](t, x)):
            assert np.shares_memory(part.numpy(), x.numpy()) or part.numel() == 0


@pytest.mark.parametrize("name", COPIES)
def test_copies(name):
    for t in (tg, torch):
        x = t.arange(24.0).reshape(2, 3, 4)
        assert not np.shares_memory(COPIES[name](t, x).numpy(), x.numpy())


ONE_VIEW = [name for name in VIEWS if not isinstance(VIEWS[name](tg, tg.zeros(2, 3, 4)), tuple)]
STRETCHED = ["expand", "expand_as", "broadcast_to"]


@pytest.mark.parametrize("name", [name for name in ONE_VIEW if name not in STRETCHED])
def test_recorded_write_through_a_view(name):
    """The gradient of what the view is of, and of the view; several views of one call PyTorch does not let write."""

    def program(t, a):
        x = a * 2
        view = VIEWS[name](t, x)
        view[(0,) * view.ndim if view.numel() else ...] *= 3.0
        view *= view.detach() + 1
        return x.sum() + (x * x).sum() + view.sum()

    compare_written_once(program, np.random.default_rng(7).normal(size=(2, 3, 4)))


@pytest.mark.parametrize("name", STRETCHED)
def test_write_to_what_is_stretched(name):
    for t in (tg, torch):
        with pytest.raises(
            RuntimeError, match="more than one element of the written-to tensor refers to a single memory"
        ):
            VIEWS[name](t, t.zeros(2, 3, 4)).mul_(2)


def test_view_refuses_what_reshape_copies():
    """Wherever PyTorch does, over many strides and shapes."""
    rng = np.random.default_rng(8)
    sizes = [(24,), (2, 12), (3, 8), (6, 4), (2, 3, 4), (4, 3, 2), (1, 24, 1), (2, 2, 6), (12, 1, 2), (3, 2, 1, 4)]
    refused = 0
    for _ in range(300):
        shape = sizes[rng.integers(4, len(sizes))]
        order, size = rng.permutation(len(shape)).tolist(), sizes[rng.integers(len(sizes))]
        start, stretch = int(rng.integers(2)), rng.integers(4) == 0

        def call(t, shape=shape, order=order, size=size, start=start, stretch=stretch):
            x = t.arange(48).view(2, *shape)[start].permute(order)
            if stretch:
                x = x[:1].expand(24, *x.shape[1:]).flatten(1)[:, :1]
            return x.view(size)

        try:
            theirs = call(torch)
        except RuntimeError:
            refused += 1
            with pytest.raises(RuntimeError, match=r"view: view size .* use \.reshape\(\.\.\.\) instead"):
                call(tg)
        else:
            assert call(tg).tolist() == theirs.tolist()
    assert 50 < refused < 250


STRIDED = [
    lambda t, x: x,
    lambda t, x: x.permute(2, 0, 1),
    lambda t, x: x[:, 1:, ::2],
    lambda t, x: x[:, :, :1].expand(2, 3, 5),
    lambda t, x: x[0].half().H,
    lambda t, x: x[0, 0, 0],
    lambda t, x: t.zeros(()) + 1,
    lambda t, x: x > 3,
    lambda t, x: x.long(),
]


@pytest.mark.parametrize("make", STRIDED)
def test_how_it_lies_in_memory(make):
    ours, theirs = (make(t, t.arange(24.0).reshape(2, 3, 4)) for t in (tg, torch))
    assert ours.stride() == theirs.stride()
    for dim in range(-theirs.dim(), theirs.dim()):
        assert ours.stride(dim) == ours.stride(dim=dim) == theirs.stride(dim)
    assert (ours.itemsize, ours.nbytes, ours.is_cuda) == (theirs.itemsize, theirs.nbytes, theirs.is_cuda)
    for x in (ours, theirs):
        assert isinstance(error_of(lambda t, x=x: x.stride(3), x), IndexError)


def test_is_contiguous():
    for make in (
        lambda t: t.zeros(2, 3), lambda t: t.zeros(2, 3).T, lambda t: t.zeros(2, 3)[:, :2], lambda t: t.zeros(2, 3)[1:],
        lambda t: t.zeros(1, 3).T, lambda t: t.tensor(1.0), lambda t: t.zeros(0, 3).T,
        lambda t: t.zeros(3).expand(2, 3),
    ):  # fmt: skip
        assert make(tg).is_contiguous() is make(torch).is_contiguous()
    x = tg.zeros(2, 3)
    assert x.contiguous() is x
    assert x.T.contiguous().is_contiguous()


EMPTY = {
    "split": lambda t, x: x.split(2),
    "split of nothing": lambda t, x: x.split(0),
    "chunk": lambda t, x: x.chunk(3),
    "unbind": lambda t, x: x.unbind(),
    "unbind other": lambda t, x: x.unbind(1),
    "diagonal": lambda t, x: x.diagonal(),
    "roll": lambda t, x: x.roll(1, 0),
    "unflatten": lambda t, x: x.unflatten(1, (-1, 3)),
    "tile": lambda t, x: x.tile(2),
    "repeat_interleave": lambda t, x: x.repeat_interleave(2, 0),
    "flip": lambda t, x: x.flip(0),
    "view": lambda t, x: x.view(3, 0),
    "unflatten nothing": lambda t, x: x.unflatten(0, (0, 2)),
    "tril": lambda t, x: x.tril(),
    "vstack": lambda t, x: t.vstack((x, x)),
    "repeats each": lambda t, x: x.repeat_interleave(t.zeros(0, dtype=t.int64), 0),
    "mT": lambda t, x: x.mT,
    "meshgrid": lambda t, x: t.meshgrid(x[:, 0], x.flatten(), indexing="ij"),
    "movedim": lambda t, x: x.movedim(0, 1),
}


@pytest.mark.parametrize("name", EMPTY)
def test_of_no_elements(name):
    compare_parts(EMPTY[name], np.zeros((0, 3)))
