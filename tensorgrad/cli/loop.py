"""The training loop."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Never

from tqdm import tqdm

from ..grad_mode import no_grad
from ..nn import MLP
from ..nn.functional import cross_entropy
from ..optim import SGD
from ..utils.data import DataLoader, TensorDataset
from .errors import FAILED, CommandError
from .settings import Settings
from .stop import Stop


@dataclass(frozen=True)
class Score:
    """How a model did on some rows: the mean loss in nats, and the fraction of rows classified rightly."""

    loss: float
    accuracy: float


@dataclass(frozen=True)
class Epoch:
    """What is known after an epoch: scores over the training batches as they went by, and on the test rows."""

    number: int
    train: Score
    test: Score


def fit(
    model: MLP, train: TensorDataset, test: TensorDataset, settings: Settings, done: int, stop: Stop
) -> list[Epoch]:
    """Trains a model with SGD on the cross entropy, and prints a line an epoch.

    Args:
        model: the network; it is changed.
        train: features of shape (rows, inputs) and class indices of shape (rows,).
        test: the same of rows to measure with.
        settings: the number of epochs, the size of a batch, and the optimizer's settings.
        done: how many epochs the model was trained for before.
        stop: says when to stop before the end.

    Returns:
        The epochs that were gone through to their end.

    Raises:
        CommandError: when the loss is no longer finite.
    """
    loader = DataLoader(train, settings.batch_size, shuffle=True)
    optimizer = SGD(model.parameters(), lr=settings.lr, momentum=settings.momentum, weight_decay=settings.weight_decay)
    history: list[Epoch] = []
    print("epoch  training loss  test loss  test accuracy", flush=True)
    # disable=None: no bar where standard error is no terminal.
    with tqdm(total=settings.epochs * len(loader), unit="batch", leave=False, disable=None) as bar:
        for number in range(done + 1, done + settings.epochs + 1):
            bar.set_description(f"epoch {number}")
            train_score = _train_epoch(model, loader, optimizer, bar, stop)
            if stop.signal:
                break
            test_score = _finite(evaluate(model, test), settings.lr)
            history.append(Epoch(number, train_score, test_score))
            bar.write(f"{number:5}  {train_score.loss:13.4f}  {test_score.loss:9.4f}  {test_score.accuracy:13.2%}")
            sys.stdout.flush()
    return history


def _train_epoch(model: MLP, loader: DataLoader, optimizer: SGD, bar: tqdm[Never], stop: Stop) -> Score:
    loss_sum, right, rows = 0.0, 0, 0
    for features, classes in loader:
        optimizer.zero_grad()
        logits = model(features)
        loss = cross_entropy(logits, classes)
        loss.backward()
        optimizer.step()

        rows += len(classes)
        loss_sum += loss.item() * len(classes)
        right += (logits.argmax(1) == classes).sum().item()
        bar.update()
        if stop.signal:
            break
    return _finite(Score(loss_sum / rows, right / rows), optimizer.param_groups[0]["lr"])


def evaluate(model: MLP, data: TensorDataset) -> Score:
    """The score of a model.

    Args:
        model: the network.
        data: features of shape (rows, inputs) and class indices of shape (rows,).

    Returns:
        The mean loss, and the fraction of rows whose class has the largest output.
    """
    loss_sum, right = 0.0, 0
    with no_grad():
        for features, classes in DataLoader(data, batch_size=1024):
            logits = model(features)
            loss_sum += cross_entropy(logits, classes).item() * len(classes)
            right += (logits.argmax(1) == classes).sum().item()
    return Score(loss_sum / len(data), right / len(data))


def _finite(score: Score, lr: float) -> Score:
    if not math.isfinite(score.loss):
        raise CommandError(
            f"the loss has become {score.loss}, so training stops and nothing is saved: lower --lr, which is {lr}",
            FAILED,
        )
    return score
