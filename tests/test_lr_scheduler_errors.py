"""What schedulers of the learning rate refuse, and in which words."""

import copy

import pytest
from descent import two_groups
from expectations import refused

import tensorgrad as tg
from tensorgrad.optim import Adagrad
from tensorgrad.optim import lr_scheduler as own_schedulers

ERRORS = [
    (lambda s, o: s.StepLR(3, 4), TypeError, "int is not an Optimizer; a scheduler's first argument is the optimizer"),
    (
        lambda s, o: s.ReduceLROnPlateau(None),
        TypeError,
        "NoneType is not an Optimizer; a scheduler's first argument is the optimizer",
    ),
    (
        lambda s, o: s.LambdaLR(o, [abs]),
        ValueError,
        "lr_lambda must have the same length as optimizer.param_groups: 2 needed, but got 1",
    ),
    (
        lambda s, o: s.OneCycleLR(o, [1.0, 1.0, 1.0], 5),
        ValueError,
        "max_lr must have the same length as optimizer.param_groups: 2 needed, but got 3",
    ),
    (
        lambda s, o: s.ReduceLROnPlateau(o, min_lr=[0.1]),
        ValueError,
        "min_lr must have the same length as optimizer.param_groups: 2 needed, but got 1",
    ),
    (
        lambda s, o: s.ConstantLR(o, 1.5),
        ValueError,
        "Constant multiplicative factor expected to be between 0 and 1, but got 1.5",
    ),
    (
        lambda s, o: s.LinearLR(o, 0),
        ValueError,
        "Starting multiplicative factor expected to be greater than 0 and less or equal to 1, but got 0",
    ),
    (
        lambda s, o: s.LinearLR(o, 1, -1),
        ValueError,
        "Ending multiplicative factor expected to be between 0 and 1, but got -1",
    ),
    (lambda s, o: s.CosineAnnealingWarmRestarts(o, 0), ValueError, "Expected positive integer T_0, but got 0"),
    (lambda s, o: s.CosineAnnealingWarmRestarts(o, 2.5), ValueError, "Expected positive integer T_0, but got 2.5"),
    (lambda s, o: s.CosineAnnealingWarmRestarts(o, 1, 0), ValueError, "Expected integer T_mult >= 1, but got 0"),
    (
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 1, 1, "0"),
        ValueError,
        "Expected float or int eta_min, but got '0' of type str",
    ),
    (
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 1).step(-2),
        ValueError,
        "Expected non-negative epoch, but got -2",
    ),
    (lambda s, o: s.OneCycleLR(o, 1.0, 0), ValueError, "Expected positive integer total_steps, but got 0"),
    (
        lambda s, o: s.OneCycleLR(o, 1.0, epochs=-1, steps_per_epoch=4),
        ValueError,
        "Expected positive integer epochs, but got -1",
    ),
    (
        lambda s, o: s.OneCycleLR(o, 1.0, epochs=1, steps_per_epoch=4.0),
        ValueError,
        "Expected positive integer steps_per_epoch, but got 4.0",
    ),
    (
        lambda s, o: s.OneCycleLR(o, 1.0, epochs=3),
        ValueError,
        "You must define either total_steps OR (epochs AND steps_per_epoch)",
    ),
    (
        lambda s, o: s.OneCycleLR(o, 1.0, 5, pct_start=2.0),
        ValueError,
        "Expected float between 0 and 1 pct_start, but got 2.0",
    ),
    (
        lambda s, o: s.OneCycleLR(o, 1.0, 5, pct_start=1),
        ValueError,
        "Expected float between 0 and 1 pct_start, but got 1",
    ),
    (
        lambda s, o: s.OneCycleLR(o, 1.0, 5, anneal_strategy="sin"),
        ValueError,
        "anneal_strategy must be one of 'cos' or 'linear', instead got sin",
    ),
    (lambda s, o: s.ReduceLROnPlateau(o, factor=1.0), ValueError, "Factor should be < 1.0, but got 1.0"),
    (
        lambda s, o: s.ReduceLROnPlateau(o, "least"),
        ValueError,
        "mode least is unknown; it must be 'min' or 'max'",
    ),
    (
        lambda s, o: s.ReduceLROnPlateau(o, threshold_mode="mid"),
        ValueError,
        "threshold mode mid is unknown; it must be 'rel' or 'abs'",
    ),
    (
        lambda s, o: s.SequentialLR(o, [], []),
        ValueError,
        "SequentialLR expects at least one scheduler, but got no scheduler",
    ),
    (
        lambda s, o: s.SequentialLR(o, [3], []),
        TypeError,
        "SequentialLR expects schedulers, but at index 0 there is int",
    ),
    (
        lambda s, o: s.SequentialLR(o, [s.StepLR(o, 2), s.ReduceLROnPlateau(o)], [2]),
        ValueError,
        "SequentialLR does not support ReduceLROnPlateau, which is at index 1: its step needs a metric",
    ),
    (
        lambda s, o: s.SequentialLR(copy.deepcopy(o), [s.StepLR(o, 2)], []),
        ValueError,
        "SequentialLR expects all schedulers to belong to the same optimizer, but that of StepLR at index 0 is another",
    ),
    (
        lambda s, o: s.SequentialLR(o, [s.StepLR(o, 2)], [3]),
        ValueError,
        "SequentialLR expects number of schedulers to be one more than the number of milestones, but got 1 schedulers "
        "and 1 milestones",
    ),
]


@pytest.mark.parametrize(("call", "kind", "sentence"), ERRORS, ids=[sentence for *_, sentence in ERRORS])
def test_errors_are_of_the_kind_that_torch_raises(torch, call, kind, sentence):
    refused(kind, sentence, call, own_schedulers, two_groups(tg))
    with pytest.raises(kind):
        call(torch.optim.lr_scheduler, two_groups(torch))


def test_going_on_needs_the_initial_learning_rates(torch):
    sentence = (
        "param 'initial_lr' is not specified in param_groups[0] when resuming scheduler with last_epoch=3; load the "
        "optimizer's state first, or leave last_epoch out"
    )
    refused(KeyError, repr(sentence), own_schedulers.StepLR, two_groups(tg), 2, last_epoch=3)
    with pytest.raises(KeyError, match=r"param 'initial_lr' is not specified in param_groups\[0\]"):
        torch.optim.lr_scheduler.StepLR(two_groups(torch), 2, last_epoch=3)


def test_momentum_needs_an_optimizer_that_has_some():
    sentence = (
        "optimizer must support momentum or beta1 with `cycle_momentum` option enabled, but Adagrad has neither; "
        "set cycle_momentum=False"
    )
    refused(ValueError, sentence, own_schedulers.OneCycleLR, Adagrad([tg.zeros(1)]), 1.0, 10)


def test_a_cycle_ends():
    optimizer = two_groups(tg)
    scheduler = own_schedulers.OneCycleLR(optimizer, 1.0, 3)
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    sentence = "Tried to step 4 times. The specified number of total steps is 3"
    refused(ValueError, sentence, scheduler.step)


def test_least_rates_for_each_group_must_keep_up_with_the_groups():
    optimizer = two_groups(tg)
    scheduler = own_schedulers.ReduceLROnPlateau(optimizer, patience=0, min_lr=[0.1, 0.1])
    optimizer.add_param_group({"params": tg.zeros(1)})
    scheduler.step(1.0)
    sentence = "the optimizer has 3 param groups, but min_lr was given for 2; append to the scheduler's min_lrs"
    refused(RuntimeError, sentence, scheduler.step, 1.0)
