"""micrograd's demo: a network of 337 numbers learns to tell two half moons apart.

Every step takes all 100 points. The loss wants every score on the right side of 0 with a margin of 1, and small
weights. It first jumps, since the steps are long; after 100 steps all points are on their side. A step builds a graph
of about 65,000 Values, and takes a tenth of a second or so.
"""

import math
import random

import numpy as np
from tqdm import tqdm

from tensorgrad.cli.lecture import check
from tensorgrad.scalar import MLP, Value


def half_moons(count, noise, seed):
    """The points and labels of scikit-learn's make_moons, from the same random numbers."""
    generator = np.random.RandomState(seed)
    angle = np.linspace(0, math.pi, count // 2)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 1 - np.sin(angle) - 0.5], axis=1)
    order = np.arange(count)
    generator.shuffle(order)
    points = np.concatenate([upper, lower])[order]
    return points + generator.normal(scale=noise, size=points.shape), order // len(angle)


points, labels = half_moons(100, noise=0.1, seed=1337)
xs = points.tolist()
ys = (2 * labels - 1).tolist()  # -1 or 1

random.seed(1337)
model = MLP(2, [16, 16, 1])
check("number of parameters", len(model.parameters()), 337)


def loss_and_accuracy():
    scores = [model([Value(x) for x in point]) for point in xs]
    losses = [(1 + -y * score).relu() for y, score in zip(ys, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    weight_loss = 1e-4 * sum(p * p for p in model.parameters())
    right = [(score.data > 0) == (y > 0) for y, score in zip(ys, scores, strict=True)]
    return data_loss + weight_loss, 100 * sum(right) / len(right)


history = []
for k in tqdm(range(100), "training", leave=False, disable=None):
    loss, accuracy = loss_and_accuracy()
    history.append((loss.data, accuracy))
    model.zero_grad()
    loss.backward()
    learning_rate = 1.0 - 0.9 * k / 100
    for p in model.parameters():
        p.data -= learning_rate * p.grad

losses, accuracies = zip(*history, strict=True)
check("loss at step 0", losses[0], 0.8958441028683222)
check("loss at step 1", losses[1], 1.7235905336972022, within=1e-12)
check("loss at step 10", losses[10], 0.24507023853658, within=1e-12)
check("loss at step 50", losses[50], 0.0987511476556962, within=1e-11)  # micrograd, run again: 0.0987511476561963
check("loss at step 99", losses[99], 0.0109783701354927, within=1e-12)
check("accuracy at step 0, in %", accuracies[0], 50.0)
check("accuracy at step 1, in %", accuracies[1], 81.0)
check("accuracy at step 10, in %", accuracies[10], 91.0)
check("accuracy at step 50, in %", accuracies[50], 96.0)
check("accuracy at step 99, in %", accuracies[99], 100.0)
