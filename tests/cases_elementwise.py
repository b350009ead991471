"""The cases of arithmetic, rounding, exponentials, trigonometry and activations."""

import operator
from typing import Any

from cases import INF, NAN, NUMBERS, ONE, SHAPES, SIGNS, TWO, Case, Row, calls, options

UNIT, ABOVE_ONE, POSITIVE = (-0.9, 0.9), (1.2, 3.0), (0.5, 2.0)
BETWEEN = (0.6, 1.9)  # where, as it happens, no quotient of the cases is next to a whole number
THREE = calls(
    ((2, 3), (2, 3), (2, 3)), ((2, 3), (3,), ()), ((3,), (2, 1), (1, 3)), ((), (), ()), ((0, 3), (3,), ()),
    ((2, 3), (2, 3), 0.25), ((3,), (2, 1), 0.75), ((), (2,), 1.5), ((0,), (1,), 0.0),
)  # fmt: skip


def _trunc_divide(torch: Any, a: Any, b: Any) -> Any:
    return torch.div(a, b, rounding_mode="trunc")


def _of_tensors(torch: Any, *numbers: Any) -> Any:
    return [x if hasattr(x, "dtype") else torch.tensor(x) for x in numbers]


def _floor_divide(torch: Any, a: Any, b: Any) -> Any:
    """Not ``a // b``, which has no gradient in PyTorch."""
    return torch.div(*_of_tensors(torch, a, b), rounding_mode="floor")


def _remainder(torch: Any, a: Any, b: Any) -> Any:
    """Not ``2 % b``, which has none either."""
    return torch.remainder(*_of_tensors(torch, a, b))


def _step(*cases: Case) -> Row:
    """Of a function that is flat between its jumps."""
    return Row([*ONE, *cases], (-30.0, 30.0), analytic=False)


def _activation(name: str, *args: tuple[Any, ...], **more: Any) -> Row:
    cases = [case for shape in SHAPES for case in options(shape, *args, ())]
    return Row([*cases, *options((2, 3), (), **more)], (-4.0, 4.0), analytic=False, torch=f"nn.functional.{name}")


TABLE = {
    "sign": _step(),
    "floor": _step(),
    "ceil": _step(),
    "trunc": _step(),
    "round": _step(*(case for n in (0, 2, -1) for shape in ((2, 3), ()) for case in options(shape, (), decimals=n))),
    "frac": _step(),
    "floor_divide": Row(TWO + NUMBERS, BETWEEN, analytic=False, torch=_floor_divide, spelled=operator.floordiv),
    "trunc_divide": Row(TWO, BETWEEN, analytic=False, torch=_trunc_divide),
    "remainder": Row(TWO + NUMBERS, BETWEEN, analytic=False, torch=_remainder, spelled=operator.mod),
    "fmod": Row(TWO, BETWEEN, analytic=False),
    "reciprocal": Row(ONE, POSITIVE),
    "rsqrt": Row(ONE, POSITIVE),
    "lerp": Row(THREE, analytic=False),
    "nan_to_num": Row([*ONE, *options((2, 3), (1.0,), (1, 2, -3))], analytic=False),
    "exp2": Row(ONE),
    "expm1": Row(ONE),
    "log1p": Row(ONE, (-0.9, 2.0)),
    "log2": Row(ONE, POSITIVE),
    "log10": Row(ONE, POSITIVE),
    "logaddexp": Row(TWO, analytic=False),
    "erf": Row(ONE, analytic=False),
    "sin": Row(ONE, (-7.0, 7.0)),
    "cos": Row(ONE, (-7.0, 7.0)),
    "tan": Row(ONE, (-1.4, 1.4)),
    "asin": Row(ONE, UNIT),
    "acos": Row(ONE, UNIT),
    "atan": Row(ONE),
    "atan2": Row(TWO, analytic=False),
    "sinh": Row(ONE),
    "cosh": Row(ONE),
    "asinh": Row(ONE),
    "acosh": Row(ONE, ABOVE_ONE),
    "atanh": Row(ONE, UNIT),
    "gelu": _activation("gelu", approximate="tanh"),
    "silu": _activation("silu"),
    "elu": _activation("elu", (0.5,), (-2.0,), alpha=3.0),
    "leaky_relu": _activation("leaky_relu", (0.2,), (-1.0,), negative_slope=2.0),
    "softplus": _activation("softplus", (2,), (0.5, 1.0), (-1.0, 2), beta=3.0, threshold=4.0),
    "logsigmoid": _activation("logsigmoid"),
    "hardtanh": _activation("hardtanh", (-2, 0.5), (1.0, 1.0), min_val=0.0, max_val=3.0),
}

ENDS = [NAN, -INF, -100.0, -20.5, -1.0, -0.0, 0.0, 1.0, 3.0, 20.5, 100.0, INF]
HUGE = [*ENDS, 1e30, -1e30, 1e-30]
FINITE = [-1e30, -100.0, -20.5, -3.0, -0.0, 0.0, 1e-30, 3.0, 100.0, 1e30, NAN]  # PyTorch takes inf differently by dtype
HALVES = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, *ENDS]
DIVIDENDS = [7.0, -7.0, 7.0, -7.0, 6.0, -6.0, 0.0, -0.0, 5.0, -5.0, 5.0, -5.0, INF, NAN, 0.0, 1.0]
DIVISORS = [3.0, 3.0, -3.0, -3.0, 3.0, 3.0, 3.0, -3.0, INF, INF, 0.0, 0.0, 2.0, 1.0, 0.0, NAN]
PLANE = [(a, b) for a in (0.0, -0.0, 1.0, -1.0, INF, NAN) for b in (0.0, -0.0, 1.0, -1.0, 2.0)]
LOGARITHMS = [(a, b) for a in (INF, -INF, 0.0, 800.0, -800.0) for b in (INF, -INF, 0.0, 800.0, 1.0, NAN)]
KINKS = {
    **{name: calls((HUGE,)) for name in ("sign", "floor", "ceil", "trunc", "frac", "reciprocal", "rsqrt")},
    **{name: calls((HUGE,)) for name in ("exp2", "expm1", "log1p", "log2", "log10", "erf")},
    **{name: calls((ENDS,)) for name in ("sin", "cos", "tan", "sinh", "cosh", "asinh", "atanh", "asin")},
    **{name: calls((ENDS,)) for name in ("acos", "atan")},
    "acosh": calls(([NAN, 0.5, 1.0, 3.0, 100.0, INF],)),  # below -1, PyTorch has a derivative of nan
    "round": [*options(HALVES, (), decimals=0), *options([1.25, 1.35, -7.125, NAN, INF, -0.01], (), decimals=1)],
    **{name: calls((DIVIDENDS, DIVISORS)) for name in ("floor_divide", "trunc_divide", "remainder", "fmod")},
    "atan2": calls(tuple(map(list, zip(*PLANE, strict=True)))),
    "logaddexp": calls(tuple(map(list, zip(*LOGARITHMS, strict=True)))),
    "lerp": calls((SIGNS, [2.0, NAN, 1.0, INF], 1.0), (SIGNS, [2.0, NAN, 1.0, INF], [0.0, 0.5, 1.0, 2.0])),
    "nan_to_num": [*options(HUGE, (), (1.5,), (None, 2, -3)), *options(HUGE, (), posinf=INF, neginf=1e40)],
    "gelu": [*calls((FINITE,)), *options([x for x in FINITE if abs(x) <= 100], (), approximate="tanh")],
    "silu": calls((HUGE,)),
    "elu": options(HUGE, (), (-2.0,), (0.0,)),
    "leaky_relu": options(HUGE, (), (-1.0,), (0.0,)),
    "softplus": options(HUGE, (), (2.0, 2.0), (1.0, 50.0)),
    "logsigmoid": calls((HUGE,)),
    "hardtanh": options(HUGE[1:], (), (0.0, 20.5), (1.0, 1.0)),
}
