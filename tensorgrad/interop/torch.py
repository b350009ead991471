"""To PyTorch and from it: tensors that share their memory, modules that share their parameters."""

from __future__ import annotations

from typing import Any

from .. import nn
from ..creation import from_numpy
from ..random import get_rng_state, set_rng_state
from ..tensor import Tensor
from .translation import Translation


def installed() -> Any:
    """PyTorch, where it is installed.

    Raises:
        ImportError: where it is not; the message says how to install it.
    """
    try:
        import torch
    except ModuleNotFoundError:
        sentence = 'this needs PyTorch, which is not installed: pip install "tensorgrad-numpy[torch]"'
        raise ImportError(sentence, name="torch") from None
    return torch


def to_torch(x: Any) -> Any:
    """What x is in PyTorch: a tensor that shares its memory, or the same modules, which share their parameters.

    What is written to one is seen in the other: where one learns, both have.  A module crosses, with its settings, its
    mode and its ``requires_grad``, if torch.nn has one of its name; an ``MLP`` is a ``Sequential`` there.  An array
    that PyTorch cannot share, as it is read-only or steps backwards, is copied.

    Args:
        x: a Tensor that was made, not computed, or a Module.

    Returns:
        A torch.Tensor, torch.nn.Parameter or torch.nn.Module.

    Raises:
        ImportError: if PyTorch is not installed.
        TypeError: if x is something else, or a module that torch.nn lacks.
        ValueError: if a module has a setting that torch.nn's lacks.
        RuntimeError: if x was computed with a gradient, which could not flow back.

    >>> import pytest
    >>> torch = pytest.importorskip("torch")
    >>> import tensorgrad as tg
    >>> tg.interop.to_torch(tg.nn.MLP(2, [3, 1]))
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )
    """
    torch = installed()
    if isinstance(x, nn.Module):
        return Translation("to_torch", nn, torch.nn, _empty_there, to_torch)(x)
    _check("to_torch", x, Tensor, "a Tensor or Module of tensorgrad")
    array = x._array()
    if not array.flags.writeable or min(array.strides, default=0) < 0 or not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="), order="C")
    shared = torch.from_numpy(array)
    if isinstance(x, nn.Parameter):
        return torch.nn.Parameter(shared, x.requires_grad)
    return shared.requires_grad_(x.requires_grad)


def from_torch(x: Any) -> Any:
    """What x, of PyTorch, is here: a Tensor that shares its memory, or the same modules, which share their parameters.

    The way back from ``to_torch``, under the same conditions.

    Args:
        x: a torch.Tensor that was made, not computed, in the memory of the CPU, or a torch.nn.Module.

    Returns:
        A Tensor, Parameter or Module.

    Raises:
        ImportError: if PyTorch is not installed.
        TypeError: if x is something else, a module that tensorgrad.nn lacks, or a tensor that NumPy cannot share.
        ValueError: if a module has a setting that tensorgrad.nn's lacks.
        RuntimeError: if x was computed with a gradient, which could not flow back.

    >>> import pytest
    >>> torch = pytest.importorskip("torch")
    >>> import tensorgrad as tg
    >>> there = torch.zeros(2)
    >>> here = tg.interop.from_torch(there)
    >>> there += 1
    >>> here
    tensor([1., 1.])
    """
    torch = installed()
    if isinstance(x, torch.nn.Module):
        return Translation("from_torch", torch.nn, nn, _any_here, from_torch)(x)
    _check("from_torch", x, torch.Tensor, "a tensor or module of PyTorch")
    try:
        shared = from_numpy(x.detach().numpy())
    except (TypeError, RuntimeError):
        kind = f"{str(x.layout).removeprefix('torch.')} tensor of {x.dtype} on {x.device}"
        raise TypeError(f"from_torch: NumPy cannot share a {kind}; make it a dense one of float32 on the CPU") from None
    if isinstance(x, torch.nn.Parameter):
        return nn.Parameter(shared, x.requires_grad)
    return shared.requires_grad_(x.requires_grad)


def _check(name: str, x: Any, kind: Any, needs: str) -> None:
    if not isinstance(x, kind):
        raise TypeError(f"{name}: needs {needs}, but got {type(x).__name__}")
    if not x.is_leaf:
        raise RuntimeError(
            f"{name}: this tensor was computed, and a gradient cannot flow from one library to the other; detach() it"
        )


def _empty_there(kind: Any, settings: dict[str, Any]) -> Any:
    """A module of torch.nn without numbers: none are drawn for it."""
    with installed().device("meta"):
        return kind(**settings)


def _any_here(kind: Any, settings: dict[str, Any]) -> Any:
    """A module whose numbers do not matter: the generator is left as it was."""
    state = get_rng_state()
    try:
        return kind(**settings)
    finally:
        set_rng_state(state)
