"""A walk of wrong calls: what fails in PyTorch fails here with its kind of error, in one sentence of our own."""

import traceback

import pytest
from against_torch import error_of, torch
from error_cases_kinds import NUMPY_INTEGERS, WRONG_KINDS
from error_cases_layers import LAYERS_AND_TRAINING
from error_cases_numbers import ARITHMETIC
from error_cases_parts import PARTS_AND_GRADIENTS
from error_cases_tensors import CREATION_AND_SHAPES

import tensorgrad as tg

CALLS = [*ARITHMETIC, *CREATION_AND_SHAPES, *PARTS_AND_GRADIENTS, *LAYERS_AND_TRAINING, *WRONG_KINDS]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("call", "beginning"), CALLS, ids=range(len(CALLS)))
def test_same_kind_of_error(call, beginning):
    theirs, ours = error_of(call, torch), error_of(call, tg)
    kind = RuntimeError if isinstance(theirs, torch.linalg.LinAlgError) else type(theirs)
    assert isinstance(ours, kind), f"{ours!r} against {theirs!r}"
    assert str(ours).startswith(beginning)
    assert "\n" not in str(ours)
    where = traceback.extract_tb(ours.__traceback__)[-1]
    assert "tensorgrad" in where.filename
    assert (where.line or "").startswith("raise"), "NumPy's, or Python's: nobody here meant to say that"


@pytest.mark.parametrize("call", NUMPY_INTEGERS)
def test_integers_of_numpy_are_as_good_as_python_s(call):
    assert tuple(call(tg)) == tuple(call(torch))


def test_bits_with_a_number_that_does_not_fit_wrap_around():
    x = tg.tensor([1, 7], dtype=tg.uint8)
    assert ((x & -2).tolist(), (x | 300).tolist(), (x ^ -1).tolist()) == ([0, 6], [45, 47], [254, 248])


def test_positions_in_the_flattened_tensor_may_have_any_shape():
    def call(t):
        return t.take_along_dim(t.tensor([[1.0, 2.0], [3.0, 4.0]]), t.tensor([[0, 3]]))

    assert call(tg).tolist() == call(torch).tolist() == [1.0, 4.0]
