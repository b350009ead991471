"""The forms of arithmetic, comparisons, exponentials, trigonometry, activations and choices between two Tensors."""

import operator
from typing import Any

from forms import ALL, DTYPES, PAIRS, Form, each, mixed
from test_activation_modules import MODULES as ACTIVATION_MODULES

FEW = [((),), ((2, 3),), ((0, 3),)]
INF = float("inf")
NUMBERS = [(2,), (-3,), (0,), (2.5,), (True,), (INF,), (300,)]
NOT_0 = [(2,), (-3,), (2.4,), (True,)]
TRIPLES = [
    ((2, 3), (2, 3), (2, 3)), ((), (), ()), ((2, 3), (3,), ()), ((3,), (2, 1), (1, 3)), ((0, 3), (3,), ()),
    ((2, 1, 3), (4, 1), (3,)), ((2, 3), (2, 3), (2,)), ((), (2, 3), (2, 3)),
]  # fmt: skip
POSITIVE, UNIT, ABOVE_ONE = (0.3, 3.0), (-0.95, 0.95), (1.05, 3.0)


def unary(name: str, domain: Any = (-4.0, 4.0), **more: Any) -> list[Form]:
    """The function of every shape, and the method of a few."""
    return [
        Form(lambda t, x: getattr(t, name)(x), ALL, each(*DTYPES), domain=domain, **more),
        Form(lambda t, x: getattr(x, name)(), FEW, each(*DTYPES), domain=domain, **more),
    ]


def binary(
    name: str, symbol: Any = None, domain: Any = (-2.0, 2.0), whole: Any = (-4, 4), numbers: Any = NUMBERS
) -> list[Form]:
    """The function and the operator of two Tensors, and both of a Tensor and a number."""
    written = {"domain": domain, "whole": whole}
    forms = [
        Form(lambda t, x, y: getattr(t, name)(x, y), PAIRS, mixed(2), **written),
        Form(lambda t, x, n: getattr(t, name)(x, n), FEW, each(*DTYPES), numbers, **written),
    ]
    forms.append(Form(lambda t, x, y: getattr(x, name)(y), PAIRS[:3], mixed(2), **written, layouts=("plain",)))
    if symbol:
        forms += [
            Form(lambda t, x, y: symbol(x, y), PAIRS[:6], mixed(2), **written, layouts=("plain",)),
            Form(lambda t, x, n: symbol(x, n), FEW, each(*DTYPES), numbers, **written),
            Form(lambda t, x, n: symbol(n, x), FEW, each(*DTYPES), numbers, **written),
        ]
    return forms


def activation(name: str, *options: tuple[Any, ...], domain: Any = (-6.0, 6.0)) -> list[Form]:
    return [
        Form(lambda t, x, *o: getattr(t.nn.functional, name)(x, *o), ALL, each(*DTYPES), [(), *options], domain),
    ]


FORMS: dict[str, list[Form]] = {
    "add": [
        *binary("add", operator.add),
        Form(lambda t, x, y, a: t.add(x, y, alpha=a), PAIRS[:6], mixed(2), [(2,), (0.5,), (True,)], layouts=("plain",)),
    ],
    "sub": [
        *binary("sub", operator.sub),
        Form(lambda t, x, y, a: x.sub(y, alpha=a), PAIRS[:6], mixed(2), [(2,), (0.5,), (True,)], layouts=("plain",)),
    ],
    "mul": binary("mul", operator.mul),
    "div": [
        *binary("div", operator.truediv, POSITIVE, (1, 5)),
        Form(
            lambda t, x, y, mode: t.div(x, y, rounding_mode=mode),
            PAIRS,
            mixed(2),
            [("floor",), ("trunc",), (None,)],
            POSITIVE,
            (1, 5),
            ("plain", "strided"),
        ),
    ],
    "floor_divide": binary("floor_divide", operator.floordiv, (0.6, 1.9), ((1, 9), (1, 4)), NOT_0),
    "remainder": binary("remainder", operator.mod, (0.6, 1.9), ((1, 9), (1, 4)), NOT_0),
    "pow": binary("pow", operator.pow, POSITIVE, ((1, 4), (0, 3)), [(2,), (0,), (2.5,), (True,)]),
    "neg": [*unary("neg"), Form(lambda t, x: -x, FEW, each(*DTYPES))],
    "reciprocal": unary("reciprocal", POSITIVE),
    "square": unary("square"),
    "sqrt": unary("sqrt", POSITIVE),
    "rsqrt": unary("rsqrt", POSITIVE),
    "abs": [*unary("abs"), Form(lambda t, x: abs(x), FEW, each(*DTYPES))],
    "sign": unary("sign"),
    "floor": unary("floor"),
    "ceil": unary("ceil"),
    "round": [
        *unary("round"),
        Form(lambda t, x, n: t.round(x, decimals=n), ALL, each(*DTYPES), [(0,), (1,), (2,), (-1,)], (-30.0, 30.0)),
    ],
    "trunc": unary("trunc"),
    "clamp": [
        Form(
            lambda t, x, *limits: t.clamp(x, *limits),
            ALL,
            each(*DTYPES),
            [(0, 1), (None, 0.5), (0,), (2, 1), (0.5, 2), (None, None), (0.25, None)],
        ),
        Form(lambda t, x, low, high: x.clamp(low, high), TRIPLES, mixed(3, ("float64", "float32", "int64", "uint8"))),
        Form(lambda t, x, low: t.clamp(x, max=low), PAIRS, mixed(2)),
    ],
    "lerp": [
        Form(lambda t, *xs: t.lerp(*xs), TRIPLES, mixed(3, ("float64", "float32", "int64"))),
        Form(lambda t, x, y, n: x.lerp(y, n), PAIRS, mixed(2, ("float64", "float32", "float16", "int64")), NUMBERS[:5]),
    ],
    "addcmul": [
        Form(lambda t, *xs: t.addcmul(*xs), TRIPLES, mixed(3, ("float64", "float32", "int64", "bool"))),
        Form(
            lambda t, x, y, z, n: x.addcmul(y, z, value=n),
            TRIPLES,
            mixed(3, ("float64", "float32", "int64", "uint8")),
            [(2,), (0.5,)],
            layouts=("plain", "strided"),
        ),
    ],
    **{
        name: [
            *binary(name, symbol, (-1.5, 1.5), (-1, 2), [(2,), (0,), (1.5,), (True,), (INF,)]),
            Form(lambda t, x, symbol=symbol: symbol(x, x), ALL, each(*DTYPES)),
        ]
        for name, symbol in (
            ("eq", operator.eq),
            ("ne", operator.ne),
            ("lt", operator.lt),
            ("le", operator.le),
            ("gt", operator.gt),
            ("ge", operator.ge),
        )
    },
    "isclose": [Form(lambda t, x, y, *o: t.isclose(x, y, *o), PAIRS, mixed(2), [(), (0.5, 0.5), (0.0, 0.0, True)])],
    "allclose": [Form(lambda t, x, y, *o: t.allclose(x, y, *o), PAIRS, mixed(2), [(), (0.5, 5.0)])],
    "equal": [
        Form(lambda t, x, y: t.equal(x, y), PAIRS, mixed(2)),
        Form(lambda t, x: x.equal(x * 1), ALL, each(*DTYPES)),
    ],
    "isnan": unary("isnan"),
    "isinf": unary("isinf"),
    "isfinite": unary("isfinite"),
    "logical_and": [Form(lambda t, x, y: t.logical_and(x, y), PAIRS, mixed(2), whole=(0, 1))],
    "logical_or": [Form(lambda t, x, y: x.logical_or(y), PAIRS, mixed(2), whole=(0, 1))],
    "logical_not": unary("logical_not", whole=(0, 1)),
    "where": [
        Form(lambda t, c, x, y: t.where(c, x, y), TRIPLES, [("bool", a, b) for a, b in mixed(2)]),
        Form(lambda t, c, x, n: t.where(c, x, n), PAIRS, [("bool", a) for a in DTYPES], NUMBERS[:5]),
        Form(lambda t, c, x, n: t.where(c, n, x), PAIRS, [("bool", a) for a in DTYPES], NUMBERS[:5]),
        Form(lambda t, c: t.where(c), ALL, each(*DTYPES), whole=(0, 1)),
        Form(lambda t, x, c, y: x.where(c, y), TRIPLES, [(a, "bool", b) for a, b in mixed(2)]),
    ],
    **{
        name: unary(name, (-3.0, 3.0))
        for name in ("exp", "expm1", "erf", "sin", "cos", "sinh", "cosh", "asinh", "atan")
    },
    **{name: unary(name, POSITIVE) for name in ("log", "log2", "log10")},
    "log1p": unary("log1p", (-0.9, 3.0)),
    "logaddexp": [binary("logaddexp")[0], binary("logaddexp")[2]],
    "tan": unary("tan", (-1.4, 1.4)),
    **{name: unary(name, UNIT) for name in ("asin", "acos", "atanh")},
    "acosh": unary("acosh", ABOVE_ONE),
    "atan2": [binary("atan2")[0], binary("atan2")[2]],
    "relu": [*unary("relu"), *activation("relu")],
    "sigmoid": [*unary("sigmoid"), *activation("sigmoid")],
    "tanh": [*unary("tanh"), *activation("tanh")],
    "gelu": [
        *activation("gelu"),
        Form(lambda t, x: t.nn.functional.gelu(x, approximate="tanh"), ALL, each(*DTYPES), domain=(-6.0, 6.0)),
    ],
    "silu": activation("silu"),
    "elu": activation("elu", (0.5,), (-2.0,), (2,)),
    "leaky_relu": activation("leaky_relu", (0.2,), (-1.0,), (2,)),
    "softplus": activation("softplus", (2,), (0.5, 1.0), (3.0, 4)),
    "logsigmoid": activation("logsigmoid"),
    "hardtanh": activation("hardtanh", (-2, 0.5), (0, 2), (1, 1)),
    "maximum": [binary("maximum")[0], binary("maximum")[2]],
    "minimum": [binary("minimum")[0], binary("minimum")[2]],
}

FORMS |= {
    name: [
        Form(lambda t, x, *given, name=name: getattr(t.nn, name)(*given)(x), ALL, each(*DTYPES), options, (-6.0, 6.0))
    ]
    for name, options in ACTIVATION_MODULES.items()
}
