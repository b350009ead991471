"""tanh taken apart, (e - 1) / (e + 1) with e = exp(2n), gives the same gradients.

How much one operation does is a free choice, so long as its slope is known. A quotient is a product with a power of
-1. The plain numbers 1 and 2 become nodes of the graph too, and have gradients.
"""

from tensorgrad.cli.lecture import check, picture
from tensorgrad.scalar import Value

x1 = Value(2.0, label="x1")
x2 = Value(0.0, label="x2")
w1 = Value(-3.0, label="w1")
w2 = Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")
n = x1 * w1 + x2 * w2 + b
n.label = "n"

double = 2 * n
e = double.exp()
e.label = "e"
above = e - 1
below = e + 1
o = above / below
o.label = "o"
(inverse,) = o._prev - {above}  # what o multiplies with: below ** -1

check("2*n", double.data, "1.7627")
check("e = exp(2*n)", e.data, "5.8284")
check("e - 1", above.data, "4.8284")
check("e + 1", below.data, "6.8284")
check("(e + 1)**-1", inverse.data, "0.1464")
check("o", o.data, "0.7071")

o.backward()
check("gradient of e", e.grad, "0.0429")
check("gradient of e - 1", above.grad, "0.1464")
check("gradient of e + 1", below.grad, "-0.1036")
check("gradient of (e + 1)**-1", inverse.grad, "4.8284")

(minus_one,) = above._prev - {e}
(one,) = below._prev - {e}
(two,) = double._prev - {n}
check("gradient of the number -1", minus_one.grad, "0.1464")
check("gradient of the number 1", one.grad, "-0.1036")
check("gradient of the number 2", two.grad, "0.2203")

check("gradient of 2*n", double.grad, "0.2500")
check("gradient of n", n.grad, "0.5000")
check("gradient of x1", x1.grad, "-1.5000")
check("gradient of w1", w1.grad, "1.0000")
check("gradient of x2", x2.grad, "0.5000")
check("gradient of w2", w2.grad, "0.0000")
picture("tanh_apart", o)
