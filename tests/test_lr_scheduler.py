"""Schedules of the learning rate: epoch by epoch against PyTorch's, resumed, in state dicts."""

import copy
import functools

import numpy as np
import pytest
from descent import two_groups
from expectations import refused

import tensorgrad as tg
from tensorgrad.optim import SGD
from tensorgrad.optim import lr_scheduler as own_schedulers

EPOCHS = 100


class Decay:
    """A function of the epoch that remembers something."""

    def __init__(self, rate):
        self.rate = rate

    def __call__(self, epoch):
        return 1 / (1 + self.rate * epoch)


class Resumed:
    """The schedulers of a module, which go on from epoch 8."""

    def __init__(self, module):
        self.module = module

    def __getattr__(self, kind):
        return functools.partial(getattr(self.module, kind), last_epoch=8)


def warm_then_fall(schedulers, optimizer, milestone=7):
    warm = schedulers.LinearLR(optimizer, 0.1, total_iters=milestone)
    fall = schedulers.CosineAnnealingLR(optimizer, 40, 1e-3)
    return schedulers.SequentialLR(optimizer, [warm, fall], [milestone])


def one_of_each(schedulers, optimizer):
    each = [
        schedulers.ExponentialLR(optimizer, 0.9),
        schedulers.StepLR(optimizer, 3),
        schedulers.MultiStepLR(optimizer, [0, 2, 2, 5], 0.5),
        schedulers.ConstantLR(optimizer, 0.25, 4),
        schedulers.LambdaLR(optimizer, lambda epoch: 0.8**epoch),
        schedulers.LinearLR(optimizer, 1.0, 0.0, 20),
        schedulers.CosineAnnealingWarmRestarts(optimizer, 4, 2),
        schedulers.OneCycleLR(optimizer, 0.3, 60),
    ]
    return schedulers.SequentialLR(optimizer, each, [6, 15, 22, 30, 37, 50, 60])


CASES = {
    "lambda": lambda s, o: s.LambdaLR(o, lambda epoch: 0.95**epoch),
    "lambda, one per group": lambda s, o: s.LambdaLR(o, [Decay(0.1), lambda epoch: epoch % 3]),
    "step": lambda s, o: s.StepLR(o, 30),
    "step 1": lambda s, o: s.StepLR(o, 1, 0.97),
    "step up": lambda s, o: s.StepLR(o, 7, gamma=1.3),
    "multistep": lambda s, o: s.MultiStepLR(o, [30, 80]),
    "multistep, unordered, twice, 0": lambda s, o: s.MultiStepLR(o, [50, 3, 50, 0, 1], gamma=0.5),
    "constant": lambda s, o: s.ConstantLR(o),
    "constant 12": lambda s, o: s.ConstantLR(o, factor=0.7, total_iters=12),
    "linear": lambda s, o: s.LinearLR(o),
    "linear down": lambda s, o: s.LinearLR(o, start_factor=1.0, end_factor=0.01, total_iters=60),
    "linear to 0": lambda s, o: s.LinearLR(o, 0.5, 0.0, 33),
    "exponential": lambda s, o: s.ExponentialLR(o, 0.93),
    "exponential up": lambda s, o: s.ExponentialLR(o, gamma=1.05),
    "cosine": lambda s, o: s.CosineAnnealingLR(o, 100),
    "cosine, several waves": lambda s, o: s.CosineAnnealingLR(o, T_max=13, eta_min=0.002),
    "cosine of 1": lambda s, o: s.CosineAnnealingLR(o, 1),
    "restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 10),
    "restarts, longer": lambda s, o: s.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2, eta_min=1e-3),
    "one cycle": lambda s, o: s.OneCycleLR(o, 0.5, 100),
    "one cycle, linear": lambda s, o: s.OneCycleLR(o, 0.5, 100, anneal_strategy="linear", pct_start=0.17),
    "one cycle, three phases": lambda s, o: s.OneCycleLR(o, 0.5, total_steps=100, three_phase=True, div_factor=7.0),
    "one cycle, three linear": lambda s, o: s.OneCycleLR(
        o, 0.5, epochs=10, steps_per_epoch=10, three_phase=True, anneal_strategy="linear", final_div_factor=3.0
    ),
    "one cycle, lists": lambda s, o: s.OneCycleLR(
        o, [0.5, 0.1], 100, base_momentum=[0.7, 0.8], max_momentum=[0.9, 0.99], pct_start=0.0
    ),
    "one cycle, momentum left": lambda s, o: s.OneCycleLR(o, 0.5, 120, cycle_momentum=False),
    "sequential": warm_then_fall,
    "sequential, from the second": lambda s, o: s.SequentialLR(o, [s.StepLR(o, 5), s.ExponentialLR(o, 0.9)], [0]),
    "one of each": one_of_each,
}
TWICE = {
    "step and exponential": (CASES["step up"], CASES["exponential"]),
    "cosine and multistep": (CASES["cosine, several waves"], CASES["multistep"]),
    "linear and constant": (CASES["linear"], CASES["constant 12"]),
}
RESUMED = [name for name in CASES if "sequential" not in name and name != "one of each"]


def sequence(optimizer, schedulers, epochs):
    """What the groups have in each epoch, shape (epochs, numbers)."""
    rows = []
    for _ in range(epochs):
        groups = optimizer.param_groups
        rows.append([n for g in groups for n in (g["lr"], *g.get("betas", ()), g.get("momentum", 0))])
        assert schedulers[-1].get_last_lr() == [g["lr"] for g in groups]
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step()
    return rows


def compare(torch, makers, kind="SGD", epochs=EPOCHS):
    found = []
    for library in (tg, torch):
        optimizer = two_groups(library, kind)
        found.append(sequence(optimizer, [make(library.optim.lr_scheduler, optimizer) for make in makers], epochs))
    np.testing.assert_allclose(*found, rtol=1e-12, atol=1e-15)
    assert len(np.unique(found[0], axis=0)) > 1


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize("name", CASES)
def test_the_learning_rates_are_those_of_torch(torch, name, kind):
    compare(torch, [CASES[name]], kind)


@pytest.mark.filterwarnings("ignore:Detected call")  # in both, of the schedulers inside when they are made
def test_sequences_in_a_sequence_are_those_of_torch(torch):
    compare(torch, [lambda s, o: s.SequentialLR(o, [warm_then_fall(s, o), s.StepLR(o, 9)], [50])])


@pytest.mark.parametrize("name", TWICE)
def test_two_schedulers_multiply_as_in_torch(torch, name):
    compare(torch, TWICE[name])


@pytest.mark.parametrize("name", ["step up", "exponential", "cosine, several waves", "linear down", "multistep"])
def test_a_learning_rate_changed_by_hand_goes_on_as_in_torch(torch, name):
    found = []
    for library in (tg, torch):
        optimizer = two_groups(library)
        scheduler = CASES[name](library.optim.lr_scheduler, optimizer)
        rates = sequence(optimizer, [scheduler], 9)
        optimizer.param_groups[0]["lr"] *= 0.5
        optimizer.step()
        scheduler.step()
        found.append(rates + sequence(optimizer, [scheduler], 20))
    np.testing.assert_allclose(*found, rtol=1e-12)


@pytest.mark.parametrize("name", RESUMED)
def test_last_epoch_goes_on_as_in_torch(torch, name):
    found = []
    for library in (tg, torch):
        more = {"initial_lr": 0.3, "max_lr": 0.5, "min_lr": 1e-3, "max_momentum": 0.95, "base_momentum": 0.85}
        optimizer = two_groups(library, **more)
        scheduler = CASES[name](Resumed(library.optim.lr_scheduler), optimizer)
        found.append(sequence(optimizer, [scheduler], 30))
        assert scheduler.last_epoch == 8 + 31
    np.testing.assert_allclose(*found, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", CASES)
def test_a_run_goes_on_from_its_state(tmp_path, name):
    optimizer = two_groups(tg)
    scheduler = CASES[name](own_schedulers, optimizer)
    sequence(optimizer, [scheduler], 37)
    tg.save([optimizer.state_dict(), scheduler.state_dict()], tmp_path / "run")
    rest = sequence(optimizer, [scheduler], 40)

    again = two_groups(tg)
    goes_on = CASES[name](own_schedulers, again)
    for each, state in zip((again, goes_on), tg.load(tmp_path / "run"), strict=True):
        each.load_state_dict(state)
    assert goes_on.get_last_lr() == [group["lr"] for group in again.param_groups]
    assert sequence(again, [goes_on], 40) == rest


def close(ours, theirs):
    """Nested states, equal but for the last digits."""
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys() - {"_get_lr_called_within_step"}
        return all(close(ours[key], theirs[key]) for key in ours)
    if isinstance(theirs, (list, tuple)):
        return len(ours) == len(theirs) and all(map(close, ours, theirs))
    return ours == pytest.approx(theirs, rel=1e-12) if isinstance(theirs, float) else ours == theirs


@pytest.mark.parametrize("name", CASES)
def test_states_have_the_layout_of_torch(torch, name):
    states = []
    for library in (tg, torch):
        optimizer = two_groups(library)
        scheduler = CASES[name](library.optim.lr_scheduler, optimizer)
        sequence(optimizer, [scheduler], 5)
        states.append(scheduler.state_dict())
    assert close(*states)


def test_a_callable_object_keeps_its_attributes_in_the_state():
    scheduler = own_schedulers.LambdaLR(SGD([tg.zeros(1)], 1.0), Decay(0.25))
    state = scheduler.state_dict()
    assert state["lr_lambdas"] == [{"rate": 0.25}]
    other = own_schedulers.LambdaLR(SGD([tg.zeros(1)], 1.0), Decay(7.0))
    other.load_state_dict(copy.deepcopy(state))
    assert other.lr_lambdas[0].rate == 0.25


@pytest.mark.parametrize(("T_0", "T_mult"), [(10, 1), (4, 2), (3, 3)])
def test_restarts_at_any_epoch_are_those_of_torch(torch, T_0, T_mult):
    found = []
    for library in (tg, torch):
        optimizer = two_groups(library)
        scheduler = library.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0, T_mult)
        rates = []
        for epoch in (0, 0.3, 2.5, 3.99, T_0, T_0 + 0.5, 12.25, 39, 40, 77.7, None, None, 1, None):
            scheduler.step(*() if epoch is None else (epoch,))
            rates.append([*scheduler.get_last_lr(), scheduler.last_epoch, scheduler.T_i])
        found.append(rates)
    np.testing.assert_allclose(*found, rtol=1e-12)


METRICS = np.random.default_rng(5).normal(size=EPOCHS) * 0.3 + 1 / np.arange(1, EPOCHS + 1)
PLATEAUS = [
    {},
    {"mode": "max", "factor": 0.5, "patience": 2},
    {"patience": 0, "factor": 0.9, "min_lr": [0.01, 0.001]},
    {"patience": 3, "cooldown": 4, "factor": 0.3, "min_lr": 0.005},
    {"patience": 1, "threshold": 0.1, "threshold_mode": "abs"},
    {"patience": 1, "threshold": 0.1, "threshold_mode": "abs", "mode": "max"},
    {"patience": 1, "threshold": 0.5, "mode": "max", "eps": 0.01},
]


@pytest.mark.parametrize("settings", PLATEAUS, ids=str)
def test_plateaus_are_those_of_torch(torch, settings):
    found = []
    for library in (tg, torch):
        optimizer = two_groups(library)
        scheduler = library.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
        assert scheduler.get_last_lr() == [0.1, 0.02]
        rates = []
        for i, metric in enumerate([*METRICS.tolist(), float("nan"), float("inf"), 1.0, 1.0]):
            scheduler.step(library.tensor(metric) if i % 2 else metric)
            rates.append([*scheduler.get_last_lr(), scheduler.best, scheduler.num_bad_epochs, scheduler.last_epoch])
            assert scheduler.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
        found.append(rates)
    np.testing.assert_allclose(*found, rtol=1e-12)
    assert found[0][-1][0] < 0.1


def test_a_plateau_goes_on_from_its_state_and_from_torchs(torch):
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(two_groups(torch), patience=3)
    ours = own_schedulers.ReduceLROnPlateau(two_groups(tg), patience=3)
    for metric in (1.0, 2.0, 2.0):
        theirs.step(metric)
        ours.step(metric)
    assert ours.state_dict().items() <= theirs.state_dict().items()
    for state in (ours.state_dict(), theirs.state_dict()):
        other = own_schedulers.ReduceLROnPlateau(two_groups(tg))
        other.load_state_dict(state)
        for metric in (2.0, 2.0):
            other.step(metric)
        assert other.get_last_lr() == pytest.approx([0.01, 0.002])


def test_groups_that_come_later_are_scheduled_too():
    optimizer = SGD([tg.zeros(1)], lr=1.0)
    schedulers = own_schedulers.ExponentialLR(optimizer, 0.5), own_schedulers.ReduceLROnPlateau(optimizer, patience=0)
    optimizer.add_param_group({"params": tg.zeros(1), "lr": 8.0})
    optimizer.step()
    schedulers[0].step()
    assert schedulers[0].get_last_lr() == [0.5, 4]
    schedulers[1].step(1.0)
    schedulers[1].step(1.0)
    assert schedulers[1].get_last_lr() == pytest.approx([0.05, 0.4])


def test_a_schedule_of_ones_own_is_one_function(torch):
    class Halving(own_schedulers.LRScheduler):
        def next_lr(self, lr, base_lr):
            return lr / 2 if self.last_epoch else lr

    class Harmonic(own_schedulers.LRScheduler):
        def get_lr(self):
            return [base_lr / (1 + self.last_epoch) for base_lr in self.base_lrs]

    for kind, rates in ((Halving, [8, 4, 2]), (Harmonic, [8, 4, 8 / 3])):
        optimizer = SGD([tg.zeros(1)], lr=8.0)
        assert [row[0] for row in sequence(optimizer, [kind(optimizer)], 3)] == rates
    sentence = "LRScheduler must define next_lr(lr, base_lr), or get_lr()"
    refused(TypeError, sentence, own_schedulers.LRScheduler, SGD([tg.zeros(1)]))


def test_a_step_before_that_of_the_optimizer_is_noticed_once(torch):
    for library in (tg, torch):
        optimizer = two_groups(library)
        scheduler = library.optim.lr_scheduler.StepLR(optimizer, 2)
        with pytest.warns(UserWarning, match=r"Detected call of `lr_scheduler.step\(\)` before `opti") as caught:
            scheduler.step()
        assert caught[0].filename == __file__
        scheduler.step()  # a second warning would be an error


def test_an_optimizer_with_a_step_of_its_own_is_not_suspected():
    class Still(SGD):
        def step(self, closure=None):
            return None

    scheduler = own_schedulers.StepLR(Still([tg.zeros(1)]), 2)
    scheduler.step()
    assert scheduler.last_epoch == 1
