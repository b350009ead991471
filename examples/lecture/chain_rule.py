"""The chain rule: multiply the slopes along the way back from the result to an input.

L = d * f and d = e + c and e = a * b. First the gradients are filled in by hand, from L back to a and b: a product
hands each of its inputs the other one, times its own gradient; a sum hands its gradient on as it is. Then backward()
finds the same, and so does a small step of each number in turn. A step of the inputs along their gradients makes L
larger.
"""

from tensorgrad.cli.lecture import check, picture
from tensorgrad.scalar import Value

a = Value(2.0, label="a")
b = Value(-3.0, label="b")
c = Value(10.0, label="c")
f = Value(-2.0, label="f")
e = a * b
e.label = "e"
d = e + c
d.label = "d"
L = d * f
L.label = "L"

check("e = a*b", e.data, -6.0)
check("d = e + c", d.data, 4.0)
check("L = d*f", L.data, -8.0)

# By hand.
dL_dL = 1.0
dL_dd = f.data * dL_dL
dL_df = d.data * dL_dL
dL_dc = dL_dd
dL_de = dL_dd
dL_da = b.data * dL_de
dL_db = a.data * dL_de
check("by hand: dL/dL", dL_dL, 1.0)
check("by hand: dL/dd", dL_dd, -2.0)
check("by hand: dL/df", dL_df, 4.0)
check("by hand: dL/dc", dL_dc, -2.0)
check("by hand: dL/de", dL_de, -2.0)
check("by hand: dL/da", dL_da, 6.0)
check("by hand: dL/db", dL_db, -4.0)

# By backward().
L.backward()
check("L.grad", L.grad, 1.0)
check("d.grad", d.grad, -2.0)
check("f.grad", f.grad, 4.0)
check("c.grad", c.grad, -2.0)
check("e.grad", e.grad, -2.0)
check("a.grad", a.grad, 6.0)
check("b.grad", b.grad, -4.0)
picture("chain_rule", L)


# By small steps.
def result(a=0.0, b=0.0, c=0.0, d=0.0, e=0.0, f=0.0, L=0.0):
    """L, with each of the numbers moved by so much."""
    e = Value(2.0 + a) * Value(-3.0 + b) + e
    d = e + Value(10.0 + c) + d
    return (d * Value(-2.0 + f) + L).data


h = 0.0001
check("small step: dL/dL", (result(L=h) - result()) / h, 0.9999999999976694)
check("small step: dL/df", (result(f=h) - result()) / h, 3.9999999999995595)
check("small step: dL/dd", (result(d=h) - result()) / h, -1.9999999999953388)
check("small step: dL/dc", (result(c=h) - result()) / h, -1.9999999999953388)
check("small step: dL/de", (result(e=h) - result()) / h, -1.9999999999953388)
check("small step: dL/da", (result(a=h) - result()) / h, 6.000000000021544)
check("small step: dL/db", (result(b=h) - result()) / h, -4.000000000008441)

# Along the gradients, L grows: from -8 to about -7.3.
for leaf in (a, b, c, f):
    leaf.data += 0.01 * leaf.grad
e = a * b
d = e + c
L = d * f
check("L after a step of 0.01", L.data, -7.286496)
