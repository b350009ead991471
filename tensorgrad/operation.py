"""Operations: what calling one does besides computing.

``op`` makes an operation of a rule, which knows arrays alone.  The call takes the arrays out of the Tensors, applies
the rule, and makes a Tensor of the result, with a node if a gradient is wanted of an input.  That is done in Python
for every operation of a program, so there is a form of it for each kind of rule, with nothing in it that the kind
does not need.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

from .engine import Rule, result
from .errors import explained
from .grad_mode import is_grad_enabled
from .keywords import from_numpy_words, placed

if TYPE_CHECKING:  # for readers of types only: no import cycle
    from .tensor import Tensor

P = ParamSpec("P")
OPS: dict[str, Callable[..., Tensor]] = {}  # every differentiable operation: the gradient tests walk over it
NUMBERS = frozenset((float, int))


def op(rule: Callable[P, Rule], /, **settings: Any) -> Callable[P, Tensor]:
    """Make a differentiable operation of a rule.

    ``rule(a, b, ..., /, options) -> (result, vjp_a, vjp_b, ...)`` computes with raw data: what stands before the slash
    is differentiable.  A rule is a pure function, and its vjps capture no more than they need.  ``settings`` are
    ``cast``, which gives inputs whose dtypes differ, or may be integers, the dtypes to compute with; ``needs``, which
    says what shapes fit; ``view``, True if the result may share the input's memory; ``large``, which makes of the rule
    one for large inputs; and a ``name`` not the rule's.
    By keyword the first input is ``input``, the second of two ``other``; of three, they have the rule's words.
    """
    code = rule.__code__
    inputs = code.co_posonlyargcount
    wrap: Any
    if inputs < code.co_argcount or code.co_kwonlyargcount or code.co_flags & 0x04:  # options, or *args
        wrap = _with_options if inputs == 1 else _general
    else:
        forms = {1: _unary, 2: _binary, 3: _general if "cast" in settings else _ternary}
        wrap = forms.get(inputs, _general)
    large = settings.pop("large", lambda rule: rule)
    settings = {"name": rule.__name__.strip("_"), **settings}
    call: Any = functools.update_wrapper(wrap(large(rule), inputs, **settings), rule)
    OPS[settings["name"]], call.settings, call.large = call, settings, large
    return call  # type: ignore[no-any-return]  # update_wrapper forgets the type


def _unary(rule: Any, inputs: int, name: str, cast: Any = None, needs: str = "") -> Any:
    def call(input: Any) -> Any:
        try:
            data, node = input._data, input._node
            if node is None or not is_grad_enabled():
                return result(input._kind, rule(*cast(data) if cast else (data,))[0])
            data, vjp = rule(data)
            return result(input._kind, data, (node, vjp, None), name)
        except (AttributeError, TypeError) as error:
            raise explained(error, name, needs, (input,)) from None

    return call


def _with_options(rule: Any, inputs: int, name: str, cast: Any = None, needs: str = "", view: bool = False) -> Any:
    def call(input: Any, *rest: Any, **options: Any) -> Any:
        try:
            if options:
                from_numpy_words(options)
            data, node = input._array() if view else input._data, input._node  # only an array can be shared
            if node is None or not is_grad_enabled():
                out = result(input._kind, rule(*cast(data) if cast else (data,), *rest, **options)[0])
            else:
                given = data
                data, vjp = rule(given, *rest, **options)
                if cast and data.dtype is not given.dtype:  # softmax(0, dtype=...)
                    vjp = input._fitted(vjp, given)
                out = result(input._kind, data, (node, vjp, None), name)
            return input._shared_with(out) if view else out
        except (AttributeError, TypeError, ValueError, IndexError) as error:
            raise explained(error, name, needs, (input,)) from None

    return call


def _binary(rule: Any, inputs: int, name: str, cast: Any, needs: str = "") -> Any:
    def call(input: Any, other: Any) -> Any:
        try:
            a, node_a = input._data, input._node
            if number := type(other) in NUMBERS:  # it stays one, so that float32 stays float32
                if node_a is None or not is_grad_enabled():
                    return result(input._kind, rule(*cast(a, other))[0])
                data, vjp_a, _ = rule(a, other)
                return result(input._kind, data, (node_a, vjp_a, None), name)
            b, node_b = other._data, other._node
            if node_a is node_b is None or not is_grad_enabled():
                return result(input._kind, rule(*cast(a, b))[0])
            if a.dtype is b.dtype and a.shape == b.shape:
                data, vjp_a, vjp_b = rule(a, b)
            else:
                data, vjp_a, vjp_b = rule(*cast(a, b))
                vjp_a, vjp_b = input._fitted(vjp_a, a), input._fitted(vjp_b, b)
            edge = (node_b, vjp_b, None) if node_b else None
            return result(input._kind, data, (node_a, vjp_a, edge) if node_a else edge, name)
        except (AttributeError, TypeError, ValueError) as error:
            if hasattr(input, "_data") and not hasattr(other, "_data") and not number:
                operand = input._operand(other)  # a NumPy number or array, or what may know what to do with the input
                if operand is not NotImplemented or rule.__name__.startswith("__"):
                    return operand if operand is NotImplemented else call(input, operand)
            raise explained(error, name, needs, (input, other)) from None

    return call


def reflected(call: Any) -> Any:
    """``__rsub__`` of ``__sub__``: the same rule with its two inputs exchanged."""

    def swapped(a: Any, b: Any, /) -> Rule:
        data, vjp_b, vjp_a = call.__wrapped__(b, a)
        return data, vjp_a, vjp_b

    return _binary(call.large(functools.update_wrapper(swapped, call)), 2, **call.settings)


def _ternary(rule: Any, inputs: int, name: str, needs: str = "") -> Any:
    def call(input: Any, weight: Any, bias: Any = None) -> Any:
        try:
            node, node_w = input._node, weight._node
            b, node_b = (None, None) if bias is None else (bias._data, bias._node)
            data, vjp, vjp_w, vjp_b = rule(input._data, weight._data, b)
            if not is_grad_enabled():
                return result(input._kind, data)
            edge: Any = (node_b, vjp_b, None) if node_b else None
            edge = (node_w, vjp_w, edge) if node_w else edge
            return result(input._kind, data, (node, vjp, edge) if node else edge, name)
        except (AttributeError, TypeError, ValueError) as error:
            raise explained(error, name, needs, (input, weight, bias)) from None

    return call


def _general(rule: Any, inputs: int, name: str, cast: Any = None, needs: str = "") -> Any:
    def call(*args: Any, **options: Any) -> Any:
        if options:
            args = placed(rule, inputs, args, options)
        tensors, rest = (args[:inputs], args[inputs:]) if inputs else (args, ())  # def cat(*xs, dim): all are inputs
        try:
            given = [getattr(x, "_data", x) for x in tensors]
            data, *vjps = rule(*(cast(*given) if cast else given), *rest, **options)
            first = tensors[0] if hasattr(tensors[0], "_kind") else tensors[-1]
            nodes: Any = [getattr(x, "_node", None) for x in tensors] if is_grad_enabled() else ()
            vjps = [*map(first._fitted, vjps, given)] if cast else vjps
            edge: Any = None
            for node, vjp in zip(nodes[::-1], vjps[len(nodes) - 1 :: -1], strict=False):
                edge = (node, vjp, edge) if node else edge
            return result(first._kind, data, edge, name)
        except (AttributeError, TypeError, ValueError, IndexError) as error:
            raise explained(error, name, needs, tensors) from None

    return call
