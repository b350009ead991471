"""Pictures of graphs: what is in them, in which order, and that they are drawn without an installed Graphviz."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tensorgrad as tg
from tensorgrad import viz
from tensorgrad.scalar import Value
from tensorgrad.viz import dot as dot_module

pytest.importorskip("graphviz", reason="needs the extra viz")
from graphviz.backend import dot_command

DIRECTION = "rankdir must be one of LR, TB, RL, BT, but got 'XX'"


def records(dot):
    """The labels of the nodes, in the order of the text."""
    labels = re.findall(r'\[label=("(?:[^"\\]|\\.)*"|\S+) ', dot.source)
    return [label.strip('"') for label in labels]


def edges(dot):
    return re.findall(r"(\w+) -> (\w+)", dot.source)


@pytest.fixture
def no_dot(monkeypatch):
    """No Graphviz but the one that pip installed."""
    monkeypatch.setattr(dot_command, "DOT_BINARY", Path("dot"))
    monkeypatch.setenv("PATH", "")
    try:
        dot_module._find_graphviz()
    except RuntimeError:
        pytest.skip("graphviz-pure, of the extra viz, is not installed")


# Values

PROGRAM = """
from tensorgrad import viz
from tensorgrad.scalar import Value
a, b = Value(2.0, label="a"), Value(-3.0, label="b")
e = a * b; e.label = "e"
e.backward()
print(viz.draw_dot((e + a).tanh()).source)
"""
SOURCE = """digraph {
	graph [nodesep=0.15 rankdir=LR ranksep=0.3]
	node [color="#5b6b7b" fontname=Helvetica fontsize=11 height=0.3 width=0.3]
	edge [arrowsize=0.6 color="#5b6b7b"]
	n0 [label="{a|data 2.0000|grad -3.0000}" fillcolor="#e3eefa" shape=record style="rounded,filled"]
	n1 [label="{b|data -3.0000|grad 2.0000}" fillcolor="#e3eefa" shape=record style="rounded,filled"]
	n2 [label="{e|data -6.0000|grad 1.0000}" fillcolor="#ffffff" shape=record style="rounded,filled"]
	op2 [label="*" fillcolor="#f1f1f1" margin="0.05,0.02" style=filled]
	op2 -> n2
	n3 [label="{data -4.0000|grad not yet}" fillcolor="#ffffff" shape=record style="rounded,filled"]
	op3 [label="+" fillcolor="#f1f1f1" margin="0.05,0.02" style=filled]
	op3 -> n3
	n4 [label="{data -0.9993|grad not yet}" fillcolor="#fdebd3" shape=record style="rounded,filled"]
	op4 [label=tanh fillcolor="#f1f1f1" margin="0.05,0.02" style=filled]
	op4 -> n4
	n0 -> op2
	n1 -> op2
	n2 -> op3
	n0 -> op3
	n3 -> op4
}

"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_text_is_the_same_in_every_process(seed):
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(tg.__file__).parents[1],
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert run.stdout == SOURCE


def test_trace_gives_inputs_first_and_the_root_last():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    d = c + a
    nodes, pairs = viz.trace(d)
    assert all(x is y for x, y in zip(nodes, [a, b, c, d], strict=True))
    assert pairs == [(a, c), (b, c), (c, d), (a, d)]


def test_an_input_used_twice_has_two_edges():
    a = Value(3.0)
    assert edges(viz.draw_dot(a + a)) == [("op1", "n1"), ("n0", "op1"), ("n0", "op1")]


def test_a_value_made_by_hand_of_three_others_with_and_without_an_operation():
    children = tuple(Value(float(i)) for i in range(3))
    assert edges(viz.draw_dot(Value(3.0, children, "mix"))) == [
        ("op3", "n3"), ("n0", "op3"), ("n1", "op3"), ("n2", "op3")
    ]  # fmt: skip
    assert edges(viz.draw_dot(Value(3.0, children))) == [("n0", "n3"), ("n1", "n3"), ("n2", "n3")]


def test_a_single_value():
    assert records(viz.draw_dot(Value(1, label="a"))) == ["{a|data 1.0000|grad not yet}"]


def test_a_gradient_of_zero_is_not_a_gradient_that_is_not_yet():
    a = Value(-1.0)
    a.relu().backward()
    assert records(viz.draw_dot(a)) == ["{data -1.0000|grad 0.0000}"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3, "3.0000"), (0.0, "0.0000"), (1 / 3, "0.3333"), (-0.00005, "-0.0001"), (3e-05, "3.0000e-5"),
        (-1e-300, "-1.0000e-300"), (9999999.0, "9999999.0000"), (-1e7, "-1.0000e+7"), (10**400, "1.0000e+400"),
        (float("inf"), "inf"), (float("-inf"), "-inf"), (float("nan"), "nan"),
    ],
)  # fmt: skip
def test_four_digits_or_an_exponent(number, text):
    assert records(viz.draw_dot(Value(number))) == [f"{{data {text}|grad not yet}}"]


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("{x|y}", "{x|y}"), ("<a> b", "&lt;a&gt; b"), ("<<b>x</b>>", "&lt;&lt;b&gt;x&lt;/b&gt;&gt;"),
        ('say "a"', "say &quot;a&quot;"), ("&lt;", "&amp;lt;"), (r"\N \l \\", r"\N \l \\"), (r'\"', r"\&quot;"),
        ("\\", "\\"), ("β 損失", "β 損失"), ("a\tb\0\x7f", r"a\tb\x00\x7f"),
        ("\udc80", r"\udc80"), ("digraph", "digraph"),
    ],
)  # fmt: skip
def test_labels_and_operations_are_shown_as_they_are(label, shown, no_dot):
    a = Value(1.0, label=label)
    svg = viz.draw_dot(Value(2.0, (a,), label)).pipe(encoding="utf-8")
    texts = re.findall(r"<text[^>]*>(.*)</text>", svg)
    assert [text.replace("&#45;", "-") for text in texts].count(shown) == 2, texts


def test_a_label_of_two_lines(no_dot):
    svg = viz.draw_dot(Value(1.0, label="one\ntwo")).pipe(encoding="utf-8")
    assert re.findall(r"<text[^>]*>(.*)</text>", svg)[:2] == ["one", "two"]


# what is too large, and what is wrong


def chain(length):
    x = Value(0.0)
    for _ in range(length):
        x = x.relu()
    return x


def test_a_graph_above_the_limit():
    with pytest.raises(ValueError, match=r"more than 1000 nodes, too many to .*limit=") as caught:
        viz.draw_dot(chain(1000))
    assert str(caught.value).count(".") == 3  # of "limit=...": it is one sentence
    assert len(records(viz.draw_dot(chain(1000), limit=1001))) == 2001
    with pytest.raises(ValueError, match="more than 3 nodes"):
        viz.draw_dot(tg.ones(2, requires_grad=True).exp().exp().exp(), limit=3)


def test_depth_has_no_limit():
    nodes, pairs = viz.trace(chain(100_000))
    assert len(nodes) == 100_001
    assert len(pairs) == 100_000
    with pytest.raises(ValueError, match="more than 1000 nodes"):
        viz.draw_dot(nodes[-1])


@pytest.mark.parametrize("wrong", [3, None, [Value(1.0)], Value])
def test_what_cannot_be_drawn(wrong):
    sentence = f"only a Value or a Tensor, a single result, can be drawn, but got {type(wrong).__name__}$"
    with pytest.raises(TypeError, match=sentence):
        viz.draw_dot(wrong)
    with pytest.raises(TypeError, match=sentence):
        viz.trace(wrong)


def test_a_format_or_direction_that_is_not_known():
    with pytest.raises(
        ValueError, match='format must be one that Graphviz writes, such as "svg" or "png", not \'xyz\''
    ):
        viz.draw_dot(Value(1.0), format="xyz")
    with pytest.raises(ValueError, match=DIRECTION):
        viz.draw_dot(Value(1.0), rankdir="XX")


# Tensors


def leaf(*numbers, label=None):
    x = tg.tensor(list(numbers), requires_grad=True)
    if label:
        x.label = label
    return x


def test_tensors_show_shape_dtype_numbers_and_gradient():
    x, w = leaf(1.0, 2.0, label="x"), leaf(0.5, -0.5, label="w")
    y = x * w
    loss = y.sum()
    assert records(viz.draw_dot(loss)) == [
        "x|(2,) float32|data [1.0000, 2.0000]|grad not yet",
        "w|(2,) float32|data [0.5000, -0.5000]|grad not yet",
        "(2,) float32|data [0.5000, -1.0000]|grad not kept",
        "mul",
        "() float32|data -0.5000|grad not kept",
        "sum",
    ]
    loss.backward(retain_graph=True)
    assert records(viz.draw_dot(loss))[0] == "x|(2,) float32|data [1.0000, 2.0000]|grad [0.5000, -0.5000]"
    assert edges(viz.draw_dot(loss)) == [("op2", "n2"), ("op3", "n3"), ("n0", "op2"), ("n1", "op2"), ("n2", "op3")]


def test_temporaries_are_dashed_and_have_a_shape_and_a_dtype():
    x = tg.ones(2, 3, dtype=tg.float64, requires_grad=True)
    loss = (x.T @ tg.ones(2, 4, dtype=tg.float64)).float().sum(dim=0).mean()
    dot = viz.draw_dot(loss)
    assert records(dot)[1:] == [
        "(3, 2) float64", "permute", "(3, 4) float64", "matmul", "(3, 4) float32", "to", "(4,) float32", "sum",
        "() float32|data 6.0000|grad not kept", "mean",
    ]  # fmt: skip
    assert dot.source.count("dashed") == 4
    assert x.grad is None
    loss.backward()
    assert x.grad.tolist() == [[1.0] * 3] * 2  # drawing left no gradient behind, and freed nothing


def test_an_input_that_is_gone():
    y = leaf(1.0, 2.0) * 2
    assert records(viz.draw_dot(y))[0] == "(2,) float32"


def test_many_numbers_are_summed_up():
    x = tg.arange(5.0).requires_grad_()
    assert records(viz.draw_dot(x)) == ["(5,) float32|data mean 2.0000, std 1.5811|grad not yet"]
    assert records(viz.draw_dot(tg.zeros(0, 3))) == ["(0, 3) float32|data []|grad not required"]
    assert records(viz.draw_dot(tg.ones(2, 2))) == [
        "(2, 2) float32|data [[1.0000, 1.0000], [1.0000, 1.0000]]|grad not required"
    ]
    assert "mean nan, std nan" in records(viz.draw_dot(tg.tensor([float("inf"), -float("inf"), 1, 2, 3])))[0]


def test_a_tensor_without_a_gradient_is_a_single_record():
    assert records(viz.draw_dot(tg.tensor(1) + 2)) == ["() int64|data 3.0000|grad not required"]
    x = leaf(1.0)
    assert len(viz.trace(x * tg.ones(1))[0]) == 2  # the ones are not recorded


def test_parameters_are_called_so():
    linear = tg.nn.Linear(5, 1)
    assert records(viz.draw_dot(linear(tg.ones(1, 5))))[1].startswith("Parameter|(1,) float32|data [")


def test_top_to_bottom_tensors_stay_upright():
    assert records(viz.draw_dot(tg.tensor(1.0), rankdir="TB")) == ["{() float32|data 1.0000|grad not required}"]


def test_retained_gradients_are_shown_and_are_no_inputs():
    x = leaf(1.0)
    y = x * 3
    y.retain_grad()
    loss = y.sum()
    assert [part.op for part in viz.trace(loss)[0]] == ["", "mul", "sum"]
    assert records(viz.draw_dot(loss))[1] == "(1,) float32|data [3.0000]|grad not yet"
    loss.backward(retain_graph=True)
    assert records(viz.draw_dot(loss))[1] == "(1,) float32|data [3.0000]|grad [1.0000]"


def test_what_was_frozen_or_overwritten_later():
    x = leaf(1.0)
    y = x * 3
    y += 1
    x.requires_grad_(False)
    assert records(viz.draw_dot(y)) == [
        "(1,) float32|data [1.0000]|grad not required", "(1,) float32", "mul",
        "(1,) float32|data [4.0000]|grad not kept", "add",
    ]  # fmt: skip


def test_trace_gives_a_part_for_each_tensor():
    x = leaf(1.0, 2.0)
    loss = x.exp().sum()
    nodes, pairs = viz.trace(loss)
    assert [(part.op, part.shape, part.dtype.name) for part in nodes] == [
        ("", (2,), "float32"), ("exp", (2,), "float32"), ("sum", (), "float32")
    ]  # fmt: skip
    assert nodes[0].tensor is x
    assert nodes[1].tensor is None
    assert nodes[2].tensor is loss
    assert pairs == [(nodes[0], nodes[1]), (nodes[1], nodes[2])]


def test_a_freed_graph():
    sentence = r"freed by an earlier backward\(\), so .*; draw it before backward\(\), or call .*retain_graph=True\)$"
    y = leaf(1.0).exp()
    loss, other = y.sum(), y.mean()
    loss.backward()
    for root in (loss, other):  # the whole of it, and a part
        with pytest.raises(RuntimeError, match=sentence):
            viz.draw_dot(root)


# files, notebooks, and what is missing


def test_it_renders_without_an_installed_graphviz(no_dot, tmp_path, capfd):
    dot = viz.draw_dot(Value(2.0, label="β").tanh())
    assert b"<svg" in dot.pipe()
    assert dot.pipe(format="png").startswith(b"\x89PNG")
    assert "<svg" in dot._repr_mimebundle_()["image/svg+xml"]
    picture = Path(viz.draw_dot(Value(2.0), format="png").render(tmp_path / "value", cleanup=True))
    assert picture == tmp_path / "value.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [picture]
    assert capfd.readouterr() == ("", "")


def test_a_drawing_is_a_digraph_of_the_library():
    import graphviz

    assert isinstance(viz.draw_dot(Value(1.0)), graphviz.Digraph)
    assert "dpi=144" in viz.draw_dot(Value(1.0), format="png").source


def test_without_a_program_that_draws(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    dot = viz.draw_dot(Value(1.0))
    for show in (dot.pipe, dot.render, dot._repr_mimebundle_):
        with pytest.raises(RuntimeError, match="no Graphviz to draw this with; install it with pip install graphviz"):
            show()


def test_without_the_graphviz_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    dot_module._drawing.cache_clear()
    with pytest.raises(ImportError, match="needs the package graphviz; install it with pip install graphviz") as caught:
        viz.draw_dot(Value(1.0))
    assert caught.value.name == "graphviz"
    assert len(viz.trace(Value(1.0))[0]) == 1
