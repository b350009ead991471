"""A number that is used twice gets a gradient from each use: += and not =.

The gradients of all uses add up. With = the share that comes last overwrites the one before it. And because gradients
add up, they must be set to zero before the next backward(), or the next ones are added to the old.
"""

from tensorgrad.cli.lecture import check, picture, show
from tensorgrad.scalar import Value

# Used twice in one sum.
a = Value(3.0, label="a")
b = a + a
b.label = "b"
b.backward()
check("b = a + a: a.grad", a.grad, 2.0)
picture("used_twice", b)

# The bug. The sum sets the gradient of a twice, each time to 1.
a = Value(3.0)
b = a + a


def overwrite():
    a.grad = b.grad
    a.grad = b.grad


b._backward = overwrite
b.backward()
check("bug, = in place of +=: 1, not 2", a.grad, 1.0)

# Used on two ways: f = (a*b) * (a + b).
a = Value(-2.0, label="a")
b = Value(3.0, label="b")
d = a * b
d.label = "d"
e = a + b
e.label = "e"
f = d * e
f.label = "f"
f.backward()
check("f = (a*b) * (a+b): a.grad", a.grad, -3.0)
check("f = (a*b) * (a+b): b.grad", b.grad, -8.0)
check("d.grad", d.grad, 1.0)
check("e.grad", e.grad, -6.0)
picture("used_on_two_ways", f)

# Forgotten zero_grad: backward() again, and the leaves have twice their gradients.
f.backward()
show("zero_grad forgotten: not -3", a.grad)
show("zero_grad forgotten: not -8", b.grad)

# The bug again. The product goes last, and what the sum had brought, -6 for both, is lost.
a, b = Value(-2.0), Value(3.0)
d, e = a * b, a + b
f = d * e


def overwrite_sum():
    a.grad = e.grad
    b.grad = e.grad


def overwrite_product():
    a.grad = b.data * d.grad
    b.grad = a.data * d.grad


e._backward = overwrite_sum
d._backward = overwrite_product
f.backward()
check("bug, = in place of +=: 3, not -3", a.grad, 3.0)
check("bug, = in place of +=: -2, not -8", b.grad, -2.0)
