"""A neuron with tanh: its output, and the gradient for each input and weight.

The sum n of a bias and two inputs, each times a weight, goes through tanh, which keeps the output o between -1 and 1.
The gradients say how to change the weights: w1 up for a larger output; w2 does nothing, because its input is 0.
backward() visits the graph from the output to the inputs, in the reverse of a topological order: one in which every
number comes after those that it was computed from.
"""

from tensorgrad.cli.lecture import check, picture
from tensorgrad.scalar import Value

x1 = Value(2.0, label="x1")
x2 = Value(0.0, label="x2")
w1 = Value(-3.0, label="w1")
w2 = Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")

x1w1 = x1 * w1
x1w1.label = "x1*w1"
x2w2 = x2 * w2
x2w2.label = "x2*w2"
total = x1w1 + x2w2
total.label = "x1*w1 + x2*w2"
n = total + b
n.label = "n"
o = n.tanh()
o.label = "o"
check("n = x1*w1 + x2*w2 + b", n.data, 0.8813735870195432)
check("o = tanh(n)", o.data, 0.7071067811865476)

o.backward()
check("n.grad", n.grad, 0.4999999999999999)
check("x1.grad", x1.grad, -1.4999999999999996)
check("w1.grad", w1.grad, 0.9999999999999998)
check("x2.grad", x2.grad, 0.4999999999999999)
check("w2.grad", w2.grad, 0.0)
picture("neuron", o)

# With a larger bias, tanh is nearly flat.
o8 = (total + Value(8.0)).tanh()
check("o with b = 8", o8.data, 0.9640275800758169)

# A topological order, with children in the order of their labels.
order = []


def visit(value):
    if value not in order:
        for child in sorted(value._prev, key=lambda child: child.label):
            visit(child)
        order.append(value)


visit(o)
labels = ["b", "w1", "x1", "x1*w1", "w2", "x2", "x2*w2", "x1*w1 + x2*w2", "n", "o"]
check("topological order", [value.label for value in order], labels)
