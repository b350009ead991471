"""compare: that it agrees where it should, that it finds faults, and `tensorgrad compare` as a user meets it."""

import math
import sys

import cli_runs
import numpy as np
import pytest
from expectations import refused

import tensorgrad as tg
from tensorgrad.cli import compare as command
from tensorgrad.interop import Comparison, compare, comparison
from tensorgrad.interop.comparison import Differences, Step

folder, run, pets = cli_runs.folder, cli_runs.run, cli_runs.pets
QUICK = ["--data", "moons", "--hidden", "8,4", "--steps", "5", "--activation", "tanh"]


@pytest.fixture(autouse=True)
def short_turns(torch, monkeypatch):
    """Time little: what the clock says is not tested."""
    monkeypatch.setattr("tensorgrad.interop.training._TURN", 0.0)
    monkeypatch.setattr("tensorgrad.interop.training._TURNS", 3)


def batch(dtype="float32", rows=8):
    x = tg.randn(rows, 3, dtype=getattr(tg, dtype), generator=tg.Generator().manual_seed(1))
    return x, (x[:, :2] * 2).sum(1, keepdim=True)


OPTIMIZERS = {
    "SGD": {"momentum": 0.9, "weight_decay": 0.01, "nesterov": True},
    "Adam": {"betas": (0.8, 0.99)},
    "AdamW": {"weight_decay": 0.1},
    "RMSprop": {"momentum": 0.5},
    "Adagrad": {},
}


def test_every_optimizer_has_a_row():
    kinds = [x for x in vars(tg.optim).values() if isinstance(x, type) and x is not tg.optim.Optimizer]
    assert {kind.__name__ for kind in kinds} == OPTIMIZERS.keys() == set(command._OPTIMIZERS.values())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_both_libraries_train_alike(optimizer, dtype):
    model = tg.nn.MLP(3, [8, 8, 1], "tanh", dtype=getattr(tg, dtype))
    found = compare(model, batch(dtype), tg.nn.MSELoss(), 30, optimizer, 0.01, seed=4, **OPTIMIZERS[optimizer])
    names = [name for name, _ in model.named_parameters()]
    assert found.equal_bits == dict.fromkeys(names, True)
    assert found.initial == dict.fromkeys(names, 0.0)
    assert (found.mismatch, found.dtype, len(found.steps)) == ("", dtype, 30)
    for step in found.steps:
        assert list(step.alone.gradients) == list(step.alone.weights) == list(step.apart.weights) == names
        assert max(step.alone.weights.values()) < found.tolerance
    assert 0 < max(found.drift) < found.tolerance
    ours, theirs = found.steps[-1].losses
    assert ours == pytest.approx(theirs, rel=1e-4)
    assert ours < found.steps[0].losses[0]
    assert all(seconds > 0 for seconds in found.seconds)


def test_the_weights_are_those_that_the_seed_gives_in_torch(torch):
    seen = {}

    def build(library):
        seen[library] = library.nn.Sequential(library.nn.Linear(3, 4), library.nn.Tanh(), library.nn.Linear(4, 1))
        return seen[library]

    def loss(output, target):
        return ((output - target) ** 2).sum()

    states = tg.get_rng_state(), torch.get_rng_state()
    found = compare(build, batch(), loss, 1, lr=0.0, seed=99)
    assert np.array_equal(tg.get_rng_state().numpy(), states[0].numpy())
    assert torch.equal(torch.get_rng_state(), states[1])
    assert (found.mismatch, set(seen)) == ("", {tg, torch})
    torch.manual_seed(99)
    assert seen[tg][0].weight.tolist() == torch.nn.Linear(3, 4).weight.tolist()


def test_the_model_is_a_plan_and_stays_as_it_is():
    model = tg.nn.Sequential(
        tg.nn.Linear(3, 4), tg.nn.BatchNorm1d(4), tg.nn.Dropout(0.4), tg.nn.ReLU(), tg.nn.Linear(4, 1)
    )
    model[0].bias.requires_grad_(False)
    before = {name: x.tolist() for name, x in model.state_dict().items()}
    found = compare(model, [batch(), batch(rows=5)], tg.nn.functional.huber_loss, 20, "Adam")
    assert found.mismatch == ""
    assert {name: x.tolist() for name, x in model.state_dict().items()} == before
    assert found.steps[-1].alone.gradients["0.bias"] == 0
    assert found.steps[-1].apart.loss < 1e-3  # so the masks of dropout were the same


def test_a_kink_met_on_either_side_is_computed_again_in_float64():
    """In float32 the sum is 0 in one order and not in the other, and relu's derivative differs: that is rounding."""

    def build(library):
        class Net(library.nn.Module):
            def __init__(self):
                super().__init__()
                self.w = library.nn.Parameter(library.ones(3))

            def forward(self, x):
                a, b, c = (self.w[i] * x[i] for i in range(3))
                return (a + b + c if library is tg else b + (a + c)).relu() + self.w.sum()

        return Net()

    x = tg.tensor([1.0, 1e-8, -1.0])
    found = compare(build, (x, x), lambda output, target: output * 1, 2, lr=0.5)
    assert found.steps[0].apart.gradients["w"] == pytest.approx(0.5)  # 1 here, 2 there
    assert found.steps[0].apart.weights["w"] > 0.1
    assert found.steps[0].alone.gradients["w"] < 1e-9
    assert [step.losses[0] for step in found.steps] == [3, 1.5]  # the step itself was taken in float32, once
    assert found.mismatch == ""


def wrong_tanh(x, right=tg.Tensor.tanh):
    """The value of tanh with the derivative of x."""
    return right(x.detach()) + (x - x.detach())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_wrong_gradient_is_found_and_named(monkeypatch, dtype):
    monkeypatch.setattr(tg.Tensor, "tanh", wrong_tanh)
    found = compare(tg.nn.MLP(3, [8, 1], "tanh", dtype=getattr(tg, dtype)), batch(dtype), tg.nn.MSELoss(), 5)
    most = {"float32": "1e-04", "float64": "1e-09"}[dtype]
    begin, end = found.mismatch.split(" by ", 1)[0], found.mismatch.rsplit(", where ", 1)[1]
    assert begin == "the gradient of 0.bias in step 1 is the first to differ"
    assert end == f"{most} is the most in {dtype}"
    assert len(found.steps) == 5
    assert max(found.steps[0].alone.gradients["2.weight"], found.steps[0].alone.gradients["2.bias"]) < found.tolerance


def test_a_fault_that_comes_late_is_found_in_its_step(monkeypatch):
    step, calls = tg.optim.SGD.step, iter(range(1000))

    def wrong(self, closure=None):
        if next(calls) == 2:
            self.param_groups[0]["params"][2].grad.mul_(1.01)
        return step(self, closure)

    monkeypatch.setattr(tg.optim.SGD, "step", wrong)
    found = compare(tg.nn.MLP(3, [8, 1]), batch(), tg.nn.MSELoss(), 5, lr=1e-4)
    assert found.mismatch.startswith("2.weight after step 3 is the first to differ by more than rounding explains: by ")


def test_a_wrong_value_is_found(monkeypatch):
    monkeypatch.setattr(tg.Tensor, "tanh", lambda x: x.sigmoid())
    found = compare(tg.nn.MLP(3, [8, 1], "tanh"), batch(), tg.nn.MSELoss(), 1)
    assert found.mismatch.startswith("the output in step 1 is the first to differ by more than rounding explains: by ")


@pytest.mark.parametrize("factor", [1.001, math.inf])
def test_a_fault_of_float32_alone_is_found(monkeypatch, factor):
    right = tg.Tensor.tanh
    monkeypatch.setattr(tg.Tensor, "tanh", lambda x: right(x) * (factor if x.dtype == tg.float32 else 1))
    found = compare(tg.nn.MLP(3, [8, 1], "tanh"), batch(), tg.nn.MSELoss(), 1)
    assert found.mismatch.startswith("the output in step 1 is the first to differ by more than rounding explains: by ")


def test_a_loss_that_is_wrong_is_found():
    def loss(output, target):
        return (output - target).abs().mean() * (1.01 if isinstance(output, tg.Tensor) else 1)

    found = compare(tg.nn.Linear(3, 1), batch(), loss, 1)
    assert found.mismatch.startswith(
        "the loss in step 1 is the first to differ by more than rounding explains: by 1.0e-02"
    )


def test_weights_that_start_elsewhere_are_found(monkeypatch):
    monkeypatch.setattr(comparison, "manual_seed", lambda seed: tg.manual_seed(seed + 1))
    found = compare(tg.nn.Linear(3, 1), batch(), tg.nn.MSELoss(), 1)
    assert found.equal_bits == {"weight": False, "bias": False}
    assert found.mismatch.startswith("the initial weight is the first to differ by more than rounding explains: by ")


def test_nan_on_one_side_only_is_a_mismatch(monkeypatch):
    monkeypatch.setattr(tg.Tensor, "tanh", lambda x: x * math.nan)
    found = compare(tg.nn.MLP(3, [8, 1], "tanh"), batch(), tg.nn.MSELoss(), 4)
    assert len(found.steps) == 1  # then our weights are nan, and nothing can be compared
    assert found.mismatch.startswith(
        "the output in step 1 is the first to differ by more than rounding explains: by inf, "
    )


def test_a_net_that_has_learned_everything_still_agrees():
    x = tg.tensor([[1.0], [2.0]], dtype=tg.float64)
    found = compare(
        tg.nn.Linear(1, 1, dtype=tg.float64), (x, 3 * x + 1), tg.nn.MSELoss(), 500, "SGD", 0.2, momentum=0.5
    )
    assert found.steps[-1].losses[0] < 1e-20
    assert found.mismatch == ""


def test_what_makes_no_sense_is_one_sentence():
    model, data, loss = tg.nn.Linear(3, 1), batch(), tg.nn.MSELoss()
    refused(ValueError, "compare: steps must be at least 1, but got 0", compare, model, data, loss, 0)
    sentence = "compare: optimizer must be one of Adagrad, Adam, AdamW, RMSprop, SGD, but got 'sgd'"
    refused(ValueError, sentence, compare, model, data, loss, 1, "sgd")
    sentence = (
        "compare: the net has the parameters weight float32(1, 3), bias float32(1,) here, but in PyTorch weight "
        "float32(2, 3), bias float32(2,)"
    )
    refused(ValueError, sentence, compare, lambda n: n.nn.Linear(3, 1 if n is tg else 2), data, loss, 1)
    sentence = "compare: the parameters must all be float32 or all float64, but are float16"
    refused(ValueError, sentence, compare, lambda n: n.nn.Linear(3, 1).to(n.float16), data, loss, 1)
    sentence = (
        "compare: torch.nn has no module that computes what Own does; write its class there, too, and load its numbers "
        "from the state_dict()"
    )
    refused(TypeError, sentence, compare, type("Own", (tg.nn.Module,), {})(), data, loss, 1)


def test_a_loss_that_overflows_is_one_sentence():
    sentence = "compare: in step . the loss has become (inf|nan) here and (inf|nan) in PyTorch, and nothing is left to "
    with pytest.raises(FloatingPointError, match=rf"^{sentence}compare; lower lr, which is 1e\+30$"):
        compare(tg.nn.Linear(3, 1), batch(), tg.nn.MSELoss(), 9, lr=1e30)


def test_the_table():
    near = Differences(1e-7, 2e-7, {"w": 3e-7, "b": 4e-7}, {"w": 5e-7, "b": 6e-7})
    far = Differences(1e-3, 2e-3, {"w": 3e-3, "b": 4e-3}, {"w": 5e-3, "b": 6e-3})
    steps = [Step((2.5, 2.5), near, near), Step((0.125, 0.25), far, near)]
    found = Comparison(
        "float32", {"w": True, "b": False}, {"w": 0.0, "b": 1e-8}, steps, (1e-3, 4e-3), "NumPy 1, torch 2"
    )
    assert str(found) == "\n".join(
        [
            "parameter  initial weights  gradient, step 1  weights, step 2",
            "w               equal bits           3.0e-07          5.0e-03",
            "b                  1.0e-08           4.0e-07          6.0e-03",
            "",
            "                tensorgrad     torch  difference",
            "output, step 1                           1.0e-07",
            "loss, step 1           2.5       2.5     2.0e-07",
            "output, step 2                           1.0e-03",
            "loss, step 2         0.125      0.25     2.0e-03",
            "time a step       1.000 ms  4.000 ms  0.25 of it",
            "threads: NumPy 1, torch 2",
        ]
    )
    assert (found.mismatch, found.drift) == ("", [6e-7, 6e-3])


# the command


def test_the_command_prints_a_table(run, torch):
    status, out, err = run("compare", *QUICK)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[:5] == [
        "data       moons: 1,000 rows, 2 inputs, 2 classes",
        "model      2-8-4-2, tanh, 70 parameters, float32",
        "training   5 steps of 32 rows with SGD, lr 0.02, momentum 0.9; seed 0",
        "",
        f"largest relative differences between tensorgrad {tg.__version__} and torch {torch.__version__}",
    ]
    names = ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"]
    assert [line.split()[:3] for line in lines[6:12]] == [[name, "equal", "bits"] for name in names]
    assert lines[-1] == "verdict    each step, from the same weights, agrees within 1e-04: rounding explains that"


@pytest.mark.parametrize("words", [["--optimizer", name] for name in command._OPTIMIZERS] + [["--dtype", "float64"]])
def test_the_options_of_the_command(run, words):
    status, out, err = run("compare", *QUICK, *words, "--seed", 3, "--batch-size", 100, "--lr", 0.01)
    assert (status, err) == (0, "")
    assert "of 100 rows with" in out
    assert "lr 0.01" in out
    assert "seed 3" in out


def test_the_command_takes_digits_and_files(run, pets):
    for data in ("digits", pets):
        status, out, err = run("compare", "--data", data, "--hidden", 4, "--steps", 1, "--optimizer", "adam")
        assert (status, err) == (0, "")
        assert "1 step of 32 rows with Adam, lr 0.001; seed 0" in out


def test_the_command_says_where_a_fault_came_first(run, monkeypatch, folder):
    monkeypatch.setattr(tg.Tensor, "tanh", wrong_tanh)
    status, out, err = run("compare", *QUICK)
    assert status == 1
    assert err.startswith("tensorgrad compare: the gradient of 2.bias in step 1 is the first to differ by more than ")
    assert err.endswith(", where 1e-04 is the most in float32\n")
    assert err.count("\n") == 1
    assert "0.weight" in out
    assert "verdict" not in out


def test_the_command_says_that_rounding_has_added_up(run):
    status, out, _ = run("compare", "--data", "moons", "--steps", 300, "--lr", 2, "--batch-size", 16, "--hidden", 32)
    assert status == 0
    assert "\ndrift      the rounding of many steps adds up: from step " in out


@pytest.mark.parametrize("fault", [False, True])
def test_the_command_draws(run, monkeypatch, folder, fault):
    pytest.importorskip("matplotlib")
    if fault:
        monkeypatch.setattr(tg.Tensor, "tanh", wrong_tanh)
    for name in ("p.png", "p.svg"):
        status, out, _ = run("compare", *QUICK, "--plot", name)
        assert (status, f"plot       {name}\n" in out) == (int(fault), True)
    assert (folder / "p.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in folder.iterdir()) == ["p.png", "p.svg"]


FAULTS = [
    ("--steps 0", "argument --steps: must be a whole number of at least 1, but got '0'"),
    ("--optimizer sdg", "argument --optimizer: must be sgd, adam, adamw, rmsprop or adagrad, but got 'sdg'"),
    ("--optimizer adam --momentum 0.5", "--momentum goes with --optimizer sgd only, but the optimizer is adam"),
    ("--activation gelu", "argument --activation: must be relu, tanh or sigmoid, but got 'gelu'"),
    ("--epochs 3", "there is no option --epochs"),
    ("--target y", "--target goes with a .csv or .npz file only, but the data is digits"),
    ("--plot p.txt", "--plot p.txt: the name must end in .png, .pdf or .svg"),
    ("--plot no/p.png", "--plot no/p.png: there is no folder no"),
    ("--data no.csv", "--data no.csv: there is no such file"),
]


@pytest.mark.parametrize(("line", "sentence"), FAULTS, ids=[line for line, _ in FAULTS])
def test_what_is_wrong_on_the_command_line_is_one_sentence(run, line, sentence):
    pytest.importorskip("matplotlib")
    assert run("compare", *line.split()) == (2, "", f"tensorgrad compare: {sentence}\n")


def test_a_loss_that_overflows_ends_the_command(run):
    status, out, err = run("compare", *QUICK, "--activation", "relu", "--steps", 50, "--lr", "1e12")
    assert (status, out) == (1, "")
    assert err.startswith("tensorgrad compare: in step ")
    assert err.endswith(" in PyTorch, and nothing is left to compare; lower lr, which is 1000000000000.0\n")


def test_without_torch_the_command_says_how_to_install_it(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    sentence = 'this needs PyTorch, which is not installed: pip install "tensorgrad-numpy[torch]"'
    assert run("compare", *QUICK) == (2, "", f"tensorgrad compare: {sentence}\n")
