"""Networks of single numbers, as in micrograd and in the lecture: a neuron is a weighted sum and an activation."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from .value import Value

ACTIVATIONS = {"relu": "ReLU", "tanh": "Tanh"}


class Module:
    """What neurons, layers and networks have in common: parameters, and a way to forget their gradients."""

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to zero, or to None where it is a Tensor."""
        for p in self.parameters():
            p.grad = 0.0 if isinstance(p, Value) else None

    def parameters(self) -> list[Any]:
        """All weights and biases."""
        return []


class Neuron(Module):
    """A weighted sum of the inputs plus a bias, then an activation.   y = f(b + w1 x1 + w2 x2 + ...).

    The weights are drawn from Python's ``random``, uniform in -1 to 1.

    Args:
        nin: the number of inputs.
        nonlin: False for no activation.
        activation: "relu" (the bias starts at 0) or "tanh" (the bias is drawn as well, after the weights).
        number: what the weights are made of: a function of one number, such as Value.

    Source: micrograd (relu), and the lecture about it (tanh).

    >>> import random
    >>> from tensorgrad.scalar import Neuron
    >>> random.seed(1)
    >>> neuron = Neuron(2)
    >>> neuron, neuron([1.0, -2.0]).data
    (ReLUNeuron(2), 0)
    """

    def __init__(
        self, nin: int, nonlin: bool = True, activation: str = "relu", number: Callable[[float], Any] = Value
    ) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f'activation must be "relu" or "tanh", but got {activation!r}')
        self.w = [number(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = number(0.0 if activation == "relu" else random.uniform(-1, 1))
        self.nonlin, self.activation = nonlin, activation

    def __call__(self, x: Sequence[Any]) -> Any:
        """The activation for the inputs x, a number or Value each, or a Tensor each that holds one per sample."""
        if len(x) != len(self.w):
            raise ValueError(f"{self!r} needs {len(self.w)} inputs, but got {len(x)}")
        total = self.b
        for wi, xi in zip(self.w, x, strict=True):
            total = total + wi * xi
        return getattr(total, self.activation)() if self.nonlin else total

    def parameters(self) -> list[Any]:
        """The weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{ACTIVATIONS[self.activation] if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side, all with the same inputs.

    Args:
        nin: the number of inputs.
        nout: the number of neurons.
        options: ``nonlin``, ``activation`` and ``number``, as for Neuron.

    >>> from tensorgrad.scalar import Layer
    >>> Layer(3, 2, nonlin=False)
    Layer of [LinearNeuron(3), LinearNeuron(3)]
    """

    def __init__(self, nin: int, nout: int, **options: Any) -> None:
        self.neurons = [Neuron(nin, **options) for _ in range(nout)]

    def __call__(self, x: Sequence[Any]) -> Any:
        """The list of the neurons' activations; of a single neuron, its activation."""
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Any]:
        """Those of the first neuron, of the second, ..."""
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """A multilayer perceptron: layers, each fed with what the one before it gives.

    Args:
        nin: the number of inputs.
        nouts: the number of neurons in each layer.
        activation: "relu": of every layer but the last; or "tanh": of every layer.
        number: what the weights are made of, a function of one number: Value; or a function that makes a Tensor, and
            then a whole batch goes through at once, one Tensor per input feature.

    Source: micrograd (relu), and the lecture about it (tanh).

    >>> from tensorgrad.scalar import MLP
    >>> len(MLP(3, [4, 4, 1]).parameters())
    41
    """

    def __init__(
        self, nin: int, nouts: Sequence[int], activation: str = "relu", number: Callable[[float], Any] = Value
    ) -> None:
        sizes = [nin, *nouts]
        self.layers = [
            Layer(
                sizes[i], sizes[i + 1], nonlin=activation == "tanh" or i != len(nouts) - 1,
                activation=activation, number=number,
            )
            for i in range(len(nouts))
        ]  # fmt: skip

    def __call__(self, x: Any) -> Any:
        """The last layer's activations for the inputs x."""
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Any]:
        """Those of the first layer, of the second, ..."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
