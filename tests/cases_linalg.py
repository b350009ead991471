"""Cases of linear algebra: what is computed of square matrices, and singular values."""

from typing import Any

from cases import Row, calls

SQUARE = [[0.5, 2.0, -1.0], [3.0, 1.0, 0.25], [-2.0, 1.5, 1.0]]
OTHER = [[2.0, 0.5, 0.0], [0.0, -1.0, 1.0], [1.0, 1.0, 3.0]]
SINGULAR = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]]
POSITIVE = [[4.0, 1.0, -1.0], [1.0, 3.0, 0.5], [-1.0, 0.5, 2.0]]
DIAGONAL = [[3.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 1.0]]
REGULAR = calls(
    (SQUARE,), ([SQUARE, OTHER],), ([[SQUARE], [OTHER]],), ([[2.0]],), ((0, 0),), ((2, 0, 0),), ((0, 2, 2),)
)


def _logabsdet(torch: Any, x: Any) -> Any:
    return torch.linalg.slogdet(x)[1]


TABLE = {
    "inv": Row(REGULAR, torch="linalg.inv"),
    "det": Row([*REGULAR, *calls((SINGULAR,), ([SINGULAR, OTHER],))], torch="linalg.det"),
    "slogdet": Row(REGULAR, analytic=False, torch=_logabsdet),
    "cholesky": Row(
        calls((POSITIVE,), ([POSITIVE, DIAGONAL],), ([[2.0]],), ((0, 0),)), analytic=False, torch="linalg.cholesky"
    ),
    "solve": Row(
        [
            *calls((SQUARE, (3, 2)), (SQUARE, (2, 3, 1)), ([SQUARE, OTHER], (3, 2)), ([SQUARE, OTHER], (1, 3, 1))),
            *calls(([[SQUARE], [OTHER]], (4, 3, 2)), (SQUARE, (3, 0)), ((0, 0), (0, 2))),
        ],
        torch="linalg.solve",
    ),
    "svdvals": Row(
        calls((SQUARE,), ((2, 3),), ((3, 2),), ((2, 4, 3),), ((1, 1),)), analytic=False, torch="linalg.svdvals"
    ),
}
