"""Beside PyTorch: tensors and modules taken from it and given to it, and training compared with its own."""

from .comparison import Comparison as Comparison
from .comparison import compare as compare
from .torch import from_torch as from_torch
from .torch import to_torch as to_torch
