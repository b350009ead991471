"""The state of modules: what state_dict holds, to PyTorch and back, and what load_state_dict takes and refuses."""

import numpy as np
import pytest
from nested_model import both, build

import tensorgrad as tg
from tensorgrad import nn


def test_state_dict_goes_both_ways(torch):
    own, theirs = both(torch)
    mine, torchs = own.state_dict(), theirs.state_dict()
    assert list(mine) != []
    assert set(mine) == set(torchs)
    assert all(mine[name].tolist() == torchs[name].tolist() for name in torchs)

    fresh = build(tg)
    keys = fresh.load_state_dict({name: tg.from_numpy(x.numpy()) for name, x in torchs.items()})
    assert keys == ([], [])
    theirs.load_state_dict({name: torch.from_numpy(x.numpy()) for name, x in mine.items()})
    x = np.ones((2, 6), np.float32)
    np.testing.assert_allclose(fresh(tg.from_numpy(x)).tolist(), theirs(torch.from_numpy(x)).tolist(), rtol=1e-6)


def test_order_of_state_dict_is_that_of_torch(torch):
    own, theirs = both(torch)
    assert list(own.state_dict()) == list(theirs.state_dict())


def test_state_dict_shares_memory_and_records_nothing():
    model = nn.Linear(2, 1)
    state = model.state_dict()
    assert not state["weight"].requires_grad
    state["weight"].fill_(7)
    assert model.weight.tolist() == [[7, 7]]


def test_loading_keeps_the_parameters_and_copies():
    model, state = nn.Linear(1, 1), {"weight": tg.tensor([[2.0]], dtype=tg.float64), "bias": tg.tensor([3.0])}
    weight = model.weight
    model.load_state_dict(state)
    assert model.weight is weight
    assert weight.dtype == tg.float32
    state["bias"].fill_(0)
    assert model(tg.ones(1)).tolist() == [5]


def test_loading_what_does_not_fit_changes_nothing_and_names_it_all():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    before = [p.tolist() for p in model.parameters()]
    state = {
        "0.weight": tg.zeros(2, 3),
        "0.bias": tg.zeros(3),
        "1.bias": tg.zeros(2),
        "2.bias": tg.zeros(1),
        "extra": tg.zeros(1),
    }
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(state)
    assert str(caught.value) == (
        "Error(s) in loading state_dict for Sequential: "
        'Missing key(s) in state_dict: "1.weight"; '
        'Unexpected key(s) in state_dict: "2.bias", "extra"; '
        "size mismatch for 0.weight: copying a param with shape torch.Size([2, 3]) from checkpoint, "
        "the shape in current model is torch.Size([3, 2]); "
        "size mismatch for 1.bias: copying a param with shape torch.Size([2]) from checkpoint, "
        "the shape in current model is torch.Size([1])"
    )
    with pytest.raises(RuntimeError, match=r"size mismatch for 0\.weight") as caught:
        model.load_state_dict(state, strict=False)
    assert "key(s)" not in str(caught.value)
    assert [p.tolist() for p in model.parameters()] == before


def test_loading_a_part():
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    kept = model[1].bias.tolist()
    state = {"0.weight": tg.ones(1, 1), "0.bias": tg.ones(1), "1.weight": tg.ones(1, 1), "head": tg.ones(1)}
    keys = model.load_state_dict(state, strict=False)
    assert keys.missing_keys == ["1.bias"]
    assert keys.unexpected_keys == ["head"]
    assert model[0].bias.tolist() == [1]
    assert model[1].bias.tolist() == kept
