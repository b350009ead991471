"""nn.utils: gradients clipped and parameters as one vector, as torch.nn.utils does both."""

import numpy as np
import pytest
from expectations import refused

import tensorgrad as tg
from tensorgrad.nn import utils

INF = float("inf")


def parameters(library, dtype="float64", scale=1.0):
    """Three with gradients, of 0 to 2 dimensions, and one without."""
    rng = np.random.default_rng(2)
    made = []
    for shape in ((3, 4), (5,), ()):
        p = library.tensor(rng.normal(size=shape).astype(dtype), requires_grad=True)
        p.grad = library.tensor((rng.normal(size=shape) * scale).astype(dtype))
        made.append(p)
    return [*made, library.zeros(2)]


def gradients(tensors):
    return [p.grad.numpy() for p in tensors if p.grad is not None]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("norm_type", [2, 2.0, 1, 3, 0.5, 0, INF, -INF, "inf"])
@pytest.mark.parametrize("max_norm", [0, 0.3, 2, 1e6])
def test_norms_are_clipped_as_in_torch(torch, dtype, norm_type, max_norm):
    own, theirs = parameters(tg, dtype), parameters(torch, dtype)
    norm = utils.clip_grad_norm_(own, max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    tolerance = 1e-12 if dtype == "float64" else 1e-6
    assert str(norm.dtype) == str(expected.dtype)
    assert norm.ndim == 0
    np.testing.assert_allclose(norm.item(), expected.item(), tolerance)
    for a, b in zip(gradients(own), gradients(theirs), strict=True):
        np.testing.assert_allclose(a, b, tolerance, tolerance)


@pytest.mark.parametrize("bad", [np.nan, INF, -INF, 1e30])
def test_a_norm_that_is_no_number_does_to_gradients_what_it_does_in_torch(torch, bad):
    found = []
    for library in (tg, torch):
        w = library.zeros(3).requires_grad_()
        w.grad = library.tensor([1.0, bad, -2.0])
        found.append((library.nn.utils.clip_grad_norm_([w], 1.0).item(), *w.grad.tolist()))
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("bad", [np.nan, INF])
def test_a_norm_that_is_no_number_may_be_refused(bad):
    w = tg.zeros(2).requires_grad_()
    w.grad = tg.tensor([1.0, bad])
    sentence = (
        "The total norm of order 2.0 for gradients from `parameters` is non-finite, so it cannot be clipped; "
        "to scale the gradients by it anyway, set error_if_nonfinite=False"
    )
    refused(RuntimeError, sentence, utils.clip_grad_norm_, w, 1.0, error_if_nonfinite=True)
    assert w.grad[0].item() == 1


@pytest.mark.parametrize("clip_value", [0.5, 0, -0.5, 10, INF])
def test_values_are_clipped_as_in_torch(torch, clip_value):
    own, theirs = parameters(tg), parameters(torch)
    own[0].grad[0, 0] = theirs[0].grad[0, 0] = np.nan
    assert utils.clip_grad_value_(own, clip_value) is None
    torch.nn.utils.clip_grad_value_(theirs, clip_value)
    for a, b in zip(gradients(own), gradients(theirs), strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_tensor_or_a_generator_will_do():
    for clip in (utils.clip_grad_norm_, utils.clip_grad_value_):
        for given in (lambda w: w, lambda w: (p for p in [w])):
            w = tg.zeros(1).requires_grad_()
            w.grad = tg.tensor([4.0])
            clip(given(w), 0.5)
            assert w.grad.item() == pytest.approx(0.5, rel=1e-6)


def test_without_gradients_the_norm_is_zero():
    assert utils.clip_grad_norm_([tg.zeros(1)], 1.0).item() == utils.clip_grad_norm_([], 1.0).item() == 0
    utils.clip_grad_value_([tg.zeros(1)], 1.0)


def test_a_generator_that_was_used_up_is_noticed():
    sentence = "^`parameters` is an empty generator, no gradient clipping will occur$"
    with pytest.warns(UserWarning, match=sentence) as caught:
        utils.clip_grad_norm_((p for p in ()), 1.0)
    assert caught[0].filename == __file__


def test_gradients_are_clipped_in_their_memory():
    w = tg.tensor([3.0, 4.0], requires_grad=True)
    (w * w).sum().backward()
    memory = w.grad.numpy()
    utils.clip_grad_norm_(w, 1.0)
    assert memory.tolist() == pytest.approx([0.6, 0.8])


def test_parameters_become_a_vector_and_gradients_pass_through(torch):
    own, theirs = parameters(tg)[:3], parameters(torch)[:3]
    vectors = [
        library.nn.utils.parameters_to_vector(p for p in tensors) for library, tensors in ((tg, own), (torch, theirs))
    ]
    assert vectors[0].tolist() == vectors[1].tolist()
    for vector, tensors in zip(vectors, (own, theirs), strict=True):
        (vector**3).sum().backward()
        vector_gradients = gradients(tensors)
    for a, b in zip(gradients(own), vector_gradients, strict=True):
        np.testing.assert_allclose(a, b, 1e-14)


def test_a_vector_becomes_parameters_that_share_its_memory(torch):
    for library, tensors in ((tg, parameters(tg)[:3]), (torch, parameters(torch)[:3])):
        vector = library.arange(20.0, dtype=library.float64)  # two more than are needed
        library.nn.utils.vector_to_parameters(vector, tensors)
        assert tensors[0].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
        assert tensors[1].tolist() == [12, 13, 14, 15, 16]
        assert tensors[2].item() == 17
        assert all(p.is_leaf and p.requires_grad for p in tensors)
        vector[12] = -1
        assert tensors[1][0].item() == -1


def test_there_and_back_is_the_same():
    model = tg.nn.MLP(3, [4, 2])
    before = [p.tolist() for p in model.parameters()]
    vector = utils.parameters_to_vector(model.parameters()).detach()
    utils.vector_to_parameters(vector * 0, model.parameters())
    assert not any(p.any() for p in model.parameters())
    utils.vector_to_parameters(vector, model.parameters())
    assert [p.tolist() for p in model.parameters()] == before


def test_what_is_no_vector_is_refused_and_changes_nothing():
    w, b = tg.ones(2), tg.ones(2)
    refused(
        TypeError, "expected Tensor, but got: list; make one with tensor(...)", utils.vector_to_parameters, [1.0], [w]
    )
    for vec in (tg.zeros(3), tg.zeros(2, 2)):
        sentence = f"vector_to_parameters: needs a vector of 4 elements, but got shape {tuple(vec.shape)}"
        refused(tg.errors.ShapeError, sentence, utils.vector_to_parameters, vec, [w, b])
    assert w.tolist() == b.tolist() == [1, 1]
    with pytest.raises((TypeError, ValueError), match="cat"):
        utils.parameters_to_vector([])


def test_clipping_a_gradient_that_a_graph_needs_is_noticed():
    for clip in (utils.clip_grad_norm_, utils.clip_grad_value_):
        w, v = tg.zeros(1).requires_grad_(), tg.ones(1).requires_grad_()
        w.grad = tg.tensor([4.0])
        loss = (w.grad * v).sum()
        clip(w, 0.5)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            loss.backward()
