"""The wide comparison with PyTorch, which ``pytest -m slow`` runs: every row of the tables, in many forms.

Values, dtypes, shapes, gradients and the kinds of errors, over many shapes, dtypes, layouts in memory, dimensions and
options.  What differs and has no row in tests/differences.py fails, and so does a row there that nothing needs.
"""

import warnings

import numpy as np
import pytest
from against_torch import FLOATS, compare, of, torch
from differences import MEANT, OPEN
from form_tables import FORMS
from forms import PLAIN, Form
from op_cases import TABLE
from test_layer_modules import LAYERS, both
from test_loss_modules import MODULES as LOSSES
from test_loss_modules import REDUCTIONS, made
from wide import differences

import tensorgrad as tg

pytestmark = pytest.mark.slow
SHOWN = 10


@pytest.mark.parametrize("name", FORMS)
def test_form(name):
    meant, known = ([row for row in rows if name in row.names.split()] for rows in (MEANT, OPEN))
    needed, wrong = set(), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of poles, by NumPy; other tests look that nothing else warns
        for number, form in enumerate(FORMS[name]):
            for situation, words in differences(form):
                if words:
                    reasons = [row for row in (*meant, *known) if row.covers(situation, words)]
                    needed.update(reasons)
                    if not reasons:
                        wrong.append(f"form {number}, {situation}: {words}")
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:SHOWN])
    assert not set(meant) - needed, "these are no differences any more: take them out"


# The tables of operations, layers and losses, of inputs that lie in another order in memory


def transposed(x):
    order = tuple(range(x.ndim))[::-1]
    return x.permute(order).contiguous().permute(order)


def strided(x):
    return tg.stack([x, x], -1)[..., 0]


LAYOUTS = [transposed, strided]


def laid_out(call, layout):
    return lambda *xs, **more: call(*(layout(x) if isinstance(x, tg.Tensor) else x for x in xs), **more)


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", sorted({*TABLE} - {"view"}))  # which takes what is contiguous only
def test_operation(name, dtype, layout):
    row = TABLE[name]
    ours, theirs = laid_out(row.ours(name), layout), row.theirs(name, torch)
    for case in row.cases:
        compare(
            lambda *xs, case=case: ours(*xs, *case.args, **case.options),
            lambda *xs, case=case: theirs(*xs, *of(torch, case.args, grad=False), **case.options),
            case.draw(row.domain, np.dtype(dtype)),
            case,
        )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", sorted({*LAYERS} - {"Dropout", "Dropout, some"}))  # which draws in the order of memory
def test_layer(name, dtype, layout):
    own, theirs = both(name, dtype)
    inputs = [x.astype(dtype) if x.dtype.kind == "f" else x for x in LAYERS[name][1:]]
    for training in (True, True, False):
        own.train(training), theirs.train(training)
        compare(laid_out(own, layout), theirs, inputs, training)


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("name", "options", "inputs"), LOSSES)
def test_loss(name, options, inputs, reduction, layout):
    options = {**options, "reduction": reduction}
    compare(laid_out(made(tg, name, options), layout), made(torch, name, options), inputs, name)


# A test of the tests


WRONG = {
    "values": lambda t, x: x * (1 + 1e-8 * (t is tg)),
    "dtype": lambda t, x: x.float() if t is tg else x,
    "shape": lambda t, x: x.reshape(1, 3) if t is tg else x,
    "gradient": lambda t, x: x + (x.detach() - x if t is tg else 0) * 1e-8,
    "no gradient": lambda t, x: x.detach() if t is tg else x,
    "an error": lambda t, x: x.reshape(2 if t is tg else 3),
    "no error": lambda t, x: x.reshape(3 if t is tg else 2),
    "kind of error": lambda t, x: x.sum(1) if t is tg else x.reshape(2),
    "parts": lambda t, x: (x,) * (2 if t is tg else 1),
    "no Tensor": lambda t, x: 3 if t is tg else x.sum(),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_seen(name):
    ((_, words),) = differences(Form(WRONG[name], [((3,),)], [("float64",)], layouts=PLAIN))
    assert words
    ((_, words),) = differences(Form(lambda t, x: WRONG[name](torch, x), [((3,),)], [("float64",)], layouts=PLAIN))
    assert not words
