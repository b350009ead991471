"""Optimizers, with torch.optim's names."""

import importlib as _importlib
import types as _types

from .adagrad import Adagrad as Adagrad
from .adam import Adam as Adam
from .adamw import AdamW as AdamW
from .optimizer import Optimizer as Optimizer
from .rmsprop import RMSprop as RMSprop
from .sgd import SGD as SGD


def __getattr__(name: str) -> _types.ModuleType:
    """``lr_scheduler`` is imported when it is first asked for."""
    if name == "lr_scheduler":
        return _importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
