"""What a program prints, against PyTorch: results with names, Tensors in f-strings, modules, keys; whole texts.

tests/test_printing.py has the numbers of Tensors.
"""

import copy
import pickle
from collections import OrderedDict

import numpy as np
import pytest
from against_torch import torch

import tensorgrad as tg
from tensorgrad import return_types

X = [[1.0, -2.5, 3.25], [0.5, 0.01, 7.0]]
NAMED = {
    "max": lambda t, x: x.max(1),
    "max, kept": lambda t, x: t.max(x, 0, keepdim=True),
    "min": lambda t, x: x.min(dim=0),
    "sort": lambda t, x: x.sort(descending=True),
    "topk": lambda t, x: x.topk(2),
    "median": lambda t, x: x.median(1),
    "median, kept": lambda t, x: x.median(1, True),
    "of a number": lambda t, x: x[0, 0].median(0),
    "aminmax": lambda t, x: x.aminmax(),
    "aminmax along": lambda t, x: t.aminmax(x, dim=0),
    "slogdet": lambda t, x: (x @ x.T).slogdet(),
    "linalg.slogdet": lambda t, x: t.linalg.slogdet(x @ x.T),
    "histogram": lambda t, x: t.histogram(x, 2),
    "of integers": lambda t, x: t.tensor([3, 1, 2]).sort(),
}
PLAIN = {
    "unique": lambda t, x: x.unique(return_counts=True),
    "var_mean": lambda t, x: t.var_mean(x, 0),
    "std_mean": lambda t, x: t.std_mean(x),
    "unbind": lambda t, x: x.unbind(),
    "split": lambda t, x: x.split(1),
    "nonzero": lambda t, x: x.nonzero(as_tuple=True),
    "broadcast_tensors": lambda t, x: t.broadcast_tensors(x, x[0]),
}


@pytest.mark.parametrize("name", NAMED)
def test_named_results(name):
    own, theirs = (NAMED[name](t, t.tensor(X)) for t in (tg, torch))
    assert repr(own) == str(own) == f"{own}" == repr(theirs)
    assert isinstance(own, tuple)
    assert len(own) == 2
    for place, part in enumerate(type(theirs).__match_args__):
        assert getattr(own, part) is own[place]
    assert type(own).__match_args__ == type(theirs).__match_args__
    for copied in (pickle.loads(pickle.dumps(own)), copy.deepcopy(own)):
        assert type(copied) is type(own) is getattr(return_types, type(own).__name__)
        assert repr(copied) == repr(own)
    assert type(own[:2]) is tuple
    assert repr(type(own)(list(own))) == repr(own)


@pytest.mark.parametrize("name", PLAIN)
def test_plain_results(name):
    own, theirs = (PLAIN[name](t, t.tensor(X)) for t in (tg, torch))
    assert repr(own) == repr(theirs)
    assert type(own) is type(theirs)


IN_TEXT = """
    f"{x}"; f"{x!s:>90}"; f"{x!r}"; f"{x[0, 0]}"; f"{x[0, 0]:.3f}"; f"{x[0, 1]:8.2e}"; f"{x[0, 0].item():.3f}"; "%s" % x
    "%.3f" % x[0, 1]; "{:.2f}".format(x[0, 0]); "{:d}".format(t.tensor(3)); "{:5}|".format(t.tensor(3))
    f"{t.tensor(True)}"; f"{t.tensor(7):.2f}"; f"{t.tensor(7):x}"; f"{t.tensor(2.5, requires_grad=True):.1f}"
    f"{t.tensor(2.5, requires_grad=True)}"; f"{t.tensor([2.5])}"; f"{t.tensor(float('nan'))}"
    f"{t.tensor(float('inf')):.2f}"; f"{t.tensor(0.1).double()}"; repr([t.tensor(1.0), t.tensor([1, 2])])
    repr({"a": t.tensor(1.0)}); repr((x,)); str(x.tolist()); f"{t.tensor(-0.0)}"; f"{t.tensor([0.0, -0.0])}"
    repr(t.nn.Parameter(x)); str(t.nn.Parameter(x)); f"{t.nn.Parameter(x)}"; repr([t.nn.Parameter(x[0])])
    repr(t.nn.Parameter(t.tensor([1.0]), requires_grad=False)); repr(t.nn.Buffer(x)); repr(x.device); str(x.device)
    repr(t.finfo(t.float32)); repr(t.finfo(t.float64)); repr(t.finfo(t.float16)); repr(t.finfo())
    repr(t.iinfo(t.int32)); repr(t.iinfo(t.uint8)); str(t.iinfo(t.int64)); repr(t.ones(2).grad_fn)
    repr(t.zeros(0)); repr(t.zeros(2, 0)); repr(t.zeros(0, requires_grad=True)); repr(t.zeros(0, 3, dtype=t.bool))
    repr(t.arange(2000)); repr(t.arange(3e4).reshape(30, 10, 100) / 7); repr(t.ones(1001, 2)); repr(t.ones(2, 1001))
    repr(t.ones(1001, requires_grad=True)); repr(t.ones(1001, requires_grad=True) * 2); repr(t.ones(5, 5, 5, 5, 5))
    repr(t.tensor([1e10, 1.0], requires_grad=True)); repr(t.tensor([[True, False]])); repr(t.tensor(1e-45))
    repr(t.rand(3, 3, generator=t.Generator().manual_seed(1))); repr(t.tensor([0.1, 1e4, 1e-3]) * 3)
    repr((x.requires_grad_() * 2).sum()); repr(x.requires_grad_().softmax(1)); repr(x.requires_grad_().relu().exp())
    repr(t.nn.functional.cross_entropy(x.requires_grad_(), t.tensor([0, 1]))); repr(x.requires_grad_().detach())
    repr(t.autograd.grad((x.requires_grad_() * 2).sum(), x)); repr(t.tensor([1e-3, 1.0, 2.0], dtype=t.float64))
    repr(t.nn.Linear(1, 1).load_state_dict(t.nn.Linear(1, 1).state_dict()))
    repr(t.nn.Linear(1, 1).load_state_dict({}, strict=False))
    str(t.nn.ReLU().load_state_dict({"a": x}, strict=False))
    repr(t.nn.ParameterList([t.nn.Parameter(t.ones(2)), t.nn.Parameter(t.ones(2, 3).double())]))
    repr(dict(t.nn.Sequential(t.nn.Linear(1, 2)).named_children())); repr(list(t.nn.ReLU().named_modules()))
"""
MODULES = """
    Identity(); Flatten(); Flatten(0, 2); Unflatten(1, (2, 3)); Linear(2, 3); Linear(2, 3, bias=False)
    Bilinear(1, 2, 3); Bilinear(1, 2, 3, bias=False); Embedding(3, 4); Embedding(3, 4, padding_idx=1)
    ReLU(); ReLU(True); ReLU6(); LeakyReLU(); LeakyReLU(0.2); LeakyReLU(0.2, True); Tanh(); Sigmoid(); GELU()
    GELU("tanh"); SiLU(); SiLU(True); ELU(); ELU(2.0); ELU(2.0, True); Softplus(); Softplus(2, 10); Softmax()
    Softmax(1); Softmax(dim=-1); LogSoftmax(1); LogSigmoid(); Hardtanh(); Hardtanh(-2, 3); Hardtanh(-2.0, 3.0, True)
    Dropout(); Dropout(0.1); Dropout(0.1, True); LayerNorm(3); LayerNorm((3, 4)); LayerNorm(3, 1e-3, False)
    LayerNorm(3, bias=False); LayerNorm([3]); BatchNorm1d(3); BatchNorm1d(3, 1e-3, 0.2, False, False)
    BatchNorm1d(3, momentum=None); GroupNorm(2, 4); GroupNorm(2, 4, 1e-3, False); RMSNorm(3); RMSNorm(3, 1e-3)
    RMSNorm((3, 4), elementwise_affine=False); MSELoss(); MSELoss(reduction="sum"); L1Loss(); SmoothL1Loss(beta=2.0)
    HuberLoss(delta=0.5); CrossEntropyLoss(); CrossEntropyLoss(label_smoothing=0.1); NLLLoss(); BCELoss()
    BCEWithLogitsLoss(); KLDivLoss(); HingeEmbeddingLoss(); MultiMarginLoss(); Conv1d(1, 2, 3)
    Conv1d(1, 2, 3, padding=1); Conv1d(2, 2, 3, 2, 1, 2, 2); Conv2d(1, 2, 3); Conv2d(1, 2, (3, 2), bias=False)
    Conv2d(1, 2, 3, padding="same"); Conv2d(1, 2, 3, stride=2, padding=(1, 2), dilation=2); Conv2d(2, 2, 3, groups=2)
    MaxPool2d(2); MaxPool2d(2, 2); MaxPool2d((2, 3), stride=1, padding=1, dilation=2, ceil_mode=True); AvgPool2d(2)
    AvgPool2d((2, 3), stride=1, padding=1); AvgPool2d(2, 2, 0, True, False); Sequential(); ModuleList(); ModuleDict()
    ParameterList(); Sequential(Linear(1, 2), Linear(1, 2)); Sequential(Sequential(Linear(1, 2), Tanh()), Flatten())
    Sequential(OrderedDict([("a", Linear(1, 2)), ("b", Sequential(ReLU()))])); ModuleList([Linear(1, 2)])
    ModuleList([Linear(1, 2) for _ in range(3)]); ModuleList([Linear(1, 2), Linear(1, 2), ReLU(), Linear(1, 2)])
    ModuleList([Sequential(Linear(1, 2), ReLU()) for _ in range(2)]); ModuleDict({"a": Linear(1, 2), "b": ReLU()})
"""


def expressions(text):
    return [part.strip() for line in text.strip().splitlines() for part in line.split("; ")]


@pytest.mark.parametrize("expression", expressions(IN_TEXT))
def test_in_text(expression):
    own, theirs = (eval(expression, {"t": t, "x": t.tensor(X)}) for t in (tg, torch))
    assert own == theirs


@pytest.mark.parametrize("expression", expressions(MODULES))
def test_modules(expression):
    own, theirs = (eval(expression, {"OrderedDict": OrderedDict, **vars(t.nn)}) for t in (tg, torch))
    assert repr(own) == str(own) == repr(theirs)


def test_set_printoptions_in_the_library():
    """By keyword, and with the profiles, of Tensors and not only of arrays."""
    try:
        for options in ({"precision": 2}, {"profile": "short"}, {"sci_mode": True}, {"linewidth": 40, "edgeitems": 1}):
            texts = []
            for t in (tg, torch):
                t.set_printoptions(**options)
                x = t.tensor(np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 7, requires_grad=True)
                texts.append(repr([x, x * 2, x.detach(), t.arange(2000), x.max(2)[1], x.detach().max(2)]))
            assert texts[0] == texts[1]
    finally:
        for t in (tg, torch):
            t.set_printoptions(profile="default")
