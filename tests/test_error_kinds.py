"""A walk of wrong calls: what fails in PyTorch fails here with its kind of error, in one sentence of our own."""

import traceback

import pytest
from against_torch import error_of, torch
from error_cases_layers import LAYERS_AND_TRAINING
from error_cases_numbers import ARITHMETIC
from error_cases_parts import PARTS_AND_GRADIENTS
from error_cases_tensors import CREATION_AND_SHAPES

import tensorgrad as tg

CALLS = [*ARITHMETIC, *CREATION_AND_SHAPES, *PARTS_AND_GRADIENTS, *LAYERS_AND_TRAINING]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("call", "beginning"), CALLS, ids=range(len(CALLS)))
def test_same_kind_of_error(call, beginning):
    theirs, ours = error_of(call, torch), error_of(call, tg)
    kind = RuntimeError if isinstance(theirs, RuntimeError) else type(theirs)  # not NotImplementedError, LinAlgError
    assert isinstance(ours, kind), f"{ours!r} against {theirs!r}"
    assert str(ours).startswith(beginning)
    assert "\n" not in str(ours)
    where = traceback.extract_tb(ours.__traceback__)[-1]
    assert "tensorgrad" in where.filename
    assert (where.line or "").startswith("raise"), "NumPy's, or Python's: nobody here meant to say that"
