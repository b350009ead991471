"""A network of 41 numbers learns four examples in a hundred steps.

Each step predicts, measures the loss, goes backward and changes the numbers. The predictions end near the wanted 1, 0,
0, 1. Without zero_grad every step also repeats the gradients of all steps before it. The steps become too long, the
ReLUs end in their flat part, and the network predicts one number for everything.
"""

import random

from tensorgrad.cli.lecture import check, picture, plot, show
from tensorgrad.scalar import MLP

xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, 0.0, 0.0, 1.0]


def train(forget=False):
    """The losses, and the last predictions."""
    random.seed(1)
    model = MLP(3, [4, 4, 1])
    losses = []
    for _ in range(100):
        predictions = [model(x) for x in xs]
        loss = sum((prediction - y) ** 2 for prediction, y in zip(predictions, ys, strict=True))
        if not forget:
            model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data += -0.01 * p.grad
        losses.append(loss.data)
    return losses, [prediction.data for prediction in predictions]


model = MLP(3, [4, 4, 1])
check("number of parameters", len(model.parameters()), 41)
picture("network", model(xs[0]))

losses, predictions = train()
check("final loss", losses[-1], 0.0073864224020347095)
check("prediction for 1", predictions[0], 1.0120099058492713)
check("prediction for 0", predictions[1], 0.07244688900469765)
check("prediction for 0", predictions[2], -0.03539087511088844)
check("prediction for 1", predictions[3], 0.9727765028706291)
plot("network_loss", range(100), losses)

losses, predictions = train(forget=True)
show("zero_grad forgotten: final loss", losses[-1])
show("zero_grad forgotten: prediction for 1", predictions[0])
show("zero_grad forgotten: prediction for 0", predictions[1])
plot("network_loss_without_zero_grad", range(100), losses)
