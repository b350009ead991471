"""Adam, AdamW, RMSprop, Adagrad: step by step against PyTorch's, their settings, what they remember and print."""

import copy
import itertools

import numpy as np
import pytest
from descent import STEPS, both, descend, parameter, same, start
from expectations import refused

import tensorgrad as tg
from tensorgrad.optim import SGD, Adagrad, Adam, AdamW, RMSprop

OPTIONS = {
    "Adam": {
        "lr": (0.03,),
        "betas": ((0.9, 0.999), (0.5, 0.8), (0.0, 0.0)),
        "eps": (1e-8, 0.1),
        "weight_decay": (0, 0.02),
        "amsgrad": (False, True),
        "maximize": (False, True),
    },
    "RMSprop": {
        "lr": (0.01,),
        "alpha": (0.99, 0.3),
        "eps": (1e-8, 0.1),
        "weight_decay": (0, 0.02),
        "momentum": (0, 0.9),
        "centered": (False, True),
        "maximize": (False, True),
    },
    "Adagrad": {
        "lr": (0.1,),
        "lr_decay": (0, 0.05),
        "weight_decay": (0, 0.02),
        "initial_accumulator_value": (0, 0.5),
        "eps": (1e-10, 0.1),
        "maximize": (False, True),
    },
}
OPTIONS["AdamW"] = OPTIONS["Adam"]
CASES = [
    (name, dict(zip(options, values, strict=True)))
    for name, options in OPTIONS.items()
    for values in itertools.product(*options.values())
]
WHOLE = [  # every option in use
    ("Adam", {"amsgrad": True, "weight_decay": 0.1}),
    ("AdamW", {"amsgrad": True}),
    ("RMSprop", {"centered": True, "momentum": 0.9}),
    ("Adagrad", {"initial_accumulator_value": 0.5, "lr_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
]
NAMES = list(OPTIONS)


def optimizers(torch, name, own, theirs, **settings):
    return getattr(tg.optim, name)(own, **settings), getattr(torch.optim, name)(theirs, **settings)


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_the_steps_are_those_of_torch(torch, name, settings):
    own, theirs = both(torch, *start())
    for optimizer, problem in zip(optimizers(torch, name, own[1:], theirs[1:], **settings), (own, theirs), strict=True):
        descend(optimizer, *problem, STEPS)
    same(own[1:], theirs[1:])
    assert not np.allclose(own[1].detach().numpy(), start()[1])


@pytest.mark.parametrize(("name", "settings"), WHOLE)
def test_float32_stays_float32(torch, name, settings):
    own, theirs = both(torch, *start("float32"))
    ours, his = optimizers(torch, name, own[1:], theirs[1:], **settings)
    descend(ours, *own, STEPS)
    descend(his, *theirs, STEPS)
    same(own[1:], theirs[1:], 1e-5)
    for state in ours.state.values():
        assert {array.dtype for array in state.values()} == {np.dtype("float32")}


@pytest.mark.parametrize(("name", "settings"), WHOLE)
def test_a_single_number_is_trained_as_in_torch(torch, name, settings):
    found = []
    for library in (tg, torch):
        w = (library.ones(3, dtype=library.float64).sum() * 0.5).requires_grad_()
        optimizer = getattr(library.optim, name)([w], **settings)
        for _ in range(3):
            optimizer.zero_grad()
            (w * w).backward()
            optimizer.step()
        found.append(w)
    same(found[:1], found[1:])


@pytest.mark.parametrize("name", NAMES)
def test_defaults_and_print_are_those_of_torch(torch, name):
    ours, theirs = (
        getattr(lib.optim, name)([{"params": lib.zeros(1)}, {"params": lib.zeros(2), "lr": 0.5}]) for lib in (tg, torch)
    )
    assert ours.defaults == theirs.defaults
    assert repr(ours) == repr(theirs)
    assert [*ours.param_groups[0]] == [*theirs.param_groups[0]]


@pytest.mark.parametrize("name", NAMES)
def test_arguments_stand_in_the_order_of_torch(torch, name):
    given = {
        "Adam": (0.02, (0.8, 0.9), 1e-3, 0.1, True),
        "AdamW": (0.02, (0.8, 0.9), 1e-3, 0.1, True),
        "RMSprop": (0.02, 0.9, 1e-3, 0.1, 0.7, True, False, True, True, False),
        "Adagrad": (0.02, 0.1, 0.3, 0.4, 1e-3, True),
    }[name]
    theirs = getattr(torch.optim, name)([torch.zeros(1)], *given).defaults
    assert getattr(tg.optim, name)([tg.zeros(1)], *given).defaults == theirs


@pytest.mark.parametrize(("name", "settings"), WHOLE)
def test_states_have_the_layout_of_torch(torch, name, settings):
    own, theirs = both(torch, *start())
    dicts = []
    for optimizer, problem in zip(optimizers(torch, name, own[1:], theirs[1:], **settings), (own, theirs), strict=True):
        descend(optimizer, *problem, 3)
        dicts.append(optimizer.state_dict())
    mine, his = dicts
    assert mine["state"].keys() == his["state"].keys()
    for i, state in his["state"].items():
        assert list(mine["state"][i]) == list(state)
        same(mine["state"][i].values(), state.values())
    for group, other in zip(mine["param_groups"], his["param_groups"], strict=True):
        assert group == other
        assert [*group] == [*other]


@pytest.mark.parametrize(("name", "settings"), WHOLE)
def test_a_state_of_torch_goes_on_here_and_back(torch, name, settings):
    own, theirs = both(torch, *start())
    ours, his = optimizers(torch, name, own[1:], theirs[1:], **settings)

    def carried(optimizer, library):
        saved = optimizer.state_dict()
        state = {i: {k: library.tensor(v.detach().numpy()) for k, v in s.items()} for i, s in saved["state"].items()}
        return {"state": state, "param_groups": saved["param_groups"]}

    descend(his, *theirs, 10)
    ours.load_state_dict(his.state_dict())
    for p, q in zip(own[1:], theirs[1:], strict=True):
        p.data = tg.tensor(q.detach().numpy())
    descend(ours, *own, 10)
    descend(his, *theirs, 10)
    same(own[1:], theirs[1:])
    his.load_state_dict(carried(ours, torch))
    descend(ours, *own, 10)
    descend(his, *theirs, 10)
    same(own[1:], theirs[1:])


@pytest.mark.parametrize(("name", "settings"), WHOLE)
def test_a_run_goes_on_from_a_file(tmp_path, name, settings):
    x, *arrays = start()
    x = tg.from_numpy(x)
    through = [tg.tensor(a, requires_grad=True) for a in arrays]
    descend(getattr(tg.optim, name)(through, **settings), x, *through, 20)

    first = [tg.tensor(a, requires_grad=True) for a in arrays]
    before = getattr(tg.optim, name)(first, **settings)
    descend(before, x, *first, 10)
    tg.save(before.state_dict(), tmp_path / "optimizer.safetensors")
    after = getattr(tg.optim, name)(first, **{**settings, "lr": 7.0})
    after.load_state_dict(tg.load(tmp_path / "optimizer.safetensors"))
    descend(after, x, *first, 10)
    for p, q in zip(first, through, strict=True):
        assert p.tolist() == q.tolist()


@pytest.mark.parametrize(("name", "settings"), WHOLE)
def test_copies_go_on_alone(name, settings):
    w = parameter(1.0, 2.0)
    optimizer = getattr(tg.optim, name)([w], **settings)
    for each in (optimizer, copy.deepcopy(optimizer)):
        v = each.param_groups[0]["params"][0]
        (v * v).sum().backward()
        each.step()
        assert v.tolist() == w.tolist()
    assert v is not w


def test_the_count_of_steps_outlives_a_float16_parameter():
    w = tg.zeros(1, dtype=tg.float16)
    optimizer = Adam([w])
    saved = {name: tg.zeros(1) for name in ("exp_avg", "exp_avg_sq")} | {"step": tg.tensor(4097.0)}
    optimizer.load_state_dict({"state": {0: saved}, "param_groups": [{"params": [0]}]})
    assert optimizer.state[w]["step"].item() == 4097
    assert optimizer.state[w]["exp_avg"].dtype == tg.float16


def test_the_weight_decay_of_adamw_survives_the_state_of_adam(torch):
    for library in (tg, torch):
        w = library.zeros(1)
        optimizer = library.optim.AdamW([w])
        optimizer.load_state_dict(library.optim.Adam([w]).state_dict())
        assert optimizer.param_groups[0]["decoupled_weight_decay"] is True


def test_adagrad_begins_its_sums_when_it_is_made():
    w, later = parameter(1.0), parameter(1.0)
    optimizer = Adagrad([w], initial_accumulator_value=0.5)
    optimizer.add_param_group({"params": later, "initial_accumulator_value": 2.0})
    assert [s["sum"].tolist() for s in optimizer.state_dict()["state"].values()] == [[0.5], [2]]
    (w * later).sum().backward()
    optimizer.step()
    assert [s["sum"].tolist() for s in optimizer.state.values()] == [[1.5], [3]]


@pytest.mark.parametrize("number", [tg.tensor(0.25), np.float64(0.25), np.float32(0.25)])
def test_settings_may_be_numbers_of_arrays(number):
    for optimizer in (SGD([tg.zeros(1)], lr=number), SGD([{"params": tg.zeros(1), "lr": number}])):
        assert type(optimizer.param_groups[0]["lr"]) is float
        assert optimizer.param_groups[0]["lr"] == 0.25


@pytest.mark.parametrize("kind", [Adam, AdamW, RMSprop, Adagrad])
def test_numbers_that_run_over_do_so_in_silence_as_in_torch(torch, kind):
    found = []
    for library in (tg, torch):
        w = library.tensor([1.0, 1.0, 1.0], requires_grad=True)
        optimizer = getattr(library.optim, kind.__name__)([w], eps=0)
        (w * library.tensor([1e30, 0.0, 1e-30])).sum().backward()
        optimizer.step()
        found.append(w.detach().numpy())
    np.testing.assert_array_equal(found[0], found[1])


NOT_NEGATIVE = [
    (Adam, "lr", "learning rate"),
    (Adam, "eps", "epsilon value"),
    (Adam, "weight_decay", "weight_decay value"),
    (AdamW, "weight_decay", "weight_decay value"),
    (RMSprop, "lr", "learning rate"),
    (RMSprop, "eps", "epsilon value"),
    (RMSprop, "momentum", "momentum value"),
    (RMSprop, "weight_decay", "weight_decay value"),
    (RMSprop, "alpha", "alpha value"),
    (Adagrad, "lr", "learning rate"),
    (Adagrad, "lr_decay", "lr_decay value"),
    (Adagrad, "weight_decay", "weight_decay value"),
    (Adagrad, "initial_accumulator_value", "initial_accumulator_value value"),
    (Adagrad, "eps", "epsilon value"),
]


@pytest.mark.parametrize(("kind", "name", "words"), NOT_NEGATIVE)
def test_settings_below_zero_are_refused_in_torchs_words(torch, kind, name, words):
    refused(ValueError, f"Invalid {words}: -1; it must be at least 0", kind, [tg.zeros(1)], **{name: -1})
    refused(ValueError, f"Invalid {words}: -1; it must be at least 0", kind, [{"params": tg.zeros(1), name: -1}])
    sentence = f"Invalid {words}: 'a'; it must be a number, but it is a str"
    refused(TypeError, sentence, kind, [tg.zeros(1)], **{name: "a"})
    with pytest.raises(ValueError, match=f"^Invalid {words}: -1$"):
        getattr(torch.optim, kind.__name__)([torch.zeros(1)], **{name: -1})


@pytest.mark.parametrize(
    ("betas", "sentence"),
    [
        ((1.0, 0.9), "Invalid beta parameter at index 0: 1.0; it must be at least 0 and below 1"),
        ((0.9, -0.1), "Invalid beta parameter at index 1: -0.1; it must be at least 0 and below 1"),
        ((0, 0.9), "betas must be two floats, such as (0.9, 0.999), but got (0, 0.9)"),
        ((0.9,), "betas must be two floats, such as (0.9, 0.999), but got (0.9,)"),
        (0.9, "betas must be two floats, such as (0.9, 0.999), but got 0.9"),
    ],
)
def test_betas_that_make_no_sense(betas, sentence):
    kind = ValueError if isinstance(betas, tuple) else TypeError
    refused(kind, sentence, Adam, [tg.zeros(1)], betas=betas)
    refused(kind, sentence, AdamW, [tg.zeros(1)], betas=betas)


@pytest.mark.parametrize("kind", [Adam, AdamW, RMSprop, Adagrad])
def test_an_unknown_keyword_is_a_type_error(kind):
    with pytest.raises(TypeError, match="unexpected keyword argument 'fast'"):
        kind([tg.zeros(1)], fast=False)
