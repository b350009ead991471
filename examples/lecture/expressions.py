"""Longer expressions, in which numbers are used many times over.

They are those of micrograd's README and of one of its tests. b gets its gradient in several parts, and with rounding
the order in which they are added decides the last digit. micrograd's order follows the addresses of objects in memory,
so its b.grad ends in 86 or 87 from run to run. Here the order is fixed, depth first and first operand first, and gives
86; with c - d written as -d + c it gives 87.
"""

from tensorgrad.cli.lecture import check, picture
from tensorgrad.scalar import Value


def readme(d_first=False):
    a = Value(-4.0, label="a")
    b = Value(2.0, label="b")
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = -d + c if d_first else c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    return a, b, c, d, e, f, g


a, b, c, d, e, f, g = readme()
check("README: c", c.data, -1.0)
check("README: d", d.data, 6.0)
check("README: e", e.data, -7.0)
check("README: f", f.data, 49.0)
check("README: g", g.data, 24.70408163265306)
check("README: a.grad", a.grad, 138.83381924198252)
check("README: b.grad", b.grad, 645.5772594752186)
picture("readme", g)

_, b, *_ = readme(d_first=True)
check("README: b.grad, summed otherwise", b.grad, 645.5772594752187)

x = Value(-4.0, label="x")
z = 2 * x + 2 + x
q = z.relu() + z * x
h = (z * z).relu()
y = h + q + q * x
y.backward()
check("test: y", y.data, -20.0)
check("test: x.grad", x.grad, 46.0)
picture("test", y)
