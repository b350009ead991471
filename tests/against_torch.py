"""Comparing one computation in tensorgrad and PyTorch: results, dtypes, shapes, gradients, kinds of errors.

What imports this is skipped where PyTorch is not installed.
"""

from typing import Any

import numpy as np
import pytest

import tensorgrad as tg

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

FLOATS = ["float32", "float64"]
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}


def of(library: Any, x: Any, grad: bool = True) -> Any:
    """Raw data as a library takes it: arrays are Tensors there, and floating-point ones want a gradient."""
    if isinstance(x, tuple):
        return tuple(of(library, part, grad) for part in x)
    if isinstance(x, (np.ndarray, np.floating)):
        return library.tensor(x, requires_grad=grad and x.dtype.kind == "f")
    return getattr(library, x.name) if isinstance(x, np.dtype) else x


def in_library(library: Any, index: Any) -> Any:
    """An index with the library's Tensors for arrays."""
    if isinstance(index, tuple):
        return tuple(in_library(library, part) for part in index)
    return library.tensor(index) if isinstance(index, np.ndarray) else index


def same(ours: Any, theirs: Any, about: Any = "") -> None:
    """Assert that two Tensors have the same shape, dtype and numbers; or that both are None."""
    assert (ours is None) == (theirs is None), about
    if ours is not None:
        dtype = str(theirs.dtype).removeprefix("torch.")
        assert (repr(ours.shape), repr(ours.dtype)) == (repr(theirs.shape), repr(theirs.dtype)), about
        tolerance = TOLERANCE.get(dtype, 0)
        expected = theirs.detach().numpy()
        np.testing.assert_allclose(ours.detach().numpy(), expected, tolerance, tolerance, err_msg=str(about))


def compare(ours: Any, theirs: Any, inputs: Any, about: Any = "") -> None:
    """The result of a function in either library, and the gradients of its inputs."""
    a, b = of(tg, tuple(inputs)), of(torch, tuple(inputs))
    y, z = ours(*a), theirs(*b)
    same(y, z, about)
    assert y.requires_grad == z.requires_grad, about
    if z.requires_grad:
        g = np.random.default_rng(3).uniform(0.5, 2, tuple(z.shape)).astype(y.dtype)
        y.backward(tg.tensor(g))
        z.backward(torch.tensor(g))
        for p, q in zip(a, b, strict=True):
            if isinstance(p, tg.Tensor):
                same(p.grad, q.grad, f"gradient, {about}")


def compare_written_once(function: Any, *inputs: Any, about: Any = "") -> None:
    """The same, of ``function(library, *inputs)``."""
    compare(lambda *a: function(tg, *a), lambda *b: function(torch, *b), inputs, about)


def error_of(function: Any, library: Any) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which one it is, is what the caller compares
        function(library)
    return caught.value


def _result_or_error(call: Any) -> Any:
    try:
        return call(torch)
    except Exception as error:
        return error


def same_outcome(call: Any, about: Any = "") -> None:
    """``call(library)`` gives the same Tensor, or tuple of Tensors, in both; or PyTorch's kind of error in both."""
    theirs = _result_or_error(call)
    if isinstance(theirs, Exception):
        ours = error_of(call, tg)
        kind = RuntimeError if isinstance(theirs, torch.linalg.LinAlgError) else type(theirs)
        assert isinstance(ours, kind), f"{about}: {ours!r} against {theirs!r}"
        return
    ours = call(tg)
    pairs = zip(ours, theirs, strict=True) if isinstance(ours, tuple) else [(ours, theirs)]
    for a, b in pairs:
        same(a, b, about)
