"""Modules, losses and initialisers, with torch.nn's names."""

from . import functional as functional
from . import init as init
from .activation import ReLU as ReLU
from .activation import Sigmoid as Sigmoid
from .activation import Tanh as Tanh
from .containers import MLP as MLP
from .containers import Sequential as Sequential
from .linear import Flatten as Flatten
from .linear import Linear as Linear
from .loss import BCEWithLogitsLoss as BCEWithLogitsLoss
from .loss import CrossEntropyLoss as CrossEntropyLoss
from .loss import MSELoss as MSELoss
from .module import Module as Module
from .parameter import Parameter as Parameter
