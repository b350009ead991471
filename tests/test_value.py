"""Value: the lecture's numbers, its graph, and what micrograd gets wrong."""

import copy
import math
import pickle
import random

import numpy as np
import pytest

import tensorgrad as tg
from benchmarks import scalar
from tensorgrad.scalar import MLP, Layer, Module, Neuron, Value
from tests.expectations import refused

UNARY = {
    "exp": (lambda x: x.exp(), math.exp), "log": (lambda x: x.log(), math.log), "sqrt": (lambda x: x**0.5, math.sqrt),
    "tanh": (lambda x: x.tanh(), math.tanh), "sigmoid": (lambda x: x.sigmoid(), lambda x: 1 / (1 + math.exp(-x))),
    "relu": (lambda x: x.relu(), lambda x: max(x, 0)), "abs": (abs, abs), "neg": (lambda x: -x, lambda x: -x),
    "cube": (lambda x: x**3, lambda x: x**3), "2 **": (lambda x: 2**x, lambda x: 2**x),
    "3 /": (lambda x: 3 / x, lambda x: 3 / x), "3 -": (lambda x: 3 - x, lambda x: 3 - x),
}  # fmt: skip
BINARY = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}  # fmt: skip


def slope(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("x", [0.3, 1.7])
def test_unary_operations(name, x):
    operation, f = UNARY[name]
    value = Value(x)
    out = operation(value)
    out.backward()
    assert out.data == pytest.approx(f(x), rel=1e-14)
    assert value.grad == pytest.approx(slope(f, x), rel=1e-8)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("kind", ["values", "number on the left", "number on the right"])
def test_binary_operations(name, kind):
    f, a, b = BINARY[name], Value(1.3), Value(-0.7)
    out = {
        "values": lambda: f(a, b),
        "number on the left": lambda: f(1.3, b),
        "number on the right": lambda: f(a, -0.7),
    }[kind]()
    out.backward()
    assert out.data == pytest.approx(f(1.3, -0.7), rel=1e-14)
    if kind != "number on the left":
        assert a.grad == pytest.approx(slope(lambda x: f(x, -0.7), 1.3), rel=1e-8)
    if kind != "number on the right":
        assert b.grad == pytest.approx(slope(lambda x: f(1.3, x), -0.7), rel=1e-8)


@pytest.mark.parametrize(
    "number", [np.float64(1.5), np.float32(1.5), np.longdouble(1.5), np.int64(3), np.uint8(3), np.bool_(True), True]
)
@pytest.mark.parametrize("name", BINARY)
def test_numpy_numbers_stand_for_themselves(name, number):
    f = BINARY[name]
    plain = (int if isinstance(number, (bool, np.bool_, np.integer)) else float)(number)
    for out, wanted in ((f(number, Value(2.0)), f(plain, 2.0)), (f(Value(2.0), number), f(2.0, plain))):
        assert type(out) is Value
        assert type(out.data) in (int, float)
        assert out.data == pytest.approx(wanted, rel=1e-15)


def test_an_array_of_numbers_makes_an_array_of_values():
    out = np.array([1.0, 2.0]) * Value(3)
    assert [v.data for v in out] == [3, 6]


@pytest.mark.parametrize(
    ("compute", "data", "gradient"),
    [
        (lambda x: x.tanh(), {1000.0: 1.0, -1000.0: -1.0, math.inf: 1.0}, {1000.0: 0.0, -1000.0: 0.0}),
        (lambda x: x.sigmoid(), {1000.0: 1.0, -1000.0: 0.0}, {1000.0: 0.0, -1000.0: 0.0}),
        (lambda x: x.exp(), {1000.0: math.inf, -1000.0: 0.0, -(10**400): 0.0}, {-1000.0: 0.0}),
        (lambda x: x.log(), {0.0: -math.inf}, {0.0: math.inf}),
        (lambda x: 1 / x, {0.0: math.inf}, {0.0: -math.inf}),
        (lambda x: x**2, {1e200: math.inf}, {1e200: 2e200}),
        (lambda x: x**3, {-1e200: -math.inf}, {}),
        (lambda x: x**0, {0.0: 1.0, 5.0: 1.0}, {0.0: 0.0, 5.0: 0.0}),
        (lambda x: x**0.5, {0.0: 0.0}, {0.0: math.inf}),
        (lambda x: 0.0**x, {2.0: 0.0}, {2.0: 0.0}),
        (lambda x: x.relu(), {0.0: 0.0}, {0.0: 0.0}),
        (abs, {0.0: 0.0}, {0.0: 0.0, -2.0: -1.0}),
    ],
)
def test_hard_points(compute, data, gradient):
    for x, wanted in data.items():
        assert compute(Value(x)).data == wanted
    for x, wanted in gradient.items():
        value = Value(x)
        compute(value).backward()
        assert value.grad == wanted


def test_no_real_result_is_nan():
    assert math.isnan(Value(-1.0).log().data)
    assert math.isnan((Value(-8.0) ** (1 / 3)).data)
    assert math.isnan((Value(-1e308) ** 1.5).data)


def test_hard_points_agree_with_torch(torch):
    for f in (lambda x: 1 / x, lambda x: x**0, lambda x: x.log(), lambda x: 0.0**x, lambda x: x**-3):
        for x in (0.0, -0.0, 1.0, 1e200):
            value, theirs = Value(x), torch.tensor(x, dtype=torch.float64, requires_grad=True)
            ours, out = f(value), f(theirs)
            ours.backward()
            out.backward()
            assert (ours.data, value.grad) == pytest.approx((out.item(), theirs.grad.item()), rel=1e-14, nan_ok=True)


def test_tanh_has_the_digits_of_the_formula():
    numbers = random.Random(0)
    for _ in range(1000):
        x = numbers.uniform(-300, 300) ** numbers.choice([1, -1])
        assert Value(x).tanh().data == (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)


def test_leaves_accumulate_and_inner_gradients_are_the_latest():
    a = Value(2.0)
    b = a * a
    (3 * b).backward()
    assert (a.grad, b.grad) == (12, 3)
    (b * b).backward()
    assert (a.grad, b.grad) == (44, 8)
    b.backward()
    b.backward()
    assert (a.grad, b.grad) == (52, 1)
    a.backward()
    assert a.grad == 53


def test_a_value_used_by_many():
    a = Value(-2.0)
    b = Value(3.0)
    ((a * b) * (a + b)).backward()
    assert (a.grad, b.grad) == (-3, -8)


def test_backward_by_hand():
    x = Value(0.8813735870195432)
    o = x.tanh()
    p = o + o
    p.grad = 1.0
    p._backward()
    o._backward()
    x._backward()  # of a leaf: nothing
    assert (o.grad, x.grad) == (2.0, 2 * (1 - o.data**2))


def test_operations_made_by_hand():
    """As in the lecture: children, an operation's name, and a function assigned afterwards."""

    def largest(*values):
        out = Value(max(v.data for v in values), values, "max")

        def _backward():
            for v in values:
                v.grad += (v.data == out.data) * out.grad

        out._backward = _backward
        return out

    values = [Value(float(i)) for i in range(5)]
    for n in range(1, 6):
        a = values[n - 1] * 2
        out = largest(*values[: n - 1], a) * 3
        (node,) = (v for v in out._prev if v._op == "max")
        assert node._prev == {*values[: n - 1], a}
        out.backward()
        assert (a.grad, values[n - 1].grad) == (3, 6)


def test_any_number_of_children_in_any_collection():
    values = [Value(1.0) for _ in range(5000)]
    total = Value(5000.0, (v for v in values), "sum")
    total._backward = lambda: [setattr(v, "grad", v.grad + total.grad) for v in values]
    (total * 2).backward()
    assert total._inputs == tuple(values)
    assert {v.grad for v in values} == {2}
    assert Value(1.0, set(values[:2]))._prev == set(values[:2])


def test_backward_assigned_to_a_leaf_is_called():
    a, seen = Value(2.0), []
    a._backward = lambda: seen.append(a.grad)
    (a * 3).backward()
    assert seen == [3]


def test_without_a_rule_nothing_is_passed_on():
    a = Value(2.0)
    out = Value(4.0, (a,), "double")
    out.backward()
    assert (out.grad, a.grad, out._op, out._prev) == (1, 0, "double", {a})


def test_the_graph():
    a, b = Value(2.0, label="a"), Value(-3.0)
    c = a - b / 4
    assert (a._prev, a._op, a.label, a.grad) == (set(), "", "a", 0)
    assert c._op == "+"
    assert sorted(v._op for v in c._prev) == ["", "*"]
    assert (a**2)._op == "**2"
    assert (a**b)._op == "**"
    assert [getattr(a, name)()._op for name in ("exp", "log", "tanh", "sigmoid", "relu", "abs")] == [
        "exp", "log", "tanh", "sigmoid", "ReLU", "abs",
    ]  # fmt: skip


def test_repr():
    a = Value(3.0)
    (a * 2).backward()
    assert repr(a) == "Value(data=3.0, grad=2.0)"
    with tg.set_printoptions(grad=False):
        assert repr(a) == "Value(data=3.0)"
    assert repr(Value(2)) == "Value(data=2, grad=0.0)"
    try:
        assert repr(tg.set_printoptions(grad=False)) == "set_printoptions(grad=False)"
        assert repr(a) == "Value(data=3.0)"
    finally:
        tg.set_printoptions(profile="default")
    assert repr(a) == "Value(data=3.0, grad=2.0)"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_leaves_are_copied_and_others_refuse(copied):
    a = Value(3.0, label="a")
    b = a * 2
    b.backward()
    other = copied(a)
    assert other is not a
    assert (other.data, other.grad, other.label, other._op) == (3.0, 2.0, "a", "")
    (other * 5).backward()
    assert (other.grad, a.grad) == (7, 2)
    refused(
        RuntimeError,
        "only Values made of a number (leaves) can be copied or pickled, but this one was computed (*) and has a graph "
        "behind it; make a new one of its number with Value(v.data)",
        copied, b,
    )  # fmt: skip


def test_a_subclass_is_copied_with_what_it_holds():
    class Named(Value):
        def __init__(self, name):
            super().__init__(1.0)
            self.name = name

    other = copy.deepcopy(Named("x"))
    assert (type(other), other.data, other.name) == (Named, 1.0, "x")


@pytest.mark.parametrize("wrong", ["1", None, [1.0], 1j, np.array([1.0, 2.0])])
def test_only_numbers_have_a_value(wrong):
    sentence = f"Value: needs a single number (of an array or Tensor, its .item()), but got {wrong!r}"
    refused(TypeError, sentence, Value, wrong)
    for operation in BINARY.values():
        refused(TypeError, sentence, operation, Value(1), wrong)


def test_a_million_deep():
    x = y = Value(1.0)
    for _ in range(1_000_000):
        y = y + 1
    y.backward()
    assert (y.data, x.grad) == (1_000_001, 1)


def test_networks_draw_their_weights_in_micrograds_order():
    random.seed(1)
    numbers = random.Random(1)
    model = MLP(2, [2, 1])
    for neuron in [n for layer in model.layers for n in layer.neurons]:
        assert [w.data for w in neuron.w] == [numbers.uniform(-1, 1) for _ in neuron.w]
        assert neuron.b.data == 0
    random.seed(1)
    numbers = random.Random(1)
    assert [p.data for p in MLP(2, [2, 1], activation="tanh").parameters()] == [
        numbers.uniform(-1, 1) for _ in range(9)
    ]


def test_networks_print_as_micrograds():
    assert repr(MLP(2, [2, 1])) == ("MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]")
    assert repr(MLP(1, [1, 1], activation="tanh")) == "MLP of [Layer of [TanhNeuron(1)], Layer of [TanhNeuron(1)]]"


def test_zero_grad():
    model = MLP(2, [3, 1])
    model([1.0, 2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())
    assert Module().parameters() == []


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_same_network_of_tensors(activation):
    """Weights of one number each, and a Tensor per input feature: a whole batch at once, and the same numbers."""

    def scalar_tensor(x):
        return tg.tensor(x, dtype=tg.float64, requires_grad=True)

    random.seed(3)
    single = MLP(2, [4, 4, 1], activation=activation)
    random.seed(3)
    batched = MLP(2, [4, 4, 1], activation=activation, number=scalar_tensor)
    numbers = random.Random(4)
    xs = [[numbers.uniform(-1, 1), numbers.uniform(-1, 1)] for _ in range(10)]
    ys = [numbers.choice([-1.0, 1.0]) for _ in range(10)]
    sum((single(x) - y) ** 2 for x, y in zip(xs, ys, strict=True)).backward()
    columns = [tg.tensor(column, dtype=tg.float64) for column in zip(*xs, strict=True)]
    loss = ((batched(columns) - tg.tensor(ys, dtype=tg.float64)) ** 2).sum()
    loss.backward()
    for ours, theirs in zip(single.parameters(), batched.parameters(), strict=True):
        assert theirs.grad.item() == pytest.approx(ours.grad, rel=1e-12, abs=1e-15)
    batched.zero_grad()
    assert all(p.grad is None for p in batched.parameters())


def test_wrong_networks():
    refused(ValueError, 'activation must be "relu" or "tanh", but got \'gelu\'', Neuron, 2, activation="gelu")
    refused(ValueError, "ReLUNeuron(3) needs 3 inputs, but got 2", Layer(3, 2), [1.0, 2.0])


@pytest.mark.slow
def test_a_hundred_steps_are_those_of_micrograd():
    pytest.importorskip("micrograd")
    ours, theirs = (scalar.training(*library, 30) for library in (scalar.TENSORGRAD, scalar.MICROGRAD))
    for _ in range(100):
        assert ours() == pytest.approx(theirs(), rel=1e-12)
