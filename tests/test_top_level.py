"""Functions at the top of the library that are PyTorch's other names for something, or small; compared with PyTorch."""

import math

import numpy as np
import pytest
from against_torch import compare_written_once, error_of, same_outcome, torch
from cases import INF, NAN
from expectations import refused

import tensorgrad as tg

array = np.array
X = array([[1.0, -2.0, 3.0], [0.5, 1.5, NAN]], np.float32)
IMAGES, SEQUENCES = (np.random.default_rng(3).normal(size=shape) for shape in ((2, 3, 6, 5), (2, 3, 7)))
KERNEL, WEIGHT = np.random.default_rng(4).normal(size=(4, 3, 2, 2)), np.array([1.0, 0.5, -2.0])


def test_constants():
    assert (tg.e, tg.pi, tg.inf) == (torch.e, torch.pi, torch.inf)
    assert math.isnan(tg.nan)
    assert math.isnan(torch.nan)


FUNCTIONAL = {
    "conv1d": lambda t, x, w: t.conv1d(x, w[..., 0], None, 2, 1, 1, 1),
    "conv2d": lambda t, x, w: t.conv2d(x, w, t.ones(4).double(), stride=(2, 1), padding="valid", dilation=2),
    "max_pool1d": lambda t, x, w: t.max_pool1d(x, 3, 2, 1, 1, True),
    "max_pool2d": lambda t, x, w: t.max_pool2d(x, (2, 3), padding=1),
    "avg_pool1d": lambda t, x, w: t.avg_pool1d(x, 3, 2, 1, False, False),
    "layer_norm": lambda t, x, w: t.layer_norm(x, x.shape[1:], eps=0.1),
    "group_norm": lambda t, x, w: t.group_norm(x, 3, x[0, :, 0, 0], None, 0.1),
    "rms_norm": lambda t, x, w: t.rms_norm(x, x.shape[-1:], x[0, 0, 0], 0.1),
    "cosine_similarity": lambda t, x, w: t.cosine_similarity(x, x[0] * 2 + 1, 2),
    "pairwise_distance": lambda t, x, w: t.pairwise_distance(x, x[0] + 1, 1.0, keepdim=True),
    "bilinear": lambda t, x, w: t.bilinear(x[..., :2], x[..., 1:3], w[:, 0]),
}


@pytest.mark.parametrize("name", FUNCTIONAL)
def test_functions_of_functional(name):
    compare_written_once(FUNCTIONAL[name], SEQUENCES if "1d" in name else IMAGES, KERNEL)
    assert getattr(tg, name) is getattr(tg.nn.functional, name)


def test_those_that_pytorch_has_there_with_other_arguments_are_left_out():
    """They take reductions as integers."""
    for name in (
        "binary_cross_entropy_with_logits", "cosine_embedding_loss", "hinge_embedding_loss", "kl_div",
        "margin_ranking_loss",
    ):  # fmt: skip
        assert hasattr(torch, name)
        assert not hasattr(tg, name), name
        assert hasattr(tg.nn.functional, name)


def test_those_that_pytorch_has_there_in_another_order():
    rows = array([[0, 2], [2, 1]])
    for padding in ((), (-1,), (2,), (0, True), (-5, False, False)):
        compare_written_once(lambda t, w, x, p=padding: t.embedding(w, x, *p), X.T.copy(), rows)
    for training in (False, True):
        kept = []
        for t in (tg, torch):
            mean, var = t.zeros(3), t.ones(3)
            y = t.batch_norm(t.tensor(X).float(), t.full((3,), 2.0), None, mean, var, training, 0.5, 1e-3, False)
            kept.append([x.tolist() for x in (y, mean, var)])
        np.testing.assert_allclose(*([*np.ravel(y), *mean, *var] for y, mean, var in kept), 1e-5)
    for train in (True, False):

        def dropped(t, x, train=train):
            t.manual_seed(3)
            return t.dropout(x, 0.3, train)

        compare_written_once(dropped, X)
    for call in (lambda t: t.dropout(t.ones(2)), lambda t: t.batch_norm(t.ones(2, 3))):
        for t in (tg, torch):
            with pytest.raises(TypeError):
                call(t)


OTHER_NAMES = {"greater": "gt", "greater_equal": "ge", "less": "lt", "less_equal": "le", "not_equal": "ne"}


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_comparisons_in_words(name):
    for other in (1.0, array([1.0, 1.5, 3.0]), array([[1], [2]])):
        for owner in (lambda t: t, lambda t: t.Tensor):
            same_outcome(
                lambda t, y=other, o=owner: getattr(o(t), name)(t.tensor(X), t.tensor(y) if np.ndim(y) else y), other
            )
    assert getattr(tg, name) is getattr(tg, OTHER_NAMES[name])


def test_in_place():
    def written(t):
        x = t.tensor([1.0, 2.0, 3.0])
        y = t.ones(3) * x
        assert t.clamp_(x, 1.5, max=2.5) is x
        assert t.fill_(y[1:], 7.0).tolist() == [7.0, 7.0]
        z = t.ones(2)
        assert t.zero_(z) is z
        return x, y, z

    same_outcome(written)


@pytest.mark.parametrize("name", ["clamp_min", "clamp_max"])
def test_one_sided_limits(name):
    x = array([1.0, 1.5, 2.0, -INF, NAN])
    compare_written_once(lambda t, x: getattr(t, name)(x, 1.5) * 2, x)
    compare_written_once(lambda t, x, y: getattr(x, name)(y), x[:4], array([[1.5], [-1.0]]))
    for given, limit in ((array([1, 2]), 1.5), (array([1, 2], np.uint8), 2), (array([True]), 1)):
        same_outcome(lambda t, x=given, n=limit: getattr(t, name)(t.tensor(x), n), (given, limit))


def test_nan_to_num_of_other_kinds():
    for x in (array([1, 2]), array([True, False]), array(NAN, np.float32), array([INF, -INF], np.float16)):
        same_outcome(lambda t, x=x: t.nan_to_num(t.tensor(x), 2, 3, 4), x)
        same_outcome(lambda t, x=x: t.tensor(x).nan_to_num(), x)


def test_ravel():
    for shape in ((2, 3), (), (0, 3), (4,)):
        compare_written_once(lambda t, x: t.ravel(x) * 2, np.random.default_rng(1).normal(size=shape))
    x = tg.zeros(2, 3)
    x.ravel()[1] = 5
    assert x.tolist() == [[0, 5, 0], [0, 0, 0]]
    assert x.T.ravel().tolist() == [0, 0, 5, 0, 0, 0]


ISIN = [
    (array([[1, 2], [3, 4]]), array([2, 3, 7])), (array([1, 2]), 2), (2, array([2, 3])), (array(1), array([[1]])),
    (array([1.0, 2.5, NAN]), array([1, NAN])), (array([1, 2]), 1.5), (array([0.1], np.float32), 0.1),
    (array([2**24 + 1]), array([2**24], np.float32)), (np.zeros((0, 2)), 1), (array([1]), np.zeros(0)),
    (array([1], np.uint8), 257), (array([1.0, 1.0]), array([1])),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "others"), ISIN)
def test_isin(elements, others):
    def call(t, **options):
        return t.isin(*(t.tensor(x) if hasattr(x, "dtype") else x for x in (elements, others)), **options)

    same_outcome(call)
    same_outcome(lambda t: call(t, invert=True))
    assert tg.isin(tg.tensor([True]), True).tolist() == [True]  # PyTorch: not of bools
    assert tg.isin(tg.tensor([1, 2]), tg.tensor([2]), assume_unique=True).tolist() == [False, True]


@pytest.mark.parametrize(
    ("a", "b", "kinds"), [("T", [1], "Tensor and list"), (1, 2, "int and int"), ([1], 2, "list and int")]
)
def test_isin_of_other_things(a, b, kinds):
    sentence = f"isin: needs two Tensors, or a Tensor and a number, but got {kinds}"
    refused(TypeError, sentence, tg.isin, tg.ones(2) if a == "T" else a, b)
    with pytest.raises(TypeError):
        torch.isin(torch.ones(2) if a == "T" else a, b)


def test_is_nonzero():
    for x in (0.0, [[2]], [False], [NAN]):
        assert tg.is_nonzero(tg.tensor(x)) is torch.is_nonzero(torch.tensor(x))
    for x in ([0.0, 1.0], []):
        ours, theirs = (error_of(lambda t, x=x: t.is_nonzero(t.tensor(x)), t) for t in (tg, torch))
        assert type(ours) is type(theirs) is RuntimeError
    refused(TypeError, "is_nonzero: argument 1 must be a Tensor, but it is a int; make one with tensor(...)",
            tg.is_nonzero, 1)  # fmt: skip


# detach and detach_


def test_detach_in_place():
    """What was computed before keeps its history, the Tensor itself begins a new one."""
    results = []
    for t in (tg, torch):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        y = x * 2
        y.retain_grad()
        z = (y * 3).sum()
        z.backward(retain_graph=True)
        assert t.detach_(y) is y
        state = [y.requires_grad, y.is_leaf, y.grad.tolist(), t.detach(z).requires_grad]
        z.backward()
        y.requires_grad_()
        (y * 5).sum().backward()
        results.append([*state, x.grad.tolist()])
    assert results[0] == results[1]


def test_detach_a_leaf_in_place():
    for t in (tg, torch):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        (x * x).sum().backward()
        x.detach_()
        assert (x.requires_grad, x.grad.tolist()) == (False, [2.0, 4.0])
        with pytest.raises(RuntimeError):
            (x * x).sum().backward()


def test_a_view_made_before_keeps_its_history():
    gradients = []
    for t in (tg, torch):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        y = x * 3
        view = y[0]
        y.detach_()
        view.backward()
        gradients.append(x.grad.tolist())
    assert gradients == [[3.0, 0.0]] * 2


def test_a_view_is_not_detached_in_place():
    for make in (lambda t: t.ones(3)[0], lambda t: (t.ones(3).requires_grad_() * 2)[1:]):
        ours, theirs = (error_of(lambda t, make=make: make(t).detach_(), t) for t in (tg, torch))
        assert type(ours) is type(theirs) is RuntimeError
        assert str(ours) == "can't detach views in-place, use detach() instead"
    for t in (tg, torch):
        assert not t.ones(3, requires_grad=True).detach().detach_().requires_grad
