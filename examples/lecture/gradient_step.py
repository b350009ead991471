"""A step against the gradient makes the result smaller: all that training does.

L = (a*b + c) * f. A gradient foretells what a step of 1 does to L: exactly, since L is a straight line in each of
them. Then all four inputs take a small step against their gradients.
"""

from tensorgrad.cli.lecture import check, picture
from tensorgrad.scalar import Value


def forward(a, b, c, f):
    return (a * b + c) * f


a = Value(4.0, label="a")
b = Value(-3.0, label="b")
c = Value(8.0, label="c")
f = Value(2.0, label="f")
L = forward(a, b, c, f)
L.label = "L"
check("L = (a*b + c) * f", L.data, -8.0)

L.backward()
check("a.grad", a.grad, -6.0)
check("b.grad", b.grad, 8.0)
check("c.grad", c.grad, 2.0)
check("f.grad", f.grad, -4.0)
picture("gradient_step", L)

check("L with f + 1", forward(a, b, c, f + 1.0).data, -12.0)
check("L with c + 1", forward(a, b, c + 1.0, f).data, -6.0)
check("L with b + 1", forward(a, b + 1.0, c, f).data, 0.0)

for leaf in (a, b, c, f):
    leaf.data -= 0.01 * leaf.grad
check("L after a step of -0.01", forward(a, b, c, f).data, -9.230591999999998)
