"""Optimizers, with torch.optim's names."""

from .optimizer import Optimizer as Optimizer
from .sgd import SGD as SGD
