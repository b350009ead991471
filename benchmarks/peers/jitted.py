"""JAX: a step as a function from parameters to new parameters, compiled by jax.jit, which may reuse their memory."""

from __future__ import annotations

from typing import Any

from ..workloads import LR, Workload, problem
from . import Step


def network(work: Workload, jax: Any) -> Step:
    """Gradients by jax.value_and_grad; the update makes new parameters."""
    jnp = jax.numpy
    jax.config.update("jax_enable_x64", work.dtype == "float64")
    tree: Any = jax.tree_util.tree_map
    layers, x, target = problem(work)
    parameters = tree(jnp.array, layers)
    speeds = tree(jnp.zeros_like, parameters) if work.momentum else None
    x, target = jnp.array(x), jnp.array(target)
    activation = {"relu": jax.nn.relu, "tanh": jnp.tanh}[work.activation]

    def loss(parameters: Any, x: Any, target: Any) -> Any:
        y = x
        for w, b in parameters[:-1]:
            y = activation(y @ w + b)
        w, b = parameters[-1]
        y = y @ w + b
        if work.loss == "squares":
            return ((y - target) ** 2).sum()
        return -jnp.take_along_axis(jax.nn.log_softmax(y), target[:, None], 1).mean()

    def train(parameters: Any, speeds: Any, x: Any, target: Any) -> Any:
        value, gradients = jax.value_and_grad(loss)(parameters, x, target)
        if work.momentum:
            gradients = speeds = tree(lambda v, g: work.momentum * v + g, speeds, gradients)
        return tree(lambda p, g: p - LR * g, parameters, gradients), speeds, value

    compiled = jax.jit(train, donate_argnums=(0, 1))

    def step() -> Any:
        nonlocal parameters, speeds
        parameters, speeds, value = compiled(parameters, speeds, x, target)
        return jax.block_until_ready(value)  # it computes in the background otherwise

    return step


def formula(work: Workload, jax: Any) -> Step:
    """Value and gradient, compiled together."""
    jnp = jax.numpy
    x = jnp.array(problem(work)[1])
    compute = jax.jit(jax.value_and_grad(lambda x: jax.nn.relu(jnp.tanh(x) * x + jnp.exp(x)).mean()))
    return lambda: jax.block_until_ready(compute(x))
