"""What the wide comparison finds and does not count as wrong, with the reasons.

MEANT is to stay, and a row that nothing needs any more fails.  OPEN is to be mended: take the row out with the fault.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from forms import Situation


@dataclass(frozen=True)
class Difference:
    """In the rows ``names``, where the words for what differs match ``found`` and ``where`` holds of the case."""

    names: str
    found: str
    reason: str
    where: Callable[[Situation], Any] = lambda case: True

    def covers(self, case: Situation, words: str) -> bool:
        return re.search(self.found, words, re.DOTALL) is not None and bool(self.where(case))


def empty(case: Situation) -> bool:
    return any(0 in shape for shape in case.shapes)


def lower(case: Situation) -> bool:
    return case.dtypes[0] != "float64"


MEANT = [
    Difference(
        "atan2",
        "^gradient 0",
        "PyTorch negates the uint8 itself, which wraps around",
        lambda case: "uint8" in case.dtypes,
    ),
    Difference("lerp", "a result against .*expected dtype", "operands are promoted, as everywhere else"),
    Difference(
        "setitem",
        "a result against .*dtypes match",
        "what is written is cast, whatever the index, as PyTorch does for slices",
    ),
    Difference(
        "setitem masked_fill",
        "a result against .*without overflow",
        "a number that does not fit wraps around, as a Tensor's does",
    ),
    Difference(
        "repeat_interleave",
        "a result against .*out of range",
        "0 and -1 name the dimension of a number, as elsewhere",
        lambda case: case.shapes[0] == (),
    ),
    Difference(
        "take_along_dim",
        "IndexError.*against (a result|.*ZeroDivision)",
        "PyTorch takes an index that is out of range modulo the size",
    ),
    Difference(
        "mv avg_pool2d batch_norm", "ShapeError.*against IndexError", "too few dimensions are a matter of the shape"
    ),
    Difference(
        "batch_norm",
        "ShapeError.*against a result",
        "a batch has two dimensions, even when it is empty",
        empty,
    ),
    Difference(
        "batch_norm",
        "running_mean and running_var must be.*against a result",
        "the arguments are checked before the numbers are counted",
        empty,
    ),
    Difference(
        "batch_norm group_norm multi_margin_loss softmax log_softmax Softmax LogSoftmax",
        "must be floating-point",
        "the dtype is checked before the shape, also where nothing is computed",
    ),
    Difference(
        "batch_norm group_norm layer_norm",
        "^gradient 0",
        "ill-conditioned: what nearly cancels differs in the last digits",
        lower,
    ),
    Difference("multi_margin_loss", "against", "of no rows, PyTorch shows memory that it did not write to", empty),
    Difference(
        "topk", "^\\[", "which of equal numbers come first is not said", lambda case: case.layouts[0] == "expanded"
    ),
    Difference(
        "logsumexp", "a result against .*broadcast shape", "no dimensions are all of them, as in every other reduction"
    ),
    Difference("pad", "a result against", "any number of dimensions is padded, also of nothing"),
    Difference(
        "histogram",
        "requires_grad False",
        "PyTorch's counts ask for a gradient that it cannot compute",
    ),
    Difference("setitem", "^gradient 1: .*against None", "what is written nowhere has the gradient 0, not none"),
    Difference(
        "histc", "^.*against", "the edges of float16 bins are rounded", lambda case: case.dtypes[0] == "float16"
    ),
]

OPEN: list[Difference] = [
    Difference(
        "add sub",
        "alpha|against float|int64 against",
        "alpha is not checked, and takes part in the promotion",
    ),
    Difference(
        "addcmul", "against float|against int|against uint8", "promotion with value= and with a 0-d third operand"
    ),
    Difference(
        "addmm",
        "NoneType|against int|against uint8|against bool|result type Long",
        "alpha and beta: dtype, gradient where beta is 0",
    ),
    Difference("pow", "two bools", "bool ** True"),
    Difference(
        "where",
        "TypeError.*against RuntimeError",
        "where(mask, number, x): the shapes' error is a TypeError about the number",
    ),
    Difference("mT", "IndexError", "mT of fewer than two dimensions"),
    Difference("flip", "a result against", "flip of a number: dims are not checked"),
    Difference("scatter scatter_add", "ValueError|IndexError", "an index with no elements"),
    Difference(
        "copy_ fill_ setitem",
        "ValueError|fill_ only|requires_grad True",
        "NumPy's own errors; integers that require a gradient",
    ),
    Difference("add_ sub_ mul_", "can't be cast.*against a result", "int64 goes into uint8 in place"),
    Difference("tensordot", "operands of one dtype", "a sum over a dimension of size 1 widens uint8 and bool"),
    Difference("argmax argmin", "a result against .*bool|IndexError.*bool", "of bools"),
    Difference("prod", "against (int32|uint8|bool)", "prod(dtype=) gives the wrong dtype"),
    Difference("all any amax amin", "no elements|name each dimension once", "of nothing: dims are checked late", empty),
    Difference(
        "norm linalg.norm", "elements is not defined", "of nothing: kinds of errors, orders 1 and 2 of a matrix", empty
    ),
    Difference("norm", "requires_grad False", "p = 0 is not recorded"),
    Difference("bincount", "requires_grad False", "weights that require a gradient"),
    Difference("histogram", "float64 against float16", "the density of nothing in float16", empty),
]
