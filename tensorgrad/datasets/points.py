"""Points in the plane, in classes that no straight line separates; made from the generator's random numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..creation import from_numpy
from ..random import Generator, randn, randperm
from ..utils.data import TensorDataset


def _shuffled(points: NDArray[Any], labels: NDArray[Any], generator: Generator | None) -> TensorDataset:
    order = randperm(len(points), generator=generator).numpy()
    return TensorDataset(from_numpy(points[order].astype(np.float32)), from_numpy(labels[order]))


def _check(name: str, n: int, classes: int, noise: float) -> None:
    if not 1 <= classes <= n:
        raise ValueError(f"{name} needs at least one class and a point for each, but got n={n} for {classes} classes")
    if not 0 <= noise < math.inf:
        raise ValueError(f"{name} needs a noise of 0 or more, but got noise={noise}")


def moons(n: int = 200, noise: float = 0.1, generator: Generator | None = None) -> TensorDataset:
    """Two half circles of radius 1, each with an end inside the other.

    (cos t, sin t) and (1 - cos t, 1/2 - sin t) for t in [0, pi], plus noise, in random order.

    Args:
        n: the number of points of both together, at least 2.
        noise: the standard deviation of the normal noise on each coordinate.
        generator: the source of randomness; the default generator when None.

    Returns:
        Points, float32 of shape (n, 2), and labels, int64 of shape (n,), 0 for the upper half circle.

    Raises:
        ValueError: when there are fewer than 2 points or the noise is negative.

    >>> points, labels = moons(50).tensors
    >>> points.shape, labels.sum().item()
    (torch.Size([50, 2]), 25)
    """
    _check("moons", n, 2, noise)
    labels = np.arange(n) % 2
    angle = np.linspace(0, math.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = np.where(labels[:, None] == 0, upper, [1, 0.5] - upper)
    return _shuffled(points + noise * randn(n, 2, generator=generator).numpy(), labels, generator)


def spirals(n: int = 300, classes: int = 3, noise: float = 0.05, generator: Generator | None = None) -> TensorDataset:
    """Spiral arms around the origin, one a class.

    r (cos a, sin a) for r in [0, 1] and a = 2 pi (k / classes + 2 r / 3) in class k, plus noise, in random order.

    Args:
        n: the number of points of all classes together, at least one a class.
        classes: the number of arms.
        noise: the standard deviation of the normal noise on each coordinate.
        generator: the source of randomness; the default generator when None.

    Returns:
        Points, float32 of shape (n, 2), and labels, int64 of shape (n,), 0 to classes - 1.

    Raises:
        ValueError: when there are fewer points than classes, no class, or the noise is negative.

    >>> points, labels = spirals(30, classes=3).tensors
    >>> points.shape, labels.max().item()
    (torch.Size([30, 2]), 2)
    """
    _check("spirals", n, classes, noise)
    labels = np.arange(n) % classes
    radius = np.linspace(0, 1, n)
    angle = 2 * math.pi * (labels / classes + 2 * radius / 3)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _shuffled(points + noise * randn(n, 2, generator=generator).numpy(), labels, generator)
