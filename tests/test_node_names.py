"""A result prints its ``grad_fn`` under PyTorch's name, where one operation here is one there."""

import pytest
from against_torch import torch

import tensorgrad as tg

CALLS = {
    "add": lambda t, x, v: x + v,
    "sub": lambda t, x, v: x - v,
    "mul": lambda t, x, v: x * v,
    "div": lambda t, x, v: x / v,
    "pow": lambda t, x, v: x**2,
    "neg": lambda t, x, v: -x,
    "exp": lambda t, x, v: x.exp(),
    "log": lambda t, x, v: x.log(),
    "sqrt": lambda t, x, v: x.sqrt(),
    "tanh": lambda t, x, v: x.tanh(),
    "sigmoid": lambda t, x, v: x.sigmoid(),
    "relu": lambda t, x, v: x.relu(),
    "gelu": lambda t, x, v: t.nn.functional.gelu(x),
    "logsigmoid": lambda t, x, v: t.nn.functional.logsigmoid(x),
    "sum": lambda t, x, v: x.sum(),
    "mean": lambda t, x, v: x.mean(),
    "var": lambda t, x, v: x.var(),
    "softmax": lambda t, x, v: x.softmax(1),
    "log_softmax": lambda t, x, v: x.log_softmax(1),
    "cross_entropy": lambda t, x, v: t.nn.functional.cross_entropy(x, t.tensor([0, 1])),
    "mse_loss": lambda t, x, v: t.nn.functional.mse_loss(x, 2 * x),
    "with logits": lambda t, x, v: t.nn.functional.binary_cross_entropy_with_logits(x, x.detach()),
    "transpose": lambda t, x, v: x.transpose(0, 1),
    "permute": lambda t, x, v: x.permute(1, 0),
    "view": lambda t, x, v: x.view(4),
    "reshape": lambda t, x, v: x.reshape(4),
    "flatten": lambda t, x, v: x.flatten(),
    "unsqueeze": lambda t, x, v: x.unsqueeze(0),
    "expand": lambda t, x, v: v.expand(2, 2),
    "cat": lambda t, x, v: t.cat([x, x]),
    "stack": lambda t, x, v: t.stack([x, x]),
    "gather": lambda t, x, v: x.gather(0, t.tensor([[0, 1]])),
    "take_along_dim": lambda t, x, v: x.take_along_dim(t.tensor([[0, 1]]), 0),
    "where": lambda t, x, v: t.where(x > 1, x, v),
    "clone": lambda t, x, v: x.clone(),
    "double": lambda t, x, v: x.double(),
    "norm": lambda t, x, v: x.norm(),
    "det": lambda t, x, v: x.det(),
    "inverse": lambda t, x, v: x.inverse(),
    "matmul": lambda t, x, v: x @ x,
    "linear": lambda t, x, v: t.nn.functional.linear(x, x, v),
    "solve": lambda t, x, v: t.linalg.solve(x, x),
    "cholesky": lambda t, x, v: t.linalg.cholesky(x @ x.T),
    "slogdet": lambda t, x, v: x.slogdet()[1],
    "max_pool2d": lambda t, x, v: t.nn.functional.max_pool2d(x[None, None], 2),
    "avg_pool2d": lambda t, x, v: t.nn.functional.avg_pool2d(x[None, None], 2),
}


@pytest.mark.parametrize("name", CALLS)
def test_names_of_nodes(name):
    names = []
    for t in (tg, torch):
        x = t.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
        names.append(repr(CALLS[name](t, x, t.tensor([0.5, 0.25], requires_grad=True)).grad_fn))
    assert names[0].strip("<>") == names[1].strip("<>").partition(" ")[0]
