"""Calls with arguments of a wrong kind, and the beginning of what tensorgrad says of each."""

import numpy as np
from error_inputs import R, V, X, Z


def targets(t, dtype):
    """Two class indices."""
    return t.tensor([0, 1], dtype=getattr(t, dtype))


WRONG_KINDS = [
    (lambda t: ~X(t), "invert: not defined for float32; masks go with ~ & |"),
    (lambda t: X(t) | 1, "or: not defined for float32; masks go with ~ & | ^,"),
    (lambda t: Z(t) & 2.5, "and: not defined for int64; masks go with ~ & | ^,"),
    (lambda t: t.maximum(Z(t), 3), "maximum: argument 2 must be a Tensor, but it is a int; make"),
    (lambda t: t.minimum(Z(t), 3.0), "minimum: argument 2 must be a Tensor, but it is a float;"),
    (lambda t: t.atan2(Z(t), 3), "atan2: argument 2 must be a Tensor, but it is a int; make"),
    (lambda t: t.logaddexp(Z(t), 3), "logaddexp: argument 2 must be a Tensor, but it is a int;"),
    (lambda t: t.logaddexp(Z(t), Z(t)), "logaddexp: the input must be floating-point, but it is"),
    (lambda t: t.eq(X(t), None), "eq: argument 2 must be a Tensor, but it is a NoneType;"),
    (lambda t: X(t).lt("a"), "lt: argument 2 must be a Tensor, but it is a str; make one"),
    (lambda t: t.ge(2.0, X(t)), "ge: argument 1 must be a Tensor, but it is a float; make one"),
    (lambda t: t.logical_or(None, X(t)), "logical_or: argument 1 must be a Tensor, but it is a NoneType;"),
    (lambda t: t.isnan(None), "isnan: argument 1 must be a Tensor, but it is a NoneType;"),
    (lambda t: t.isclose(X(t), None), "isclose: argument 2 must be a Tensor, but it is a NoneType;"),
    (lambda t: t.allclose([1.0], X(t)), "allclose: argument 1 must be a Tensor, but it is a list;"),
    (lambda t: t.all([True]), "all: argument 1 must be a Tensor, but it is a list; make one"),
    (lambda t: t.t(2.0), "t: argument 1 must be a Tensor, but it is a float; make one"),
    (lambda t: t.numel(input=[1]), "numel: argument 1 must be a Tensor, but it is a list; make"),
    (lambda t: t.nonzero(None), "nonzero: argument 1 must be a Tensor, but it is a NoneType;"),
    (lambda t: t.chunk([1, 2], 2), "chunk: argument 1 must be a Tensor, but it is a list; make"),
    (lambda t: X(t).view_as(2), "view_as: argument 2 must be a Tensor, but it is a int; make"),
    (lambda t: t.mm(X(t), None), "mm: argument 2 must be a Tensor, but it is a NoneType; make"),
    (lambda t: t.addmm(X(t), None, X(t)), "addmm: argument 2 must be a Tensor, but it is a NoneType;"),
    (lambda t: t.where([True]), "where: argument 1 must be a Tensor, but it is a list; make"),
    (lambda t: t.take_along_dim(X(t), [[0]], 0), "take_along_dim: the indices must be a Tensor, but are a list;"),
    (lambda t: t.nn.ReLU()(None), "relu: argument 1 must be a Tensor, but it is a NoneType;"),
    (lambda t: t.nn.Tanh()(2.0), "tanh: argument 1 must be a Tensor, but it is a float; make"),
    (lambda t: t.nn.functional.conv1d(X(t), None), "conv1d: argument 2 must be a Tensor, but it is a NoneType;"),
    (lambda t: t.nn.functional.embedding(Z(t), None), "embedding: argument 2 must be a Tensor, but it is a NoneType;"),
    (lambda t: X(t).sum(True), "dim must be an integer, or several, but got True"),
    (lambda t: X(t).unsqueeze(True), "unsqueeze: a dimension must be an integer, but got True"),
    (lambda t: X(t).reshape(True, 4), "reshape: sizes and dimensions must be integers, but got"),
    (lambda t: t.zeros((True, 2)), "zeros: sizes and dimensions must be integers, but got (True,"),
    (lambda t: X(t).sum(0, keepdim=1), "keepdim must be True or False, but it is 1"),
    (lambda t: X(t).amax(0, keepdim=None), "keepdim must be True or False, but it is None"),
    (lambda t: t.zeros(2, 2, 2).norm("nuc"), "norm: with p='nuc' shape (2, 2, 2) needs dim, to say"),
    (lambda t: t.zeros(2, device="cuda"), "there is no device 'cuda' here; tensorgrad computes on the"),
    (lambda t: X(t).to("cuda:1"), "there is no device 'cuda:1' here; tensorgrad computes on the"),
    (lambda t: X(t).cuda(), "there is no device 'cuda' here; tensorgrad computes on the"),
    (lambda t: X(t).cuda(0), "there is no device 0 here; tensorgrad computes on the CPU,"),
    (lambda t: t.zeros(2, device="nonsense"), "there is no device 'nonsense' here; tensorgrad computes on"),
    (lambda t: t.zeros(2, device=1.5), "a device is named by a str, such as 'cpu', but got a float"),
    (
        lambda t: t.nn.functional.cross_entropy(X(t), targets(t, "int32")),
        "cross_entropy: class indices must be integers, int64",
    ),
    (lambda t: t.nn.functional.nll_loss(X(t), targets(t, "int16")), "nll_loss: class indices must be integers, int64"),
    (lambda t: t.nn.functional.nll_loss(X(t), targets(t, "bool")), "nll_loss: class indices must be integers, int64"),
    (
        lambda t: t.nn.functional.cross_entropy(t.zeros(1, 2, 2), targets(t, "uint8")[None]),
        "cross_entropy: class indices must be integers, int64,",
    ),
    (
        lambda t: t.nn.functional.multi_margin_loss(X(t), targets(t, "uint8")),
        "multi_margin_loss: class indices must be",
    ),
    (lambda t: t.nn.functional.embedding(Z(t), X(t), 7), "embedding: padding_idx must be within the number of rows,"),
    (lambda t: t.nn.Embedding(3, 2, 7), "Embedding: padding_idx must be within num_embeddings, from"),
    (lambda t: t.nn.Embedding.from_pretrained(V(t)), "Embedding: embeddings parameter is expected to be"),
    (lambda t: t.nn.Hardtanh(2.0), "Hardtanh: max_val (1.0) must be greater than min_val (2.0)"),
    (lambda t: t.nn.functional.pad(X(t), (1, 1), "a"), "pad: mode must be one of ['constant',"),
    (
        lambda t: t.nn.functional.max_pool2d(t.ones(1, 4, 4), "a"),
        "max_pool2d: kernel_size must be an integer of at least",
    ),
    (
        lambda t: t.nn.functional.conv1d(t.ones(1, 4), t.ones(1, 1, 2), groups=None),
        "conv1d: groups must be an integer of",
    ),
    (lambda t: t.utils.data.TensorDataset(X(t), V(t)), "Size mismatch between tensors: they hold [2, 3] samples, but"),
    (
        lambda t: t.utils.data.TensorDataset(t.tensor(1.0)),
        "TensorDataset: argument 0 is a single number, which holds no",
    ),
    (
        lambda t: list(t.utils.data.DataLoader([1], timeout=1)),
        "DataLoader: timeout must be 0 where no workers are, but it",
    ),
    (
        lambda t: t.nn.Linear(2, 1).load_state_dict({"weight": 1, "bias": 2}),
        "Error(s) in loading state_dict for Linear: weight",
    ),
    (lambda t: t.optim.Adam([R(t)], betas=0.9), "betas must be two floats, such as (0.9, 0.999), but got 0.9"),
]
NUMPY_INTEGERS = [  # which are as good as Python's
    lambda t: t.nn.Linear(np.int64(2), np.int64(2))(X(t)).shape,
    lambda t: t.nn.Conv1d(np.int64(2), 2, np.int64(2), stride=np.int64(1))(X(t)).shape,
    lambda t: t.nn.functional.max_pool1d(X(t), np.int64(2)).shape,
]
