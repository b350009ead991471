"""Each name that the library promises is there, where PyTorch has it, and is in the table of its kind."""

from operator import attrgetter

import names
import pytest
import test_activation_modules
import test_adaptive
import test_layer_modules
import test_loss_modules
import test_lr_scheduler
import test_sgd
from against_torch import torch
from descent import STEPS, two_groups
from form_tables import FORMS

import tensorgrad as tg
from tensorgrad.optim import lr_scheduler


def has(library, name):
    try:
        attrgetter(name)(library)
    except AttributeError:
        return False
    return True


WHERE = [
    ("nn.functional", names.FUNCTIONAL),
    ("", names.CREATION + names.RANDOM + names.AUTOGRAD + names.FILES),
    ("Tensor", names.CONVERSIONS + names.RANDOM_IN_PLACE + names.AUTOGRAD_METHODS),
    ("Generator", ["manual_seed", "initial_seed", "get_state", "set_state"]),
    ("autograd", names.AUTOGRAD_MODULE),
    ("nn", names.STRUCTURE + names.MODULES),
    ("nn.init", names.INIT),
    ("nn.utils", names.UTILS),
    ("optim", names.OPTIMIZERS),
    ("optim.lr_scheduler", names.SCHEDULERS),
    ("utils.data", names.DATA),
]


@pytest.mark.parametrize(("place", "name"), [(place, name) for place, listed in WHERE for name in listed])
def test_it_is_there(place, name):
    assert has(tg, f"{place}.{name}".removeprefix("."))


@pytest.mark.parametrize("name", names.FUNCTIONS)
def test_function_and_method_where_pytorch_has_them(name):
    for place in ("", "Tensor."):
        assert has(tg, place + name) or not has(torch, place + name), place + name
    assert has(tg, name) or has(tg, f"Tensor.{name}")


def test_every_function_has_a_row():
    promised = {*names.FUNCTIONS, *names.FUNCTIONAL, *names.INDEXING}
    assert promised <= {*FORMS}, "the tables of forms need one row for each function"
    assert all(FORMS.values())


def test_every_module_has_a_row():
    layers = {name.split(",")[0].split()[0] for name in test_layer_modules.LAYERS}
    losses = {name for name, *_ in test_loss_modules.MODULES}
    assert {*names.MODULES} <= layers | losses | {*test_activation_modules.MODULES}


def test_every_optimizer_takes_fifty_steps_beside_pytorchs():
    assert {*names.OPTIMIZERS} <= {name for name, _ in test_adaptive.CASES} | ({"SGD"} if test_sgd.SETTINGS else set())
    assert STEPS == 50


def test_every_scheduler_runs_a_hundred_epochs_beside_pytorchs():
    made = {type(make(lr_scheduler, two_groups(tg))).__name__ for make in test_lr_scheduler.CASES.values()}
    assert {*names.SCHEDULERS} <= made | ({"ReduceLROnPlateau"} if test_lr_scheduler.PLATEAUS else set())
    assert test_lr_scheduler.EPOCHS == 100
