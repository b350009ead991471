"""A derivative by hand: step the input a little, and see how far the result moves.

The result's movement, divided by the step, is the slope. It is positive where the curve climbs, negative where it
falls, and about 0 at the bottom. With several inputs there is one slope for each of them.
"""

from tensorgrad.cli.lecture import check, plot


def f(x):
    return 3 * x**2 - 4 * x + 5


def slope(x, h=0.001):
    return (f(x + h) - f(x)) / h


xs = [-5 + 0.25 * i for i in range(40)]  # arange(-5, 5, 0.25)
plot("parabola", xs, [f(x) for x in xs])

check("f(3)", f(3.0), 20.0)
check("slope of f at 3", slope(3.0), 14.00300000000243)
check("slope of f at -3", slope(-3.0), -21.996999999998934)
check("slope of f at 2/3, the bottom", slope(2 / 3), 0.0, within=0.01)

# Three inputs: step one of them at a time.
a, b, c = 2.0, -3.0, 10.0
h = 0.0001

d = a * b + c
check("d = a*b + c", d, 4.0)
check("d after a step of a", (a + h) * b + c, 3.999699999999999)
check("slope of d in a: b", ((a + h) * b + c - d) / h, -3.0, within=1e-6)
check("slope of d in b: a", (a * (b + h) + c - d) / h, 2.0, within=1e-6)
check("slope of d in c: 1", (a * b + (c + h) - d) / h, 1.0, within=1e-6)
