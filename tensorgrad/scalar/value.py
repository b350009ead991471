"""Value: a number that remembers how it was computed, and from that its gradient.

The formulas are micrograd's, to the last rounding: a - b is a + (-b), -a is a * -1, and a / b is a * b ** -1.  Where
Python's floats would raise, the results are those of IEEE arithmetic, inf and nan.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from numbers import Integral, Real
from typing import Any

from ..print_options import options

NOT_YET = float("0")  # the gradient before any backward(): a zero that ``is`` no other
new = object.__new__


class Value:
    """A number with a gradient.

    Args:
        data: the number.
        _children: the Values that it was computed from, for an operation made by hand.
        _op: what computed it.
        label: what to call it in a picture.

    Attributes:
        grad: d(result)/d(self) after ``result.backward()``.
        _prev: the set of Values it was computed from.
        _backward: the function that adds its gradient's shares to those of ``_prev``; it may be called and assigned.

    Source: the interface is that of micrograd.

    >>> from tensorgrad.scalar import Value
    >>> a, b = Value(2.0), Value(-3.0)
    >>> L = a * b + 10
    >>> L.backward()
    >>> a.grad, b.grad
    (-3.0, 2.0)
    """

    # The operands have a slot each: tuples of them would double what Python's garbage collector has to trace.
    __slots__ = ("__weakref__", "_first", "_op", "_rule", "_second", "data", "grad", "label")
    __array_priority__ = -1  # above that of NumPy's numbers, which leave ``number * value`` to Value
    data: Any
    grad: Any
    label: str
    _op: Any
    _rule: Callable[[Any], object] | None  # None in a leaf
    _first: Any
    _second: Any  # of more than two inputs, a Value without an _op that stands for the rest

    def __init__(self, data: Any, _children: tuple[Value, ...] = (), _op: Any = "", label: str = "") -> None:
        self.data, self.grad, self.label, self._op = _number(data), NOT_YET, label, _op
        children = list(_children)
        while len(children) > 2:
            last = children.pop()
            children[-1] = _result(0, None, _nothing, children[-1], last)
        self._first, self._second, *_ = *children, None, None
        self._rule = _nothing if children else None

    def __repr__(self) -> str:
        """The number, and its gradient unless ``set_printoptions(grad=False)``."""
        return f"Value(data={self.data}, grad={self.grad})" if options.grad else f"Value(data={self.data})"

    @property
    def _inputs(self) -> tuple[Value, ...]:
        inputs, rest = [self._first], self._second
        while rest is not None and rest._op is None:
            inputs.append(rest._first)
            rest = rest._second
        return tuple(value for value in (*inputs, rest) if value is not None)

    @property
    def _prev(self) -> set[Value]:
        return set(self._inputs)

    @property
    def _backward(self) -> Callable[[], object]:
        return partial(self._rule or _nothing, self)

    @_backward.setter
    def _backward(self, function: Callable[[], object]) -> None:
        self._rule = lambda _: function()

    def backward(self) -> None:
        """Compute the gradient of this Value with respect to every Value that it was computed from.

        Leaves add it to the gradient they have; computed Values replace theirs.  The graph is kept.
        """
        if self._rule is None:
            self.grad += 1.0
            return
        order = _zeroed(self)
        self.grad = 1.0
        for value in reversed(order):
            value._rule(value)  # type: ignore[misc]  # not None: leaves are not in the order

    def __reduce_ex__(self, protocol: Any) -> Any:
        """For copy and pickle."""
        if self._rule is not None:
            raise RuntimeError(
                f"only Values made of a number (leaves) can be copied or pickled, but this one was computed "
                f"({self._op}) and has a graph behind it; make a new one of its number with Value(v.data)"
            )
        return super().__reduce_ex__(2)  # the lowest that knows slots

    def __add__(self, other: Value | float) -> Value:
        """Sum.   y = a + b,   dy/da = dy/db = 1."""
        if not isinstance(other, Value):
            other = Value(other)
        return _result(self.data + other.data, "+", _add, self, other)

    def __mul__(self, other: Value | float) -> Value:
        """Product.   y = a b,   dy/da = b,   dy/db = a."""
        if not isinstance(other, Value):
            other = Value(other)
        return _result(self.data * other.data, "*", _mul, self, other)

    def __pow__(self, other: Value | float) -> Value:
        """Power.   y = a ** b,   dy/da = b a ** (b - 1),   dy/db = y log a.   A plain number b is no node."""
        if isinstance(other, Value):
            return _result(_power(self.data, other.data), "**", _pow, self, other)
        other = _number(other)
        return _result(_power(self.data, other), f"**{other}", partial(_to_the, other), self)

    def __neg__(self) -> Value:
        """Negative: a * -1."""
        return self * -1

    def __sub__(self, other: Value | float) -> Value:
        """Difference: a + (-b)."""
        return self + -(other if isinstance(other, Value) else _number(other))

    def __truediv__(self, other: Value | float) -> Value:
        """Quotient: a * b ** -1."""
        return self * (other**-1 if isinstance(other, Value) else _power(_number(other), -1))

    def __radd__(self, other: Value | float) -> Value:
        """Number + a: a + number."""
        return self + other

    def __rmul__(self, other: Value | float) -> Value:
        """Number * a: a * number."""
        return self * other

    def __rsub__(self, other: Value | float) -> Value:
        """Number - a: (-a) + number."""
        return other + (-self)

    def __rtruediv__(self, other: Value | float) -> Value:
        """Number / a: a ** -1 * number."""
        return other * self**-1

    def __rpow__(self, other: Value | float) -> Value:
        """Number ** a."""
        return Value(other) ** self

    def exp(self) -> Value:
        """Exponential.   y = e ** x,   dy/dx = y.

        >>> from tensorgrad.scalar import Value
        >>> Value(1.0).exp().data
        2.718281828459045
        """
        return _result(_exp(self.data), "exp", _exponential, self)

    def log(self) -> Value:
        """Natural logarithm.   y = log x,   dy/dx = 1 / x.

        >>> from tensorgrad.scalar import Value
        >>> Value(10.0).log().data
        2.302585092994046
        """
        return _result(_log(self.data), "log", _logarithm, self)

    def tanh(self) -> Value:
        """Hyperbolic tangent.   y = (e ** 2x - 1) / (e ** 2x + 1),   dy/dx = 1 - y ** 2.

        >>> from tensorgrad.scalar import Value
        >>> Value(0.8813735870195432).tanh().data
        0.7071067811865476
        """
        e = _exp(2 * self.data)
        return _result(1.0 if e == math.inf else (e - 1) / (e + 1), "tanh", _tanh, self)

    def sigmoid(self) -> Value:
        """Logistic function.   y = 1 / (1 + e ** -x),   dy/dx = y (1 - y).

        >>> from tensorgrad.scalar import Value
        >>> Value(2.0).sigmoid().data
        0.8807970779778823
        """
        return _result(1 / (1 + _exp(-self.data)), "sigmoid", _sigmoid, self)

    def relu(self) -> Value:
        """Rectified linear unit.   y = x where x > 0, else 0;   dy/dx = 1 where y > 0, else 0.

        >>> from tensorgrad.scalar import Value
        >>> Value(-2.0).relu().data
        0
        """
        return _result(0 if self.data < 0 else self.data, "ReLU", _relu, self)

    def abs(self) -> Value:
        """Absolute value.   y = |x|,   dy/dx = 1 where x > 0, -1 where x < 0, 0 at 0.

        >>> from tensorgrad.scalar import Value
        >>> abs(Value(-2.0)).data
        2.0
        """
        return _result(math.fabs(self.data), "abs", _abs, self)

    __abs__ = abs


def _zeroed(root: Value) -> list[Value]:
    """Every computed Value that root depends on, and root, with zeroed gradients: depth first, first input first.

    Inputs come before results: it is a topological order.  A list of the Values between root and here, in place of
    recursion, leaves the depth unlimited.
    """
    order: list[Value] = []
    path: list[Value] = []
    value, zero = root, float("0")  # a zero that ``is`` no other: it shows who was seen
    while True:
        value.grad = zero
        first, second = value._first, value._second
        if first is not None and first._rule is not None and first.grad is not zero:
            path.append(value)
            value = first
        elif second is not None and second._rule is not None and second.grad is not zero:
            path.append(value)
            value = second
        else:
            order.append(value)
            if not path:
                return order
            value = path.pop()


def _result(data: Any, op: Any, rule: Callable[[Any], object], first: Value, second: Value | None = None) -> Value:
    out: Value = new(Value)
    out.data = data
    out.grad = NOT_YET
    out.label = ""
    out._op = op
    out._rule = rule
    out._first = first
    out._second = second
    return out


def _number(x: Any) -> Any:
    """A Python int or float, also for NumPy's numbers."""
    if type(x) in (float, int):
        return x
    if type(x).__name__ == "bool":  # NumPy's is no Real
        return int(x)
    if not isinstance(x, Real):
        raise TypeError(f"Value: needs a single number (of an array or Tensor, its .item()), but got {x!r}")
    return int(x) if isinstance(x, Integral) else float(x)


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf if x > 0 else 0.0


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def _power(a: Any, b: Any) -> Any:
    try:
        y = a**b
    except (OverflowError, ZeroDivisionError):
        if a < 0 and b % 1:
            return math.nan
        return -math.inf if math.copysign(1, a) < 0 and b % 2 == 1 else math.inf
    return math.nan if isinstance(y, complex) else y


# The rules: each adds the shares of its result's gradient to the gradients of its inputs.


def _nothing(out: Value) -> None:
    pass


def _add(out: Value) -> None:
    out._first.grad += out.grad
    out._second.grad += out.grad


def _mul(out: Value) -> None:
    a, b, g = out._first, out._second, out.grad
    a.grad += b.data * g
    b.grad += a.data * g


def _pow(out: Value) -> None:
    a, b = out._first, out._second
    _to_the(b.data, out)
    limit = a.data == 0 and b.data >= 0
    b.grad += 0.0 if limit else out.data * _log(a.data) * out.grad


def _to_the(b: Any, out: Value) -> None:
    a = out._first
    a.grad += (b * _power(a.data, b - 1) if b else 0.0) * out.grad


def _exponential(out: Value) -> None:
    out._first.grad += out.data * out.grad


def _logarithm(out: Value) -> None:
    out._first.grad += _power(out._first.data, -1) * out.grad


def _tanh(out: Value) -> None:
    out._first.grad += (1 - out.data**2) * out.grad


def _sigmoid(out: Value) -> None:
    out._first.grad += out.data * (1 - out.data) * out.grad


def _relu(out: Value) -> None:
    out._first.grad += (out.data > 0) * out.grad


def _abs(out: Value) -> None:
    x = out._first.data
    out._first.grad += ((x > 0) - (x < 0)) * out.grad
