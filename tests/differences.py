"""What the wide comparison finds and does not count as wrong, with the reasons.

MEANT is to stay, and a row that nothing needs any more fails.  OPEN is to be mended: take the row out with the fault.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, isinf
from typing import Any

import numpy as np
from forms import Situation


@dataclass(frozen=True)
class Difference:
    """In the rows ``names``, where the words for what differs match ``found`` and ``where`` holds of the case."""

    names: str
    found: str
    reason: str
    where: Callable[[Any], Any] = lambda case: True

    def covers(self, case: Any, words: str) -> bool:
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
        "histogram bincount",
        "requires_grad False",
        "PyTorch's counts ask for a gradient that it cannot compute",
    ),
    Difference(
        "setitem fill_",
        "requires_grad False",
        "integers have no gradient, also where PyTorch's fill_ gives them one",
        lambda case: "float" not in case.dtypes[0],
    ),
    Difference("setitem", "^gradient 1: .*against None", "what is written nowhere has the gradient 0, not none"),
    Difference("norm", "^gradient 0: .*against None", "the number of elements has the gradient 0, not none"),
    Difference("linalg.norm", "requires_grad True", "the norm of nothing is recorded like any other", empty),
    Difference(
        "amax amin",
        "name each dimension once",
        "a dimension named twice is refused before its size is looked at",
        empty,
    ),
    Difference("pow", "two bools", "True as an exponent is a mask of one, and masks have no powers"),
    Difference("addmm", "against .*result type Long", "a factor leaves a mask a mask", empty),
    Difference(
        "histc", "^.*against", "the edges of float16 bins are rounded", lambda case: case.dtypes[0] == "float16"
    ),
]

OPEN: list[Difference] = []


# Of tests/test_edges.py: inputs and gradients that are nan, infinite, or as small or large as a number can be.

EXTREMES = {float(np.finfo("f").max), float(np.finfo("f").smallest_subnormal)}


def extreme(case: Any) -> bool:
    return any(abs(x) in EXTREMES for x in case.x)


def no_number(case: Any) -> bool:
    return any(x != x for x in case.x)


AT_EDGES = [
    Difference(
        """relu hardtanh relu6 **0 clamp clamp_from_0 clamp_to_1 pow maximum minimum clamp_from clamp_to max_of_all
        min_of_all median_of_all std_0 std_1""",
        "^gradient",
        "an infinite gradient times a slope of 0 is nan; to choose, as PyTorch does, takes up to eight times as long",
        lambda case: not isfinite(case.g),
    ),
    Difference(
        "asinh reciprocal 0.0/ 2.0/ inf/ div gelu_tanh atan2 mse_loss",
        "against",
        "a product of three is computed in another order, and PyTorch's leaves the range of the dtype on its way",
        extreme,
    ),
    Difference(
        "**0.5 **-0.5 pow",
        "against",
        "of -inf and -0 a root and C's pow differ, and it is not said which of them is taken",
        lambda case: case.x[0] in (-inf, 0) and case.x[1:] in ((), (0.5,)),
    ),
    Difference("var_of_one", "^gradient", "what nan gives is nan", no_number),
    Difference(
        "binary_cross_entropy_with_logits",
        "against",
        "targets are shares, and logits numbers: where one is infinite, terms are grouped otherwise",
        lambda case: any(map(isinf, case.x)) or extreme(case) or not isfinite(case.g),
    ),
    Difference(
        "kl_div",
        "against",
        "target (log target - input) is one product, and PyTorch's the difference of two",
        lambda case: not 0 < case.x[1] < inf or isinf(case.x[0]) or extreme(case) or isinf(case.g),
    ),
    Difference(
        "prod cumprod prod_of_all",
        "^gradient",
        "the product of the others, whatever the element itself is; PyTorch divides by it",
        lambda case: not all(map(isfinite, case.x)) or not isfinite(case.g),
    ),
    Difference("amax amin aminmax", "^gradient", "a nan that was chosen gets the gradient, as in max", no_number),
    Difference("amax amin aminmax", "^gradient", "see relu", lambda case: not isfinite(case.g)),
    Difference(
        "multi_margin_loss",
        "against",
        "the loss of nan and of inf - inf is nan, and not 0",
        lambda case: not all(map(isfinite, case.x)),
    ),
    Difference("multi_margin_loss", "^gradient", "see relu", lambda case: not isfinite(case.g)),
]
