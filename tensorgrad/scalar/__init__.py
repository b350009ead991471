"""The lecture's engine: backpropagation on single numbers, and networks made of them."""

from .nn import MLP as MLP
from .nn import Layer as Layer
from .nn import Module as Module
from .nn import Neuron as Neuron
from .value import Value as Value
