"""The losses as modules, against torch.nn: results, settings, buffers."""

import re

import numpy as np
import pytest
from against_torch import of, same, torch
from expectations import refused

import tensorgrad as tg

REDUCTIONS = ["mean", "sum", "none"]
RNG = np.random.default_rng(4)
X, Y = RNG.normal(size=(6, 4)), RNG.uniform(size=(6, 4))
SHARES, LOGS = RNG.uniform(0.1, 0.9, (6, 4)), np.log(RNG.uniform(0.1, 0.9, (6, 4)))
CLASSES, SIGNS, WEIGHT = RNG.integers(0, 4, 6), np.array([1, -1, -1, 1, -1, 1]), RNG.uniform(size=4)

# (module, options, inputs); an array among the options is a Tensor in either library
MODULES = [
    ("MSELoss", {}, (X, Y)), ("L1Loss", {}, (X, Y)),
    ("SmoothL1Loss", {}, (X, Y)), ("SmoothL1Loss", {"beta": 0.3}, (X, Y)),
    ("HuberLoss", {}, (X, Y)), ("HuberLoss", {"delta": 0.3}, (X, Y)),
    ("KLDivLoss", {"log_target": True}, (LOGS, LOGS - 0.1)),
    ("BCELoss", {}, (SHARES, Y)), ("BCELoss", {"weight": WEIGHT}, (SHARES, Y)),
    ("BCEWithLogitsLoss", {}, (X, Y)), ("BCEWithLogitsLoss", {"weight": WEIGHT, "pos_weight": WEIGHT * 2}, (X, Y)),
    ("CrossEntropyLoss", {}, (X, CLASSES)), ("CrossEntropyLoss", {}, (X, Y)),
    ("CrossEntropyLoss", {"weight": WEIGHT, "ignore_index": 2, "label_smoothing": 0.1}, (X, CLASSES)),
    ("NLLLoss", {}, (LOGS, CLASSES)), ("NLLLoss", {"weight": WEIGHT, "ignore_index": 2}, (LOGS, CLASSES)),
    ("MultiMarginLoss", {}, (X, CLASSES)), ("MultiMarginLoss", {"p": 2, "margin": 0.5, "weight": WEIGHT}, (X, CLASSES)),
    ("HingeEmbeddingLoss", {}, (X, SIGNS[:4])), ("HingeEmbeddingLoss", {"margin": 0.5}, (X, SIGNS[:4])),
    ("MarginRankingLoss", {}, (X[0], Y[0], SIGNS[:4])), ("MarginRankingLoss", {"margin": 0.5}, (X[0], Y[0], SIGNS[:4])),
    ("CosineEmbeddingLoss", {}, (X, Y, SIGNS)), ("CosineEmbeddingLoss", {"margin": 0.5}, (X, Y, SIGNS)),
]  # fmt: skip


def made(library, name, options):
    given = {k: library.tensor(x) if isinstance(x, np.ndarray) else x for k, x in options.items()}
    return getattr(library.nn, name)(**given)


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("name", "options", "inputs"), MODULES)
def test_results(name, options, inputs, reduction):
    options = {**options, "reduction": reduction}
    ours, theirs = made(tg, name, options), made(torch, name, options)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert list(ours.parameters()) == []
    a, b = of(tg, inputs), of(torch, inputs)
    y, z = ours(*a), theirs(*b)
    same(y, z)
    y.sum().backward()
    z.sum().backward()
    for p, q in zip(a, b, strict=True):
        same(p.grad, q.grad)


def test_batchmean():
    ours, theirs = (
        made(tg, "KLDivLoss", {"reduction": "batchmean"}),
        made(torch, "KLDivLoss", {"reduction": "batchmean"}),
    )
    same(ours(tg.tensor(LOGS), tg.tensor(SHARES)), theirs(torch.tensor(LOGS), torch.tensor(SHARES)))


@pytest.mark.parametrize("name", sorted({name for name, _, _ in MODULES}))
def test_settings_are_attributes(name):
    ours, theirs = getattr(tg.nn, name)(), getattr(torch.nn, name)()
    settings = {k: v for k, v in vars(ours).items() if not k.startswith("_")}
    assert settings.pop("reduction") == "mean"
    assert settings == {k: getattr(theirs, k) for k in settings}


@pytest.mark.parametrize("name", sorted({name for name, _, _ in MODULES} - {"HuberLoss"}))
def test_reduction_is_given_by_name(name):
    """Where PyTorch has its deprecated size_average, which would take a word for True."""
    given = {"MultiMarginLoss": (1, 1.0, None)}.get(name, (None,))
    with pytest.raises(TypeError, match=re.escape("positional argument")):
        getattr(tg.nn, name)(*given, "sum")


def test_weights_move_with_the_module():
    loss = tg.nn.NLLLoss(tg.ones(4)).double()
    assert loss.weight.dtype == tg.float64
    loss.load_state_dict({"weight": tg.tensor(WEIGHT)})
    assert loss.weight.tolist() == WEIGHT.tolist()


def test_powers_of_multi_margin_loss():
    text = "MultiMarginLoss: only p == 1 and p == 2 are supported, but got 3"
    refused(ValueError, text, tg.nn.MultiMarginLoss, 3)
    with pytest.raises(ValueError, match="only p == 1 and p == 2 supported"):
        torch.nn.MultiMarginLoss(3)
