"""A cubic a + b P3(c + d x), with P3 a Legendre polynomial, fitted to sine by a Function of our own.

After an example of PyTorch's tutorials, "PyTorch: Defining New autograd Functions".
"""

import math

import tensorgrad as tg


class LegendreCubic(tg.autograd.Function):
    """P3(x) = (5 x³ - 3 x) / 2,   dP3/dx = 3 (5 x² - 1) / 2."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 0.5 * (5 * x**3 - 3 * x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 1.5 * (5 * x**2 - 1)


def fit(steps=2000, rate=5e-6, report=print):
    """Descend along the gradient of the squared error on [-π, π]; returns the coefficients a, b, c, d."""
    x = tg.linspace(-math.pi, math.pi, 2000)
    y = tg.sin(x)
    coefficients = [tg.tensor(start, requires_grad=True) for start in (0.0, -1.0, 0.0, 0.3)]
    a, b, c, d = coefficients
    for step in range(1, steps + 1):
        loss = (a + b * LegendreCubic.apply(c + d * x) - y).square().sum()
        if step % 500 == 0:
            report(f"step {step:4d}   squared error {loss.item():8.3f}")
        loss.backward()
        with tg.no_grad():
            for p in coefficients:
                p -= rate * p.grad
                p.grad = None
    return coefficients


if __name__ == "__main__":
    a, b, c, d = (p.item() for p in fit())
    print(f"sin(x) is about {a:.3g} + {b:.4f} P3({c:.3g} + {d:.4f} x)")
