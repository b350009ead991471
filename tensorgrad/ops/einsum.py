"""Products of many dimensions: which go together and which are summed over, said with letters or by number.

Two operands at a time become two batches of matrices, and matmul does the work, forward and backward.
"""

from __future__ import annotations

import math
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np

from ..errors import ShapeError, tensors_only
from .shape import from_front

Label = int | str  # a dimension's letter; those that an ellipsis stands for are -1, -2, ... from the last


def einsum(equation: Any, *operands: Any) -> Any:
    """Sum of products: dimensions with the same letter go together, and those not kept are summed over.

    Args:
        equation: for each operand a letter per dimension, "..." for any number of dimensions that broadcast, apart by
            commas; then, after "->", the letters of the result.  Without an arrow these are the letters that occur
            once, in order.  A letter that one operand has twice takes its diagonal.  Or, without an equation, the first
            Tensor: then a list of numbers from 0 to 51 in place of letters, or Ellipsis, stands behind each, and may
            stand last for the result.
        operands: as many Tensors, apart or as one list; dimensions with one letter have one size, or 1.

    Returns:
        The Tensor whose dimensions the letters after the arrow name.

    Raises:
        ShapeError: if the equation says what cannot be, or does not fit the shapes.
        ValueError: if a number in place of a letter is none from 0 to 51.

    >>> import tensorgrad as tg
    >>> tg.einsum("ij,jk->ik", tg.ones(2, 3), tg.ones(3, 4)).shape
    torch.Size([2, 4])
    >>> tg.einsum(tg.ones(2, 3), [0, 1], tg.ones(3, 4), [1, 2], [0, 2]).shape
    torch.Size([2, 4])
    >>> tg.einsum("ii", tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    if hasattr(equation, "_data"):
        equation, operands = _of_numbers((equation, *operands))
    if len(operands) == 1 and isinstance(operands[0], (tuple, list)):
        operands = tuple(operands[0])
    if not isinstance(equation, str):
        raise TypeError(f"einsum: the equation must be a str, but got {equation!r}")
    tensors_only("einsum", *operands)
    left, arrow, right = equation.replace(" ", "").partition("->")
    given = left.split(",")
    if len(given) != len(operands):
        raise ShapeError(f"einsum: {equation!r} names {len(given)} operands, but got {len(operands)}")
    labels = [_labels(equation, letters, x.ndim) for letters, x in zip(given, operands, strict=True)]
    every = [label for one in labels for label in one]
    hidden = sorted({label for label in every if isinstance(label, int)})
    if arrow:
        ends = "..." in right
        wanted = _labels(equation, right, len(right) - 3 * ends + len(hidden) * ends)
    else:
        wanted = [*hidden, *sorted(label for label in set(every) if isinstance(label, str) and every.count(label) == 1)]
    for label in wanted:
        if wanted.count(label) > 1 or label not in every:
            wrong = "is not in any operand" if label not in every else "appears more than once"
            raise ShapeError(f"einsum: {label!r} of the result {wrong} in {equation!r}")
    return _contracted(f"einsum {equation!r}", list(zip(operands, labels, strict=True)), wanted)


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Sum of products over some dimensions of a and b.

    Args:
        a: any shape.
        b: any shape.
        dims: n, for the last n dimensions of a and the first n of b; or two lists, those of a and those of b.

    Returns:
        The dimensions of a that are left, then those of b.

    Raises:
        ShapeError: if the dimensions are not as many in both, or differ in size.

    >>> import tensorgrad as tg
    >>> tg.tensordot(tg.ones(2, 3, 4), tg.ones(3, 4, 5)).shape
    torch.Size([2, 5])
    """
    tensors_only("tensordot", a, b)
    if hasattr(dims, "__len__") and not hasattr(dims, "_data"):
        first, second = dims
    else:
        n = dims.__index__()
        if not 0 <= n <= min(a.ndim, b.ndim):
            raise ShapeError(f"tensordot: dims must be from 0 to {min(a.ndim, b.ndim)}, but got {n}")
        first, second = range(a.ndim - n, a.ndim), range(n)
    places = []
    for x, chosen in ((a, first), (b, second)):
        places.append([from_front("tensordot", d, x.ndim) for d in chosen])
    if len(places[0]) != len(places[1]) or any(len(set(p)) < len(p) for p in places):
        raise ShapeError(f"tensordot: dims must name as many dimensions of a as of b, each once, but got {dims}")
    labels_a: list[Label] = list(range(a.ndim))
    labels_b: list[Label] = [a.ndim + d for d in range(b.ndim)]
    for i, j in zip(*places, strict=True):
        labels_b[j] = i
        if a._data.shape[i] == 1 != b._data.shape[j]:
            b = b.sum(j, True, dtype=b._data.dtype)
        if b._data.shape[j] == 1 != a._data.shape[i]:
            a = a.sum(i, True, dtype=a._data.dtype)
    wanted = [label for label in (*labels_a, *labels_b) if (label in labels_a) != (label in labels_b)]
    return _contracted("tensordot", [(a, labels_a), (b, labels_b)], wanted)


def _of_numbers(args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The equation and the operands of (Tensor, numbers, Tensor, numbers, ..., numbers of the result)."""
    if len(args) == 1:
        raise ValueError("einsum: needs an equation and Tensors, or Tensors each with its list of numbers, but got one")
    pairs = len(args) // 2 * 2
    words = []
    for numbers in (*args[1:pairs:2], *args[pairs:]):
        if not isinstance(numbers, (tuple, list)):
            raise TypeError(f"einsum: a list of numbers is needed for each Tensor, but got a {type(numbers).__name__}")
        for n in numbers:
            if n is not ... and not (isinstance(n, int) and 0 <= n < 52):
                kind = ValueError if isinstance(n, int) else TypeError
                raise kind(f"einsum: a subscript must be from 0 to 51, or Ellipsis, but got {n!r} in {numbers}")
        words.append("".join("..." if n is ... else (ascii_uppercase + ascii_lowercase)[n] for n in numbers))
    left, right = words[: pairs // 2], words[pairs // 2 :]
    return "->".join([",".join(left), *right]), args[:pairs:2]


def _labels(equation: str, letters: str, ndim: int) -> list[Label]:
    """A label for each dimension."""
    before, dots, after = letters.partition("...")
    named = before + after
    if not all(letter.isascii() and letter.isalpha() for letter in named):
        raise ShapeError(f"einsum: {equation!r} may have letters, commas, one '->' and one '...' an operand only")
    hidden = ndim - len(named)
    if hidden < 0 or (hidden and not dots):
        raise ShapeError(f"einsum: {letters!r} in {equation!r} has {len(named)} letters for {ndim} dimensions")
    return [*before, *range(-hidden, 0), *after]


def _contracted(name: str, operands: list[tuple[Any, list[Label]]], wanted: list[Label]) -> Any:
    """The product of all operands, each with a label for every dimension, summed over the labels not wanted."""
    sizes: dict[Label, int] = {}
    terms = []
    for x, labels in (_distinct(name, *operand) for operand in operands):
        for label, size in zip(labels, x._data.shape, strict=True):
            if size != 1 and sizes.setdefault(label, size) != size:
                raise ShapeError(f"{name}: dimensions that go together have sizes {sizes[label]} and {size}")
        terms.append((x, labels))
    for i, (x, labels) in enumerate(terms):  # a size of 1 that others stretch is left out: the product does the rest
        gone = tuple(d for d, label in enumerate(labels) if x._data.shape[d] == 1 and label in sizes)
        terms[i] = x.squeeze(gone) if gone else x, [label for d, label in enumerate(labels) if d not in gone]
    y, labels = terms[0]
    for i, (x, others) in enumerate(terms[1:], 2):
        later = {label for _, more in terms[i:] for label in more} | set(wanted)
        y, labels = _product(*_summed(y, labels, later | set(others)), *_summed(x, others, later | set(labels)), later)
    y, labels = _summed(y, labels, set(wanted))
    return y.permute([labels.index(label) for label in wanted])


def _distinct(name: str, x: Any, labels: list[Label]) -> tuple[Any, list[Label]]:
    """The diagonal where a label is repeated."""
    for label in dict.fromkeys(labels):
        while labels.count(label) > 1:
            i = labels.index(label)
            j = labels.index(label, i + 1)
            if x._data.shape[i] != x._data.shape[j]:
                raise ShapeError(
                    f"{name}: {label!r}, twice in one operand, has sizes {x._data.shape[i]} and {x._data.shape[j]}"
                )
            both = np.arange(x._data.shape[i])
            rest = [d for d in range(x.ndim) if d not in (i, j)]
            x, labels = x.permute(i, j, *rest)[both, both], [label, *(labels[d] for d in rest)]
    return x, labels


def _summed(x: Any, labels: list[Label], needed: set[Label]) -> tuple[Any, list[Label]]:
    """Without the dimensions that nobody needs any more."""
    gone = tuple(d for d, label in enumerate(labels) if label not in needed)
    return (x.sum(gone), [label for label in labels if label in needed]) if gone else (x, labels)


def _product(
    a: Any, labels_a: list[Label], b: Any, labels_b: list[Label], later: set[Label]
) -> tuple[Any, list[Label]]:
    """The product of two operands, summed over the labels of both that are not needed later."""
    shared = [label for label in labels_a if label in labels_b]
    batch, summed = [label for label in shared if label in later], [label for label in shared if label not in later]
    rows = [label for label in labels_a if label not in shared]
    columns = [label for label in labels_b if label not in shared]
    a = a.permute([labels_a.index(label) for label in (*batch, *rows, *summed)])
    b = b.permute([labels_b.index(label) for label in (*batch, *summed, *columns)])
    many, n = a._data.shape[: len(batch)], len(batch) + len(rows)
    shape_a, shape_b = a._data.shape[len(batch) : n], b._data.shape[len(batch) + len(summed) :]
    if summed:
        inner = math.prod(a._data.shape[n:])
        y = a.reshape(*many, math.prod(shape_a), inner) @ b.reshape(*many, inner, math.prod(shape_b))
    else:
        y = a.reshape(*many, math.prod(shape_a), 1) * b.reshape(*many, 1, math.prod(shape_b))
    return y.reshape((*many, *shape_a, *shape_b)), [*batch, *rows, *columns]
