"""Calling one form in both libraries, and saying in words what differs."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from against_torch import of, torch
from forms import Form, Situation

import tensorgrad as tg

RELATIVE = {"float64": 1e-9, "float32": 4e-6, "float16": 4e-3}
ABSOLUTE = {"float64": 1e-12, "float32": 2e-6, "float16": 8e-3}  # times the largest number, or 1
LACKING = ("not implemented for", "Autograd not support dtype")  # what PyTorch says where it has no kernel for a dtype


def differences(form: Form) -> Iterator[tuple[Situation, str]]:
    """What differs in the cases of a form, in words; "" for a case that does not."""
    for situation in form.cases():
        arrays = situation.arrays()
        named = (*situation.dtypes, *(x.name for x in situation.option if isinstance(x, np.dtype)))
        coarsest = max(named, key=lambda name: RELATIVE.get(name, 0))
        yield situation, _difference(_outcome(tg, situation, arrays), _outcome(torch, situation, arrays), coarsest)


def _outcome(library: Any, situation: Situation, arrays: list[Any]) -> Any:
    """The results with the gradients of the inputs, or the error."""
    leaves = [library.tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
    option = of(library, situation.option, grad=False)
    try:
        y = situation.form.call(library, *situation.laid_out(library, leaves), *option)
    except Exception as error:
        return error
    return y, leaves


def _difference(own: Any, theirs: Any, coarsest: str) -> str:
    if isinstance(own, Exception) or isinstance(theirs, Exception):
        return _difference_of_errors(own, theirs)
    (y, own_leaves), (z, their_leaves) = own, theirs
    own_parts, their_parts = _parts(y), _parts(z)
    if len(own_parts) != len(their_parts):
        return f"{len(own_parts)} results against {len(their_parts)}"
    for a, b in zip(own_parts, their_parts, strict=True):
        found = _difference_of_values(a, b, coarsest)
        if found:
            return found
    own_tracked, their_tracked = _tracked(own_parts), _tracked(their_parts)
    if not their_tracked:
        return ""
    own = _gradients(tg, own_tracked, own_leaves)
    theirs = _gradients(torch, their_tracked, their_leaves)
    if isinstance(own, Exception) or isinstance(theirs, Exception):
        if isinstance(theirs, Exception):  # it has a result, and lacks the derivative, or fails in it
            return ""
        return f"backward: {own!r}"
    for i, (a, b) in enumerate(zip(own, theirs, strict=True)):
        found = _difference_of_values(a, b, coarsest)
        if found:
            return f"gradient {i}: {found}"
    return ""


def _parts(y: Any) -> list[Any]:
    return [part for x in y for part in _parts(x)] if isinstance(y, (tuple, list)) else [y]


def _tracked(parts: list[Any]) -> list[Any]:
    return [y for y in parts if getattr(y, "requires_grad", False)]


def _gradients(library: Any, results: list[Any], leaves: list[Any]) -> Any:
    wanted = [x for x in leaves if x.requires_grad]
    try:
        given = [library.tensor(_weights(tuple(y.shape))).to(y.dtype) for y in results]
        return library.autograd.grad(results, wanted, given, allow_unused=True)
    except Exception as error:
        return error


@cache
def _weights(shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(3).uniform(0.5, 2, shape)


def _difference_of_errors(own: Any, theirs: Any) -> str:
    if isinstance(theirs, Exception) and any(text in str(theirs) for text in LACKING):
        return ""
    if not isinstance(theirs, Exception):
        return f"{own!r} against a result"
    if not isinstance(own, Exception):
        return f"a result against {theirs!r}"
    kind = RuntimeError if isinstance(theirs, RuntimeError) else type(theirs)  # not NotImplementedError
    return "" if isinstance(own, kind) else f"{own!r} against {theirs!r}"


def _difference_of_values(own: Any, theirs: Any, coarsest: str) -> str:
    if not isinstance(theirs, torch.Tensor):
        return "" if type(own) is type(theirs) and own == theirs else f"{own!r} against {theirs!r}"
    if not isinstance(own, tg.Tensor):
        return f"a {type(own).__name__} against a Tensor"
    if tuple(own.shape) != tuple(theirs.shape):
        return f"shape {tuple(own.shape)} against {tuple(theirs.shape)}"
    dtype = str(theirs.dtype).removeprefix("torch.")
    if str(own.dtype) != str(theirs.dtype):
        return f"{own.dtype} against {theirs.dtype}"
    if own.requires_grad != theirs.requires_grad:
        return f"requires_grad {own.requires_grad} against {theirs.requires_grad}"
    a, b = own.detach().numpy(), theirs.detach().numpy()
    if np.array_equal(a, b, equal_nan=b.dtype.kind == "f") or (
        b.dtype.kind == "f" and _close(a, b, max(dtype, coarsest, key=lambda name: RELATIVE.get(name, 0)))
    ):
        return ""
    return f"{a.ravel()[:4].tolist()} against {b.ravel()[:4].tolist()}"


def _close(a: Any, b: Any, dtype: str) -> bool:
    finite = b[np.isfinite(b)].astype(float)
    largest = np.abs(finite).max(initial=1)
    return np.allclose(a.astype(float), b.astype(float), RELATIVE[dtype], ABSOLUTE[dtype] * largest, equal_nan=True)
