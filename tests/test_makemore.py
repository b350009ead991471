"""The lessons of examples/makemore and the small GPT learn, on a few hundred names, in tensorgrad as in PyTorch."""

import importlib
import math
import sys
from pathlib import Path

import pytest

import tensorgrad as tg

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = str(Path(__file__).parent / "data" / "names.txt")
SMALL = {
    "bigram": ["--steps", "50"],
    "mlp": ["--steps", "200", "--hidden", "20"],
    "batch_norm": ["--steps", "200", "--hidden", "20"],
    "manual_training": ["--steps", "200", "--hidden", "20"],
    "tree": ["--steps", "80", "--channels", "6", "--hidden", "16"],
    "gpt": [
        "--steps",
        "40",
        "--lr",
        "0.02",
        "--batch",
        "4",
        "--context",
        "16",
        "--channels",
        "16",
        "--layers",
        "2",
        "--sample",
        "20",
    ],
}
GAIN = {"bigram": 0.5, "mlp": 4.0, "batch_norm": 0.5, "manual_training": 0.5, "tree": 0.3, "gpt": 0.5}


@pytest.fixture
def lesson(monkeypatch):
    """Imports a lesson; its ``import tensorgrad as tg`` gets the given library."""
    for folder in (EXAMPLES, EXAMPLES / "makemore"):
        monkeypatch.syspath_prepend(str(folder))
    ours = {path.stem for path in EXAMPLES.glob("**/*.py")}

    def forget():
        for name in ours & set(sys.modules):
            del sys.modules[name]

    def load(name, library=tg):
        forget()
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, "tensorgrad", library)
            return importlib.import_module(name)

    yield load
    forget()


def run(module, name):
    """The losses on what the lesson holds out, from before its first step to after its last."""
    losses = module.main(["--text" if name == "gpt" else "--names", NAMES, *SMALL[name]])
    return losses[0] if isinstance(losses, tuple) else losses


@pytest.mark.parametrize("name", SMALL)
def test_the_loss_falls(lesson, name, capsys):
    losses = run(lesson(name), name)
    assert losses[-1] < losses[0] - GAIN[name]
    printed = capsys.readouterr().out
    assert all(f"{loss:.4f}" in printed for loss in losses)
    if name != "mlp":  # which starts sure of itself, and says so
        kinds = len(set(Path(NAMES).read_text("utf-8")))  # the end of a line is the dot
        assert losses[0] == pytest.approx(math.log(kinds), abs=0.2)


@pytest.mark.parametrize("name", SMALL)
def test_a_lesson_says_the_same_with_torch(lesson, name):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    assert run(lesson(name), name) == pytest.approx(run(lesson(name, torch), name), rel=1e-3)


def test_every_gradient_by_hand_is_that_of_backward(lesson):
    apart = lesson("manual_backprop").main(["--names", NAMES, "--hidden", "12"])
    assert len(apart) == 24
    assert max(apart.values()) < 1e-12


def test_the_short_gradients_are_those_of_backward(lesson):
    _, apart = lesson("manual_training").main(["--names", NAMES, "--steps", "1", "--hidden", "12"])
    assert sorted(apart) == ["C", "W1", "W2", "b2", "gain", "shift"]
    assert max(apart.values()) < 1e-12


def test_descent_comes_to_the_counts(lesson):
    losses, goal = lesson("bigram").main(["--names", NAMES, "--steps", "200"])
    assert losses[-1] == pytest.approx(goal, abs=0.1)


def test_names_are_split_once_and_for_all(lesson):
    names = lesson("names")
    letters, parts = names.read(NAMES)
    everything = Path(NAMES).read_text("utf-8").split()
    assert letters == [".", *sorted(set("".join(everything)))]
    assert sorted([*parts[0], *parts[1], *parts[2]]) == sorted(everything)
    assert [round(len(part) / len(everything), 2) for part in parts] == [0.8, 0.1, 0.1]
    assert names.read(NAMES) == (letters, parts)


def test_the_contexts_of_a_name(lesson):
    x, y = lesson("names").contexts(["ab"], [".", "a", "b"], block=3)
    assert x.tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 2]]
    assert y.tolist() == [1, 2, 0]


def test_drawn_names_end_at_the_dot_or_at_last(lesson):
    names = lesson("names")
    assert names.draw(lambda x: tg.tensor([[-50.0, 50.0]]), ".a", block=3, count=2) == ["a" * names.LONGEST] * 2
    assert names.draw(lambda x: 50.0 - 100.0 * (x[:, -1:] != tg.tensor([[1, 0]])), ".a", block=3, count=1) == ["a"]


def test_normalise_is_batch_norm(lesson):
    ours, torchs = lesson("batch_norm").Normalise(4, momentum=0.1), tg.nn.BatchNorm1d(4)
    x = tg.randn(8, 4, generator=tg.Generator().manual_seed(1)) * 3 + 1
    for _ in range(3):
        assert tg.allclose(ours(x), torchs(x), atol=1e-5)
    assert tg.allclose(ours.eval()(x), torchs.eval()(x), atol=1e-5)


def test_a_joined_pair_knows_its_own_two_places(lesson):
    join = lesson("tree").Join(3, 5).eval()
    x = tg.randn(2, 8, 3, generator=tg.Generator().manual_seed(1))
    before = join(x)
    x[:, 2] += 1.0
    changed = (join(x) != before).any(2)
    assert before.shape == (2, 4, 5)
    assert changed.tolist() == [[False, True, False, False]] * 2


def test_a_character_knows_none_after_it(lesson):
    model = lesson("gpt").GPT(size=5, channels=8, heads=2, layers=2, context=6)
    x = tg.tensor([[0, 1, 2, 3, 4, 0]])
    before = model(x)
    x[0, 3] = 1
    changed = (model(x) != before).any(2)
    assert before.shape == (1, 6, 5)
    assert changed.tolist() == [[False, False, False, True, True, True]]


def test_the_gpt_is_trained_on_the_next_character(lesson):
    x, y = lesson("gpt").batch_at(tg.arange(10), tg.tensor([0, 4]), context=3)
    assert x.tolist() == [[0, 1, 2], [4, 5, 6]]
    assert y.tolist() == [[1, 2, 3], [5, 6, 7]]


@pytest.mark.parametrize("name", ["bigram", "manual_backprop"])
def test_without_names_a_lesson_says_what_it_needs(lesson, name):
    sentence = (
        "These lessons need a text file with one name per line, but there is no file absent.txt: "
        "give one with --names FILE."
    )
    with pytest.raises(SystemExit) as raised:
        lesson(name).main(["--names", "absent.txt"])
    assert raised.value.code == sentence


def test_too_few_names(lesson, tmp_path):
    (tmp_path / "names.txt").write_text("ada\n\nbob\n", "utf-8")
    with pytest.raises(SystemExit, match=r"^These lessons need at least 10 names, one per line, but .* has 2\.$"):
        lesson("mlp").main(["--names", str(tmp_path / "names.txt")])


def test_without_a_text_the_gpt_says_what_it_needs(lesson, tmp_path):
    sentence = "The GPT needs a text to learn from, but there is no file absent.txt: give one with --text FILE."
    with pytest.raises(SystemExit) as raised:
        lesson("gpt").main(["--text", "absent.txt"])
    assert raised.value.code == sentence
    (tmp_path / "short.txt").write_text("to be or not", "utf-8")
    with pytest.raises(SystemExit, match=r"^A context of 64 needs a text of over 660 characters\.$"):
        lesson("gpt").main(["--text", str(tmp_path / "short.txt")])
