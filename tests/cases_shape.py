"""The table of cases of ops/shape.py's view, ops/parts.py, ops/arrange.py and ops/gather.py."""

from typing import Any

import numpy as np
from cases import Case, Row, options

array = np.array
FOUR = (2, 3, 4)
TRIANGLES = [c for x in ((3, 3), (2, 4), (4, 2), (2, 3, 3), (0, 3)) for c in options(x, (), (1,), (-1,), (5,), (-5,))]
EMPTY = np.zeros((0, 2), int)
COLUMNS = array([[0, 2], [1, 1]])  # along dimension 1 of (2, 3)
MASKS = [((2, 3), array([[True, False, True], [False, False, True]])), ((2, 3), array([True, False, True])),
         ((3,), array([[True], [False]])), ((), array(True)), ((2, 1), array([True, False])), ((0, 3), array([True])),
         ((), array([False, True]))]  # fmt: skip


def _window(src: Any, index: Any) -> Any:
    """The part of src that has index's shape: without it, PyTorch has no gradient for src."""
    return src[tuple(slice(n) for n in index.shape)] if hasattr(src, "shape") else src


def _scatter(torch: Any, x: Any, src: Any, dim: int, index: Any) -> Any:
    return x.scatter(dim, index, _window(src, index))


def _index_add(torch: Any, x: Any, source: Any, dim: int, index: Any, alpha: float) -> Any:
    return x.index_add(dim, index, source, alpha=alpha)


TABLE = {
    "view": Row(
        [
            *options((2, 3), ((3, 2),), ((-1,),), ((6, -1),), (1, 2, 3)),
            *options((), ((1, 1),), ((-1,),)),
            *options((1,), ((),)),
            *options((0, 3), ((3, 0),), ((-1, 3),)),
        ],
        torch=lambda torch, x, *size: x.view(*size),
    ),
    "diagonal": Row(
        [
            *options((3, 4), (), (1,), (-2,), (3,), (9,), (0, 1, 0)),
            *options(FOUR, (), (1, 1, 2), (-1, -1, 0)),
            *options((0, 3), ()),
            *options((1, 1), (0, -2, -1)),
        ]
    ),
    "flip": Row(
        [
            *options(FOUR, ((0,),), ((-1, 0),), ((),), ((0, 1, 2),)),
            *options((), ((0,),), ((),)),
            *options((0, 3), ((1,),)),
        ],
    ),
    "roll": Row(
        [
            *options(FOUR, (1,), (-5,), (1, 0), (-2, -1), (7, 1), ((1, 2), (0, 1)), ((1, 1), (0, 0))),
            *options((), (1,)),
            *options((0, 3), (1,), (1, 1)),
            *options((3,), (4, 0), (0,)),
        ]
    ),
    "tril": Row(TRIANGLES),
    "triu": Row(TRIANGLES),
    "diag_embed": Row(
        [
            *options((3,), (), (1,), (-2,), (0, 1, 0)),
            *options((2, 3), (), (1, 0, 2), (-1, -1, -3)),
            *options((0,), (), (1,)),
        ]
    ),
    "repeat": Row(
        [
            *options((2, 3), ((2, 1),), ((2, 3),), ((2, 1, 2),), ((1, 1),), ((0, 2),)),
            *options((), ((3,),), ((),), ((2, 2),)),
            *options((1, 3), ((4, 2, 1, 1),)),
            *options((0, 3), ((2, 2),)),
        ],
        torch=lambda torch, x, repeats: x.repeat(repeats),
    ),
    "index_select": Row(
        [
            *options((2, 3), (1, array([2, 0, 2])), (0, array([1])), (-1, array(1)), (1, array([], int))),
            *options(FOUR, (1, array([1, 1, 0]))),
            *options((), (0, array([0])), (-1, array(0))),
            *options((0, 3), (1, array([2, 2], np.int32))),
        ]
    ),
    "gather": Row(
        [
            *options(
                (2, 3), (1, COLUMNS), (1, array([[2, 2, 2, 0]])), (0, array([[1, 0, 1]])), (-2, array([[1], [1]]))
            ),
            *options((2, 3), (0, EMPTY), (1, array([[2]], np.int32))),
            *options(FOUR, (1, array([[[2], [2]], [[0], [1]]]))),
            *options((), (0, array(0)), (0, array([0, 0]))),
            *options((3,), (0, array(2)), (0, array([1, 1]))),
        ]
    ),
    "scatter": Row(
        [
            Case(inputs, args)
            for inputs, args in (
                (((2, 3), (2, 2)), (1, COLUMNS[:, ::-1] + [[0, 0], [0, -1]])),
                (((2, 3), 2.5), (1, COLUMNS)),
                (((2, 3), (2, 3)), (0, array([[1, 0]]))),
                (((3,), ()), (0, array(1))),
                (((), (1,)), (0, array([0]))),
                (((), ()), (-1, array(0))),
                (((0, 3), (0, 2)), (1, EMPTY)),
                (((3, 2), (3, 2)), (-2, array([[2, 0], [0, 1]]))),
            )
        ],
        torch=_scatter,
    ),
    "scatter_add": Row(
        [
            Case(inputs, args)
            for inputs, args in (
                (((2, 3), (2, 2)), (1, COLUMNS)),
                (((2, 3), (2, 3)), (0, array([[1, 0]]))),
                (((3,), (5,)), (0, array([1, 1, 2]))),
                (((), (2,)), (0, array([0, 0]))),
                (((2, 3), (4, 4)), (1, EMPTY)),
                (((3, 2), (3, 2)), (-2, array([[2, 0]] * 3))),
            )
        ],
        torch=lambda torch, x, src, dim, index: x.scatter_add(dim, index, _window(src, index)),
    ),
    "index_add": Row(
        [
            Case(inputs, args)
            for inputs, args in (
                (((2, 3), (2, 3)), (0, array([0, 0]), 1)),
                (((2, 3), (2, 4)), (1, array([2, 0, 2, 2]), -1.5)),
                (((2, 3), (1, 3)), (0, array(1), 2)),
                (((), ()), (0, array([0]), 1)),
                (((3, 2), (0, 2)), (-2, array([], int), 1)),
            )
        ],
        torch=_index_add,
    ),
    "masked_fill": Row(
        [*(Case((x, value), (mask,)) for x, mask in MASKS for value in ((), 2, -0.5))],
        torch=lambda torch, x, value, mask: x.masked_fill(mask, value),
    ),
}
