"""The bridge from scalars to arrays: one network, its loss and its gradients, computed three times.

Run it from the repository's root with ``python examples/bridge.py``.  The network is micrograd's, 2 inputs, two hidden
layers of 16 neurons and one output, on 100 points of the two moons.  In each round the weights are the same numbers,
so loss and gradients must be the same as well.  What changes is how much one node of the graph stands for: first a
number, then that number for all points, then a whole layer.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable
from timeit import repeat
from typing import Any, NamedTuple

import tensorgrad as tg
from tensorgrad import scalar

SIZES = [16, 16, 1]
SEED = 1337


class Round(NamedTuple):
    """A model, the function that computes its loss, and the one that lists its gradients, neuron by neuron."""

    model: Any
    loss: Callable[[], Any]
    gradients: Callable[[], list[float]]

    def step(self) -> float:
        """Forward and backward; the loss."""
        self.model.zero_grad()
        loss = self.loss()
        loss.backward()
        return float(loss.data)


def with_values(points: Any, labels: Any) -> Round:
    """Every number is a Value.

    A point goes through the network alone, two numbers in and one out.  Each product and each sum on the way is a node,
    and Python visits all of them twice.  It is slow, and nothing in it is hidden.
    """
    random.seed(SEED)
    model = scalar.MLP(2, SIZES)
    pairs = list(zip(points.tolist(), labels.tolist(), strict=True))

    def loss() -> Any:
        return sum((1 - label * model(point)).relu() for point, label in pairs) / len(pairs)

    return Round(model, loss, lambda: [p.grad for p in model.parameters()])


def with_one_tensor_per_number(points: Any, labels: Any) -> Round:
    """The network's code does not change, but its weights are Tensors of one number each.

    Its inputs are two Tensors: the first coordinates of all points, and the second ones.  NumPy repeats a weight for
    every point, so that a node now holds the same number for the whole batch.  Python visits a hundredth of the nodes.
    """
    random.seed(SEED)
    model = scalar.MLP(2, SIZES, number=lambda x: tg.tensor(x, dtype=tg.float64, requires_grad=True))
    first, second = points[:, 0], points[:, 1]

    def loss() -> Any:
        return (1 - labels * model([first, second])).relu().mean()

    return Round(model, loss, lambda: [p.grad.item() for p in model.parameters()])


def with_matrices(points: Any, labels: Any) -> Round:
    """A layer is one matrix: its rows are the neurons' weights, so its shape is (neurons, inputs).

    All the weighted sums of a layer are one matrix product, x W^T + b.  There are a few nodes for each layer, and
    almost all of the arithmetic is done inside NumPy.  This is tensorgrad's nn.MLP, and PyTorch's way.
    """
    random.seed(SEED)
    model = tg.nn.MLP(2, SIZES, dtype=tg.float64)
    linears = [module for module in model if isinstance(module, tg.nn.Linear)]
    for linear, layer in zip(linears, scalar.MLP(2, SIZES).layers, strict=True):
        weight = [[w.data for w in neuron.w] for neuron in layer.neurons]
        bias = [neuron.b.data for neuron in layer.neurons]
        state = {"weight": tg.tensor(weight, dtype=tg.float64), "bias": tg.tensor(bias, dtype=tg.float64)}
        linear.load_state_dict(state)

    def loss() -> Any:
        return (1 - labels * model(points)[:, 0]).relu().mean()

    def gradients() -> list[float]:
        rows = [tg.cat([linear.weight.grad, linear.bias.grad[:, None]], 1) for linear in linears]
        return [number for row in rows for number in row.flatten().tolist()]

    return Round(model, loss, gradients)


ROUNDS = {"Values": with_values, "a Tensor per number": with_one_tensor_per_number, "matrices": with_matrices}


def main(samples: int = 100, times: int = 5) -> None:
    """Compute everything three times and print a table; each time is the shortest of so many."""
    points, labels = tg.datasets.moons(samples, generator=tg.Generator().manual_seed(SEED)).tensors
    points, labels = points.to(tg.float64), 1 - 2 * labels
    table = [f"{'':20}  {'loss':18}  {'gradients differ by':19}  {'ms a step':>9}  {'faster by':>9}"]
    reference: list[float] = []
    slowest = 0.0
    for name, build in ROUNDS.items():
        it = build(points, labels)
        print(f"{name}: {inspect.getdoc(build)}\n")
        loss, gradients = it.step(), it.gradients()
        reference = reference or gradients
        apart = max(abs(a - b) for a, b in zip(gradients, reference, strict=True))
        milliseconds = 1000 * min(repeat(it.step, number=1, repeat=times))
        slowest = slowest or milliseconds
        table.append(f"{name:20}  {loss:<18.16f}  {apart:<19.1e}  {milliseconds:9.2f}  {slowest / milliseconds:9.1f}")
    print(*table, sep="\n")


if __name__ == "__main__":
    main()
