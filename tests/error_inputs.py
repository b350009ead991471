"""What the wrong calls of ``error_cases_*`` are made on, in either library: t is tensorgrad or torch."""

NAN = float("nan")


def X(t):
    """A matrix."""
    return t.tensor([[1.0, 2.0], [3.0, 4.0]])


def V(t):
    """A vector that does not broadcast with it."""
    return t.tensor([1.0, 2.0, 3.0])


def Z(t):
    """Integers."""
    return t.tensor([1, 2])


def B(t):
    """A mask."""
    return t.tensor([True, False])


def R(t):
    """A matrix that wants a gradient."""
    return X(t).requires_grad_()
