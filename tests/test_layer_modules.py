"""The layers of nn against torch.nn: arguments, prints, initial bits, states, modes, results and gradients, errors."""

import numpy as np
import pytest
from against_torch import FLOATS, error_of, same, torch
from expectations import refused

import tensorgrad as tg
from tensorgrad import nn

INTEGERS = np.array([[1, 4, 0], [3, 3, 1]])


def drawn(*shape):
    return np.random.default_rng(shape).normal(size=shape)


# What makes a layer, and what it takes.
LAYERS = {
    "Embedding": (lambda n, o: n.Embedding(5, 3, **o), INTEGERS),
    "Embedding, padding": (lambda n, o: n.Embedding(5, 3, 1, **o), INTEGERS),
    "Embedding, padding from the end": (lambda n, o: n.Embedding(5, 3, padding_idx=-2, **o), INTEGERS),
    "Embedding of many": (lambda n, o: n.Embedding(50, 16, **o), INTEGERS),
    "Embedding, short vectors": (lambda n, o: n.Embedding(5, 3, max_norm=0.75, **o), INTEGERS),
    "Embedding, all settings": (lambda n, o: n.Embedding(5, 3, 1, 0.5, 1.0, True, False, **o), INTEGERS),
    "Linear": (lambda n, o: n.Linear(3, 4, **o), drawn(2, 3)),
    "Bilinear": (lambda n, o: n.Bilinear(2, 3, 4, **o), drawn(5, 2), drawn(5, 3)),
    "Bilinear, no bias": (lambda n, o: n.Bilinear(2, 3, 4, bias=False, **o), drawn(5, 2), drawn(5, 3)),
    "LayerNorm": (lambda n, o: n.LayerNorm(4, **o), drawn(2, 3, 4)),
    "LayerNorm of two": (lambda n, o: n.LayerNorm((3, 4), 1e-3, bias=False, **o), drawn(2, 3, 4)),
    "LayerNorm, list": (lambda n, o: n.LayerNorm([4], elementwise_affine=False, **o), drawn(2, 3, 4)),
    "RMSNorm": (lambda n, o: n.RMSNorm(4, **o), drawn(2, 3, 4)),
    "RMSNorm of two": (lambda n, o: n.RMSNorm((3, 4), 1e-3, False, **o), drawn(2, 3, 4)),
    "GroupNorm": (lambda n, o: n.GroupNorm(2, 4, **o), drawn(2, 4, 3)),
    "GroupNorm, plain": (lambda n, o: n.GroupNorm(4, 4, 1e-3, affine=False, **o), drawn(2, 4, 3, 2)),
    "GroupNorm, no bias": (lambda n, o: n.GroupNorm(4, 4, bias=False, **o), drawn(2, 4, 3, 2)),
    "BatchNorm1d": (lambda n, o: n.BatchNorm1d(3, **o), drawn(5, 3)),
    "BatchNorm1d of sequences": (lambda n, o: n.BatchNorm1d(3, 1e-3, 0.3, **o), drawn(5, 3, 2)),
    "BatchNorm1d, all batches": (lambda n, o: n.BatchNorm1d(3, momentum=None, **o), drawn(5, 3)),
    "BatchNorm1d, plain": (lambda n, o: n.BatchNorm1d(3, affine=False, **o), drawn(5, 3)),
    "BatchNorm1d, no bias": (lambda n, o: n.BatchNorm1d(3, bias=False, **o), drawn(5, 3)),
    "BatchNorm1d, its own": (lambda n, o: n.BatchNorm1d(3, track_running_stats=False, **o), drawn(5, 3)),
    "BatchNorm2d": (lambda n, o: n.BatchNorm2d(3, **o), drawn(2, 3, 4, 5)),
    "Conv1d": (lambda n, o: n.Conv1d(3, 5, 2, **o), drawn(2, 3, 8)),
    "Conv1d, same": (lambda n, o: n.Conv1d(3, 5, (3,), padding="same", bias=False, **o), drawn(2, 3, 8)),
    "Conv2d": (lambda n, o: n.Conv2d(3, 5, 2, **o), drawn(2, 3, 6, 7)),
    "Conv2d, all options": (
        lambda n, o: n.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, False, **o),
        drawn(2, 4, 6, 7),
    ),
    "Conv2d, reflect": (lambda n, o: n.Conv2d(3, 4, 3, padding=(1, 2), padding_mode="reflect", **o), drawn(2, 3, 5, 5)),
    "Conv2d, replicate": (lambda n, o: n.Conv2d(3, 4, 3, padding=2, padding_mode="replicate", **o), drawn(2, 3, 5, 5)),
    "Conv2d, circular": (
        lambda n, o: n.Conv2d(3, 4, (3, 5), padding="same", padding_mode="circular", **o),
        drawn(2, 3, 5, 6),
    ),
    "Conv2d, valid": (lambda n, o: n.Conv2d(3, 4, 3, padding="valid", padding_mode="reflect", **o), drawn(3, 5, 6)),
    "Dropout": (lambda n, o: n.Dropout(), drawn(4, 5)),
    "Dropout, some": (lambda n, o: n.Dropout(0.1), drawn(4, 5)),
    "MaxPool1d": (lambda n, o: n.MaxPool1d(2), drawn(2, 3, 7)),
    "MaxPool2d": (lambda n, o: n.MaxPool2d(2), drawn(2, 3, 7, 6)),
    "MaxPool2d, all options": (lambda n, o: n.MaxPool2d((2, 3), (2, 1), (1, 1), 2, ceil_mode=True), drawn(2, 3, 7, 8)),
    "AvgPool1d": (lambda n, o: n.AvgPool1d(2, 1, 1), drawn(2, 3, 7)),
    "AvgPool1d, ceiling": (lambda n, o: n.AvgPool1d(2, None, 1, True, False), drawn(2, 3, 7)),
    "AvgPool2d": (lambda n, o: n.AvgPool2d((2, 3)), drawn(2, 3, 7, 6)),
    "AvgPool2d, all options": (lambda n, o: n.AvgPool2d(3, 2, 1, True, False, 7), drawn(2, 3, 7, 6)),
    "Flatten": (lambda n, o: n.Flatten(0, 1), drawn(2, 3, 4)),
    "Unflatten": (lambda n, o: n.Unflatten(1, (2, 3)), drawn(2, 6, 4)),
    "Unflatten, list": (lambda n, o: n.Unflatten(-1, [2, -1]), drawn(2, 6, 4)),
    "Identity": (lambda n, o: n.Identity(3, a=4), drawn(2)),
}


def both(name, dtype="float32"):
    """The layer in either library, from the same seed."""
    layers = []
    for t in (tg, torch):
        t.manual_seed(3)
        layers.append(LAYERS[name][0](t.nn, {"dtype": getattr(t, dtype)}))
    return layers


def outcome(t, layer, inputs, g, dtype):
    """Result, gradients of the inputs and of the parameters, and the state afterwards."""
    given = [t.tensor(x.astype(dtype), requires_grad=True) if x.dtype.kind == "f" else t.tensor(x) for x in inputs]
    t.manual_seed(9)
    y = layer(*given)
    if y.requires_grad:
        y.backward(t.tensor(g(tuple(y.shape)).astype(dtype)))
    grads = [x.grad for x in (*given, *layer.parameters())]
    layer.zero_grad()
    return [y, *grads, *(x.clone() for x in layer.state_dict().values())]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", LAYERS)
def test_layer(name, dtype):
    """Prints, names, initial bits, then three batches in training mode and one in evaluation mode."""
    own, theirs = both(name, dtype)
    assert repr(own) == repr(theirs)
    for part in ("named_parameters", "named_buffers"):
        assert [n for n, _ in getattr(own, part)()] == [n for n, _ in getattr(theirs, part)()]
    assert [*own.state_dict()] == [*theirs.state_dict()]
    for n, x in theirs.state_dict().items():
        ours = own.state_dict()[n]
        assert (ours.tolist(), str(ours.dtype)) == (x.tolist(), str(x.dtype)), n
    inputs = LAYERS[name][1:]
    for step in range(4):
        if step == 3:
            own.eval(), theirs.eval()
        batch = [x * (step + 1) if x.dtype.kind == "f" else x for x in inputs]
        pairs = zip(
            outcome(tg, own, batch, drawn_like, dtype), outcome(torch, theirs, batch, drawn_like, dtype), strict=True
        )
        for ours, expected in pairs:
            same(ours, expected, (name, step))


def drawn_like(shape):
    return np.random.default_rng(1).uniform(0.5, 2, shape)


@pytest.mark.parametrize("name", [name for name in LAYERS if "," not in name])
def test_states_go_both_ways(name):
    own, theirs = both(name)
    inputs = [x.astype("float32") if x.dtype.kind == "f" else x for x in LAYERS[name][1:]]
    theirs(*map(torch.tensor, inputs))  # running numbers move on
    own.load_state_dict({n: tg.from_numpy(x.numpy()) for n, x in theirs.state_dict().items()})
    own(*map(tg.tensor, inputs))
    theirs.load_state_dict({n: torch.tensor(x.numpy()) for n, x in own.state_dict().items()})
    own.eval(), theirs.eval()
    same(own(*map(tg.tensor, inputs)), theirs(*map(torch.tensor, inputs)), name)


@pytest.mark.parametrize("name", [name for name in LAYERS if "," not in name])
def test_conversion(name):
    own, theirs = both(name)
    own.double(), theirs.double()
    assert [str(x.dtype) for x in own.state_dict().values()] == [str(x.dtype) for x in theirs.state_dict().values()]


def test_a_network_of_many_kinds_starts_alike():
    """The order of draws across layers."""
    models = []
    for t in (tg, torch):
        t.manual_seed(1)
        n = t.nn
        models.append(
            n.Sequential(n.Conv2d(1, 4, 3), n.BatchNorm2d(4), n.Embedding(7, 3), n.Bilinear(2, 2, 2), n.Linear(3, 1))
        )
    for (name, p), (other, q) in zip(models[0].named_parameters(), models[1].named_parameters(), strict=True):
        assert name == other
        assert p.tolist() == q.tolist(), name


def test_embedding_from_a_table():
    for freeze in (True, False):
        tables = []
        for t in (tg, torch):
            table = t.nn.Embedding.from_pretrained(t.tensor([[1.0, 2.0], [3.0, 4.0]]), freeze, padding_idx=1)
            tables.append((repr(table), table(t.tensor([1, 0])).tolist(), table.weight.requires_grad))
        assert tables[0] == tables[1]
    for options in (
        {"max_norm": 1.0, "norm_type": 1.0}, {"padding_idx": -1, "scale_grad_by_freq": True},
        {"freeze": False, "max_norm": 2.5, "sparse": False},
    ):  # fmt: skip
        tables = []
        for t in (tg, torch):
            table = t.nn.Embedding.from_pretrained(t.tensor([[1.0, 2.0], [3.0, 4.0]]), **options)
            y = table(t.tensor([1, 0, 1]))
            if y.requires_grad:
                (y * y).sum().backward()
            tables.append((repr(table), table.padding_idx, np.round(y.tolist(), 5).tolist()))
        assert tables[0] == tables[1]
    table = tg.ones(2, 3)
    assert nn.Embedding.from_pretrained(table).weight._data is table._data


def test_dropout_in_place():
    x = tg.ones(8)
    assert nn.Dropout(0.5, inplace=True)(x) is x
    assert 0 in x.tolist()


def test_dropout_is_off_in_evaluation_mode():
    x = tg.ones(8)
    assert nn.Dropout(0.5).eval()(x) is x


# Errors

ERRORS = {
    "Dropout: dropout probability has to be between 0 and 1, but got -0.5": lambda t, n: n.Dropout(-0.5),
    "GroupNorm: num_channels (3) must be divisible by num_groups (2), which must be at least 1": lambda t, n: (
        n.GroupNorm(2, 3)
    ),
    "Bilinear: in1_features must be above 0, but it is 0": lambda t, n: n.Bilinear(0, 2, 3),
    "BatchNorm1d: expected 2D or 3D input (got 4D input)": lambda t, n: n.BatchNorm1d(3)(t.ones(2, 3, 4, 5)),
    "BatchNorm2d: expected 4D input (got 3D input)": lambda t, n: n.BatchNorm2d(3)(t.ones(2, 3, 4)),
    "batch_norm: expected more than 1 value per channel when training, got input size (1, 3)": lambda t, n: (
        n.BatchNorm1d(3)(t.ones(1, 3))
    ),
    "batch_norm: running_mean must have shape (4,), one number for each channel, but it has (3,)": lambda t, n: (
        n.BatchNorm1d(3)(t.ones(2, 4))
    ),
    "Unflatten: unflattened_size must be a tuple of integers, but it is 6": lambda t, n: n.Unflatten(1, 6),
    "Conv2d: groups must be a positive integer that divides in_channels and out_channels, but got groups=2, "
    "in_channels=3, out_channels=4": lambda t, n: n.Conv2d(3, 4, 3, groups=2),
    "Conv2d: groups must be a positive integer that divides in_channels and out_channels, but got groups=0, "
    "in_channels=3, out_channels=4": lambda t, n: n.Conv2d(3, 4, 3, groups=0),
    "Conv2d: invalid padding string 'bad', it must be 'valid' or 'same'": lambda t, n: n.Conv2d(3, 2, 3, padding="bad"),
    "Conv2d: padding='same' is not supported for strided convolutions, but the stride is (2, 2)": lambda t, n: n.Conv2d(
        3, 2, 3, padding="same", stride=2
    ),
    "Conv2d: padding_mode must be one of ['zeros', 'reflect', 'replicate', 'circular'], but got padding_mode='bad'": (
        lambda t, n: n.Conv2d(3, 2, 3, padding_mode="bad")
    ),
}


@pytest.mark.parametrize("sentence", ERRORS)
def test_errors(sentence):
    ours, theirs = (error_of(lambda t: ERRORS[sentence](t, t.nn), t) for t in (tg, torch))
    assert str(ours) == sentence
    assert isinstance(ours, type(theirs))


def test_errors_of_our_own():
    sentence = "Embedding: padding_idx must be within num_embeddings, from -3 to 2, but it is 3"
    refused(ValueError, sentence, nn.Embedding, 3, 2, padding_idx=3)
    refused(ValueError, sentence.replace("3 to 2", "2 to 1").replace("is 3", "is 2"), nn.Embedding.from_pretrained,
            tg.ones(2, 2), padding_idx=2)  # fmt: skip
    sentence = "Embedding: sparse=True is not possible, a gradient has all rows here; leave it out"
    refused(RuntimeError, sentence, nn.Embedding, 3, 2, sparse=True)
    refused(RuntimeError, sentence, nn.Embedding.from_pretrained, tg.ones(3, 2), sparse=True)
    sentence = sentence.replace("Emb", "emb")
    refused(RuntimeError, sentence, nn.functional.embedding, tg.tensor([1]), tg.ones(3, 2), sparse=True)
    sentence = "Embedding: embeddings parameter is expected to be 2-dimensional, but has shape (3,)"
    refused(ValueError, sentence, nn.Embedding.from_pretrained, tg.ones(3))
    sentence = "Conv1d: kernel_size must be an integer of at least 1, or 1 of them, but it is 0"
    refused(ValueError, sentence, nn.Conv1d, 1, 1, 0)


def test_batch_norm_that_stops_following():
    """Of the batch in training mode, of the running ones kept so far in evaluation mode, and these do not move on."""
    x = drawn(5, 3).astype("float32")
    states = []
    for t in (tg, torch):
        layer = t.nn.BatchNorm1d(3)
        layer(t.tensor(x))
        layer.track_running_stats = False
        results = [layer(t.tensor(x * 2)), layer.eval()(t.tensor(x))]
        states.append([*results, *layer.state_dict().values()])
    for ours, theirs in zip(*states, strict=True):
        same(ours, theirs)
