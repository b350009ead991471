"""The neuron with relu in place of tanh, with Values and then in PyTorch's words.

relu hands a positive number on as it is, and its gradient too. The tensors are entered in float32, which has about
seven digits, and made double afterwards: the bias keeps the rounding of float32, so the output differs from the
eighth digit on.
"""

import tensorgrad as tg
from tensorgrad.cli.lecture import check, picture
from tensorgrad.scalar import Value

x1 = Value(2.0, label="x1")
x2 = Value(0.0, label="x2")
w1 = Value(-3.0, label="w1")
w2 = Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")
n = x1 * w1 + x2 * w2 + b
n.label = "n"
o = n.relu()
o.label = "o"
check("o = relu(n)", o.data, 0.8813735870195432)

o.backward()
check("x1.grad", x1.grad, -3.0)
check("w1.grad", w1.grad, 2.0)
check("x2.grad", x2.grad, 1.0)
check("w2.grad", w2.grad, 0.0)
picture("relu_neuron", o)

x1 = tg.tensor([2.0]).double().requires_grad_()
x2 = tg.tensor([0.0]).double().requires_grad_()
w1 = tg.tensor([-3.0]).double().requires_grad_()
w2 = tg.tensor([1.0]).double().requires_grad_()
b = tg.tensor([6.8813735870195432]).double().requires_grad_()
n = x1 * w1 + x2 * w2 + b
o = tg.relu(n)
check("with tensors: o", o.item(), 0.881373405456543)
picture("relu_neuron_of_tensors", o)

o.backward()
check("with tensors: x2.grad", x2.grad.item(), 1.0)
check("with tensors: w2.grad", w2.grad.item(), 0.0)
check("with tensors: x1.grad", x1.grad.item(), -3.0)
check("with tensors: w1.grad", w1.grad.item(), 2.0)
