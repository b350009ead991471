"""Hooks of modules, and modules, parameters and buffers by name, compared with PyTorch."""

import copy

import pytest
from against_torch import error_of, same, torch
from expectations import refused
from nested_model import both

import tensorgrad as tg

LIBRARIES = (tg, torch)


def times(t):
    """A module that multiplies by 3, or by the factor it is called with."""

    class Times(t.nn.Module):
        def forward(self, x, factor=3.0):
            return x * factor

    return Times()


def called(t, register, *args, **options):
    """What the module gives and what ``register(module, seen)`` has made its hooks see, as lists of numbers."""
    module, seen = times(t), []
    register(module, seen)
    given = [t.tensor(x) for x in args]
    return module(*given, **options).tolist(), seen


def numbers(x):
    if isinstance(x, (tuple, list)):
        return [numbers(part) for part in x]
    return (
        {name: numbers(part) for name, part in x.items()} if isinstance(x, dict) else getattr(x, "tolist", lambda: x)()
    )


def noting(seen, answer=None):
    """A hook that takes down what it got, and gives what ``answer`` makes of it."""

    def hook(module, *given):
        seen.append((type(module).__name__, numbers(given)))
        return answer and answer(*given)

    return hook


HOOKS = {
    "after": lambda m, s: m.register_forward_hook(noting(s)),
    "after, replaced": lambda m, s: m.register_forward_hook(noting(s, lambda args, out: out + args[0])),
    "after, two": lambda m, s: [
        m.register_forward_hook(noting(s, lambda args, out: out * 2)), m.register_forward_hook(noting(s))
    ],
    "after, keywords": lambda m, s: m.register_forward_hook(noting(s, lambda *all: all[-1] + 1), with_kwargs=True),
    "before": lambda m, s: m.register_forward_pre_hook(noting(s)),
    "before, one": lambda m, s: m.register_forward_pre_hook(noting(s, lambda args: args[0] + 1)),
    "before, all": lambda m, s: m.register_forward_pre_hook(noting(s, lambda args: (args[0] + 1, 5.0))),
    "before, two": lambda m, s: [
        m.register_forward_pre_hook(noting(s, lambda args: args[0] * 2)), m.register_forward_pre_hook(noting(s))
    ],
    "before, keywords": lambda m, s: m.register_forward_pre_hook(
        noting(s, lambda args, options: (args, {"factor": 7.0})), with_kwargs=True
    ),
    "before, keywords, none": lambda m, s: m.register_forward_pre_hook(noting(s), with_kwargs=True),
    "both": lambda m, s: [
        m.register_forward_pre_hook(noting(s, lambda args: args[0] * 2)), m.register_forward_hook(noting(s))
    ],
    "removed": lambda m, s: [m.register_forward_hook(noting(s)).remove(), m.register_forward_pre_hook(noting(s))],
    "removed twice": lambda m, s: [(h := m.register_forward_hook(noting(s))).remove(), h.remove()],
    "takes itself back": lambda m, s: [
        h := m.register_forward_hook(lambda *_: h.remove()), m.register_forward_hook(noting(s))
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", HOOKS)
def test_hooks_see_and_replace(name):
    ours, theirs = (called(t, HOOKS[name], [1.0, 2.0]) for t in LIBRARIES)
    assert ours == theirs
    if name not in ("before, all", "before, keywords"):
        ours, theirs = (called(t, HOOKS[name], [1.0, 2.0], factor=4.0) for t in LIBRARIES)
        assert ours == theirs


def test_a_hook_that_gives_something_else_is_an_error():
    for answer, text in (((1,), "(1,)"), (3, "3")):
        errors = []
        for t in LIBRARIES:
            module = times(t)
            module.register_forward_pre_hook(lambda *_, answer=answer: answer, with_kwargs=True)
            errors.append(error_of(lambda t, module=module: module(t.ones(1)), t))
        assert type(errors[0]) is type(errors[1]) is RuntimeError
        assert str(errors[0]) == (
            f"a forward pre-hook with_kwargs gives None or a tuple of (new_args, new_kwargs), but got {text}"
        )


def test_what_every_layer_gave_and_its_gradient():
    """What hooks are for, as one writes it."""
    results = []
    for t, model in zip(LIBRARIES, both(torch), strict=True):
        outputs = {}

        def keep(module, args, output, outputs=outputs):
            output.retain_grad()
            outputs[repr(module)] = output

        for layer in (*model.body, model.output):
            layer.register_forward_hook(keep)
        with model.body[3].register_forward_pre_hook(lambda module, args: args[0] * 2):
            y = model(t.tensor([[[1.0, -2.0, 0.5], [3.0, 0.0, 1.0]]], requires_grad=True))
        y.sum().backward()
        results.append(outputs)
    ours, theirs = results
    assert list(ours) == list(theirs)
    assert len(ours) == 5
    for name, output in theirs.items():
        same(ours[name], output, name)
        same(ours[name].grad, output.grad, name)


def test_only_a_module_with_hooks_pays_for_them():
    module, other = tg.nn.Linear(2, 3), tg.nn.Linear(2, 3)
    module.register_forward_hook(lambda *_: None)
    assert type(other) is tg.nn.Linear
    assert isinstance(module, tg.nn.Linear)
    assert repr(module) == repr(other)
    assert (type(module).__name__, type(module).__doc__) == ("Linear", tg.nn.Linear.__doc__)
    assert [*module.state_dict()] == ["weight", "bias"]
    assert [*module.modules()] == [module]
    for option in ("prepend", "always_call"):
        with pytest.raises(TypeError, match=option):
            module.register_forward_hook(print, **{option: True})


def test_a_copy_has_hooks_of_its_own():
    counts = []
    for t in LIBRARIES:
        module, seen = times(t), []
        handle = module.register_forward_hook(lambda *_, seen=seen: seen.append("first"))
        other = copy.deepcopy(module)
        other.register_forward_hook(lambda *_, seen=seen: seen.append("second"))
        handle.remove()
        module(t.ones(1)), other(t.ones(1))
        counts.append(seen)
    assert counts == [["first", "second"]] * 2


def test_a_module_as_a_hook_is_not_part_of_the_module():
    for t in LIBRARIES:
        module = times(t)
        module.register_forward_hook(t.nn.Bilinear(1, 1, 1))
        module.register_forward_pre_hook(t.nn.Linear(1, 1))
        assert [*module.modules()] == [module]
        assert [*module.parameters()] == []


# by name

NAMES = ["", "body", "body.3.linear", "body.3.linear.weight", "body.3.bias", "center", "output.bias", "loss"]
WRONG = ["body.7", "bod", "output.weights", "note", "body.3.linear.bias", "forward"]


@pytest.mark.parametrize("target", NAMES + WRONG)
@pytest.mark.parametrize("kind", ["submodule", "parameter", "buffer"])
def test_parts_by_name(kind, target):
    ours, theirs = both(torch)
    wanted = {"submodule": "named_modules", "parameter": "named_parameters", "buffer": "named_buffers"}[kind]
    there = dict(getattr(theirs, wanted)())
    if target not in there:
        for model in (ours, theirs):
            with pytest.raises(AttributeError):
                getattr(model, f"get_{kind}")(target)
        return
    assert getattr(theirs, f"get_{kind}")(target) is there[target]
    assert getattr(ours, f"get_{kind}")(target) is dict(getattr(ours, wanted)())[target]


def test_parts_in_lists_and_shared_ones_by_name():
    class Net(tg.nn.Module):
        def __init__(self):
            self.layers = [tg.nn.Linear(2, 2), {"deep": tg.nn.Linear(2, 1)}]
            self.tied = tg.nn.Linear(2, 2)
            self.tied.weight = self.layers[0].weight

    net = Net()
    assert net.get_submodule("layers.1.deep") is net.layers[1]["deep"]
    assert net.get_parameter("layers.1.deep.bias") is net.layers[1]["deep"].bias
    assert net.get_parameter("tied.weight") is net.get_parameter("layers.0.weight")


def test_wrong_names():
    net = tg.nn.Sequential(tg.nn.Linear(1, 1))
    for get, target, sentence in (
        (net.get_submodule, "1", "Sequential has no module '1'; named_modules() gives those there are"),
        (net.get_submodule, "0.x", "Linear has no module 'x'; named_modules() gives those there are"),
        (net.get_parameter, "0.w", "Sequential has no parameter '0.w'; named_parameters() gives those there are"),
        (net.get_buffer, "0.bias", "Sequential has no buffer '0.bias'; named_buffers() gives those there are"),
    ):
        refused(AttributeError, sentence, get, target)
