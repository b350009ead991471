"""Sequential, ModuleList, ModuleDict and ParameterList: the names, order, prints and errors of torch.nn."""

import copy

import pytest
from expectations import refused

import tensorgrad as tg
from tensorgrad import nn


def of_three(n):
    return n.ModuleList([n.Linear(1, 2), n.Linear(1, 2), n.ReLU()])


CHANGES = {
    "append": lambda n, m: m.append(n.Tanh()),
    "extend": lambda n, m: m.extend([n.Tanh(), n.ReLU()]),
    "extend by its own kind": lambda n, m: m.extend(of_three(n)),
    "insert": lambda n, m: m.insert(1, n.Tanh()),
    "insert first": lambda n, m: m.insert(0, n.Tanh()),
    "pop": lambda n, m: m.pop(0),
    "pop by name": lambda n, m: m.pop(-2),
    "delete": lambda n, m: m.__delitem__(1),
    "delete some": lambda n, m: m.__delitem__(slice(0, 2)),
    "replace": lambda n, m: m.__setitem__(1, n.Tanh()),
    "replace the last": lambda n, m: m.__setitem__(-1, n.Tanh()),
    "add in place": lambda n, m: m.__iadd__(m[1:]),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ["ModuleList", "Sequential"])
def test_changes_of_lists(torch, kind, change):
    """The same modules under the same names, in the same order."""
    prints = []
    for n in (nn, torch.nn):
        model = of_three(n) if kind == "ModuleList" else n.Sequential(*of_three(n))
        CHANGES[change](n, model)
        prints.append((repr(model), [*model.state_dict()], [name for name, _ in model.named_children()], len(model)))
    assert prints[0] == prints[1]


LISTS = {
    "none": lambda n: n.ModuleList(),
    "three": of_three,
    "of a generator": lambda n: n.ModuleList(n.Tanh() for _ in range(2)),
    "nested": lambda n: n.ModuleList([n.Sequential(n.Linear(1, 2), n.Tanh()) for _ in range(3)]),
    "a part": lambda n: of_three(n)[1:],
    "every other": lambda n: of_three(n)[::2],
    "a sum": lambda n: of_three(n) + [n.Tanh()],  # noqa: RUF005  # it is this sum that is looked at
    "dict": lambda n: n.ModuleDict({"a": n.ReLU(), "h": n.ModuleList([n.ReLU(), n.ReLU()])}),
    "pairs": lambda n: n.ModuleDict([("b", n.ReLU()), ("a", n.Linear(1, 1))]),
    "dict of a dict": lambda n: n.ModuleDict(n.ModuleDict({"x": n.Tanh()})),
    "no dict": lambda n: n.ModuleDict(),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_dicts_print_and_save_alike(torch, name):
    own, theirs = LISTS[name](nn), LISTS[name](torch.nn)
    assert repr(own) == repr(theirs)
    assert [*own.state_dict()] == [*theirs.state_dict()]
    assert len(own) == len(theirs)


def test_a_module_list_is_a_list():
    first, second = nn.Linear(1, 1), nn.Tanh()
    modules = nn.ModuleList([first])
    assert modules.append(second) is modules
    assert [*modules] == [first, second]
    assert modules[0] is modules[-2] is modules[tg.tensor(0)] is first
    assert modules.pop() is second
    assert first in modules
    assert second not in modules
    assert [*copy.deepcopy(modules).state_dict()] == ["0.weight", "0.bias"]
    modules += [second]
    modules.insert(-1, second)  # as in a list; PyTorch's insert takes no negative ones
    assert [*modules] == [first, second, second]
    modules.extend(modules)  # and PyTorch's extend not itself
    assert [*modules] == [first, second, second] * 2


def test_what_is_in_a_list_or_a_dict_is_trained():
    class Net(nn.Module):
        def __init__(self):
            self.transformer = nn.ModuleDict(
                {
                    "wte": nn.Embedding(5, 4),
                    "h": nn.ModuleList([nn.Linear(4, 4) for _ in range(2)]),
                    "out": nn.Linear(4, 5),
                }
            )
            self.scales = nn.ParameterList([tg.ones(4), nn.Parameter(tg.ones(1))])

        def forward(self, x):
            x = self.transformer.wte(x)
            for layer, scale in zip(self.transformer.h, self.scales, strict=True):
                x = layer(x).tanh() * scale
            return self.transformer["out"](x)

    net = Net()
    net(tg.tensor([[1, 2], [3, 3]])).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    assert [*net.state_dict()] == [
        "transformer.wte.weight",
        *(f"transformer.h.{i}.{name}" for i in range(2) for name in ("weight", "bias")),
        "transformer.out.weight",
        "transformer.out.bias",
        "scales.0",
        "scales.1",
    ]


def test_a_module_dict_is_a_dict():
    first, second = nn.Tanh(), nn.ReLU()
    modules = nn.ModuleDict({"a": first})
    modules["b"] = second
    assert modules.b is modules["b"] is second
    assert ([*modules], [*modules.keys()], [*modules.values()]) == (["a", "b"], ["a", "b"], [first, second])
    assert [*modules.items()] == [("a", first), ("b", second)]
    assert "a" in modules
    assert "c" not in modules
    assert 3 not in modules
    modules["a"] = second
    assert modules.pop("a") is second
    del modules["b"]
    assert len(modules) == 0
    modules.update({"x": first})
    assert [*modules] == ["x"]


def test_a_parameter_list_is_a_list(torch):
    own, theirs = (t.nn.ParameterList([t.zeros(2), t.ones(2, 3)]) for t in (tg, torch))
    assert repr(own) == repr(theirs)
    assert [*own.state_dict()] == [*theirs.state_dict()]
    assert repr(nn.ParameterList()) == "ParameterList()"
    last = nn.Parameter(tg.ones(1))
    assert own.append(last) is own
    assert own.extend([tg.zeros(1)]) is own
    assert own[2] is own[-2] is last
    own[0] = tg.ones(4)
    assert [tuple(p.shape) for p in own] == [(4,), (2, 3), (1,), (1,)]
    assert [tuple(p.shape) for p in own[:2]] == [(4,), (2, 3)]
    assert all(isinstance(p, nn.Parameter) for p in own.parameters())
    assert len(own) == len([*own.parameters()]) == 4


ERRORS = {
    "ModuleList: index 1 is out of range, there are 1 modules": (IndexError, lambda n: n.ModuleList([n.ReLU()])[1]),
    "Sequential: index -2 is out of range, there are 1 modules": (IndexError, lambda n: n.Sequential(n.ReLU())[-2]),
    "'str' object cannot be interpreted as an integer": (TypeError, lambda n: n.ModuleList([n.ReLU()])["a"]),
    "ModuleList: item 0 must be a Module, but it is a int": (TypeError, lambda n: n.ModuleList([3])),
    "ModuleList: item 1 must be a Module, but it is a str": (TypeError, lambda n: n.ModuleList([n.ReLU()]).append("a")),
    "ModuleList.extend should be called with an iterable, but got ReLU": (TypeError, lambda n: n.ModuleList(n.ReLU())),
    "ModuleDict: item a must be a Module, but it is a int": (TypeError, lambda n: n.ModuleDict({"a": 3})),
    "module name should be a string, but got int": (TypeError, lambda n: n.ModuleDict({3: n.ReLU()})),
    "ModuleDict.update should be called with a dict or pairs of names and modules, but got int": (
        TypeError,
        lambda n: n.ModuleDict(3),
    ),
    repr("attribute 'keys' already exists in ModuleDict; choose another module name"): (
        KeyError,
        lambda n: n.ModuleDict({"keys": n.ReLU()}),
    ),
    repr("module name can't be empty or contain a dot, but got 'a.b'"): (
        KeyError,
        lambda n: n.ModuleDict({"a.b": n.ReLU()}),
    ),
    repr("module name can't be empty or contain a dot, but got ''"): (KeyError, lambda n: n.ModuleDict({"": n.ReLU()})),
    "'b'": (KeyError, lambda n: n.ModuleDict({"a": n.ReLU()})["b"]),
    "ParameterList: index 3 is out of range, there are 0 Parameters": (IndexError, lambda n: n.ParameterList()[3]),
}


@pytest.mark.parametrize("sentence", ERRORS)
def test_errors(torch, sentence):
    kind, call = ERRORS[sentence]
    refused(kind, sentence, call, nn)
    with pytest.raises(kind):
        call(torch.nn)


def test_a_list_of_modules_is_no_function():
    refused(
        NotImplementedError,
        "ModuleList has no forward(); define one that computes its output",
        nn.ModuleList([nn.ReLU()]),
        1,
    )
