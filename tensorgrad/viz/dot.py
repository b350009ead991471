"""Draw a graph with Graphviz: a record for each number or Tensor, an ellipse for each operation."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sysconfig
from decimal import Decimal
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scalar import Value
from ..scalar.value import NOT_YET
from ..tensor import Tensor
from .graph import Part, traced

if TYPE_CHECKING:
    from graphviz import Digraph

_INSTALL = "install it with pip install graphviz graphviz-pure"
_INK, _INPUT, _RESULT, _ROOT, _OP = "#5b6b7b", "#e3eefa", "#ffffff", "#fdebd3", "#f1f1f1"
_DIRECTIONS = ("LR", "TB", "RL", "BT")
_SMALL = 4  # a Tensor of so many elements is shown whole
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def draw_dot(root: Value | Tensor, format: str = "svg", rankdir: str = "LR", limit: int = 1000) -> Digraph:
    """Draw what a Value or Tensor was computed from, as the lecture does.

    Inputs are blue and the root is orange.  An input that is used twice has two edges.  A Value shows its label, data
    and gradient; "not yet" says that no backward() has reached it.  A Tensor shows its ``label`` if it was given one,
    shape, dtype, and its numbers, or their mean and standard deviation; a dashed one is gone, since nobody but the
    graph needs it.  A computed Tensor keeps its gradient only after ``retain_grad()``, and one that needs no
    gradient is not recorded, so it is not in the graph.

    Args:
        root: the result.
        format: what to write: "svg", "png", "jpg", ...; "pdf" only where Graphviz itself is installed.
        rankdir: the direction of the edges: "LR", left to right, "TB", top to bottom, "RL" or "BT".
        limit: how many Values or Tensors to draw at most; 1000 take about 1 second as SVG, 10 as PNG.

    Returns:
        A ``graphviz.Digraph``: it shows itself in a notebook, ``render(filename)`` writes a file, ``source`` is its
        text.

    Raises:
        TypeError: if root is neither a Value nor a Tensor.
        ValueError: if the graph is larger than the limit, or format or rankdir is unknown.
        RuntimeError: if the graph of a Tensor was freed by backward().
        ImportError: if the graphviz package is not installed.

    >>> from tensorgrad import viz
    >>> from tensorgrad.scalar import Value
    >>> a = Value(2.0, label="a")
    >>> print(viz.draw_dot(a.tanh()).source.splitlines()[5].strip())
    n1 [label="{data 0.9640|grad not yet}" fillcolor="#fdebd3" shape=record style="rounded,filled"]
    """
    kind, formats = _drawing()
    if format not in formats:
        raise ValueError(f'draw_dot: format must be one that Graphviz writes, such as "svg" or "png", not {format!r}')
    if rankdir not in _DIRECTIONS:
        raise ValueError(f"draw_dot: rankdir must be one of {', '.join(_DIRECTIONS)}, but got {rankdir!r}")
    nodes, edges = traced(root, limit)
    dot = kind(
        format=format,
        graph_attr={"rankdir": rankdir, "nodesep": "0.15", "ranksep": "0.3"}
        | ({"dpi": "144"} if format in ("png", "jpg", "jpeg") else {}),  # others would only become larger
        node_attr={"fontname": "Helvetica", "fontsize": "11", "height": "0.3", "width": "0.3", "color": _INK},
        edge_attr={"color": _INK, "arrowsize": "0.6"},
    )
    names = {node: f"n{i}" for i, node in enumerate(nodes)}
    targets = dict(names)  # where the edges of a node's inputs end: at its operation, if it has one
    computed = {node for _, node in edges}
    for node, name in names.items():
        op, fields, alive = _value(node) if isinstance(node, Value) else _tensor(node)
        text = "|".join(map(_escaped, fields))
        flat = isinstance(node, Value) or rankdir in ("TB", "BT")  # braces turn a record from its usual direction
        dot.node(
            name, f"{{{text}}}" if flat else text, shape="record",
            style="rounded,filled" if alive else "rounded,filled,dashed",
            fillcolor=_INPUT if node not in computed else _ROOT if node is nodes[-1] else _RESULT,
        )  # fmt: skip
        if op and node in computed:
            targets[node] = name.replace("n", "op")
            dot.node(targets[node], _escaped(op), style="filled", fillcolor=_OP, margin="0.05,0.02")
            dot.edge(targets[node], name)
    for x, node in edges:
        dot.edge(names[x], targets[node])
    return dot


def _value(value: Value) -> tuple[str, list[str], bool]:
    """A Value's operation, the fields of its record, and that it is alive."""
    grad = "not yet" if value.grad is NOT_YET else _number(value.grad)
    label = [str(value.label)] if value.label else []
    return str(value._op), [*label, f"data {_number(value.data)}", f"grad {grad}"], True


def _tensor(part: Part) -> tuple[str, list[str], bool]:
    """A Tensor's operation, the fields of its record, and whether it is alive."""
    x = part.tensor
    kind = f"{part.shape} {part.dtype}"
    if x is None:
        return part.op, [kind], False
    label = getattr(x, "label", "" if type(x) is Tensor else type(x).__name__)
    if x.grad is not None:
        grad = _summary(x.grad._array())
    elif not x.requires_grad:
        grad = "not required"
    else:
        grad = "not yet" if x.is_leaf or x._leaf else "not kept"
    fields = [kind, f"data {_summary(x._array())}", f"grad {grad}"]
    return part.op, [str(label), *fields] if label else fields, True


def _summary(array: Any) -> str:
    """A few numbers as they are, many by their mean and standard deviation."""
    if not array.size:
        return "[]"
    if array.size <= _SMALL:
        return _listed(array.tolist())
    with np.errstate(all="ignore"):
        mean, std = array.mean(dtype=np.float64), array.std(ddof=1, dtype=np.float64)
    return f"mean {_number(mean)}, std {_number(std)}"


def _listed(numbers: Any) -> str:
    return f"[{', '.join(map(_listed, numbers))}]" if isinstance(numbers, list) else _number(numbers)


def _number(x: Any) -> str:
    """Four digits, as in the lecture, but with an exponent where that would show nothing, or no end of digits."""
    if 0 < abs(x) < 0.00005 or 1e7 <= abs(x) < inf:
        return f"{Decimal(x if isinstance(x, int) else float(x)):.4e}"  # an int may be larger than any float
    return f"{x:.4f}"


def _escaped(text: str) -> str:
    """The text, with nothing in it that a record's label would take for an instruction."""
    text = re.sub(r"[\\{}|<>]", r"\\\g<0>", text).replace("&", "&amp;").replace("\n", r"\n")
    return _UNPRINTABLE.sub(lambda match: r"\\" + ascii(match[0])[2:-1], text)


@functools.cache
def _drawing() -> Any:
    """The class of a picture, and the formats that there are."""
    try:
        import graphviz
    except ImportError:
        raise ImportError(f"draw_dot needs the package graphviz; {_INSTALL}", name="graphviz") from None

    class Drawing(graphviz.Digraph):  # type: ignore[misc]  # the library has no types
        """A Digraph that finds the Graphviz which pip installed, and is silent where that guesses a width."""

        def pipe(self, format: str | None = None, *, quiet: bool = True, **options: Any) -> Any:
            """The picture, as bytes, or as text in an ``encoding``."""
            _find_graphviz()
            return super().pipe(format, quiet=quiet, **options)

        def render(self, *args: Any, quiet: bool = True, **options: Any) -> Any:
            """Write the text and the picture, and return the name of the picture's file."""
            _find_graphviz()
            return super().render(*args, quiet=quiet, **options)

    return Drawing, graphviz.FORMATS


def _find_graphviz() -> None:
    """Let the graphviz library, which runs the program "dot", run the one that pip installed, if there is no other."""
    from graphviz.backend import dot_command

    if shutil.which(str(dot_command.DOT_BINARY)) is None:
        user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
        folders = (sysconfig.get_path("scripts"), user, os.environ.get("PATH", os.defpath))
        program = shutil.which("graphviz-pure", path=os.pathsep.join(folders))
        if program is None:
            raise RuntimeError(f"there is no Graphviz to draw this with; {_INSTALL}")
        dot_command.DOT_BINARY = Path(program)
