"""tensorgrad lecture: the examples of the lecture and its notes, and whether their numbers come out.

The examples are the scripts of ``examples/lecture``; each also runs alone, with ``python``.  They call the functions
``check``, ``show``, ``picture`` and ``plot`` of this module.
"""

from __future__ import annotations

import ast
import importlib
import io
import runpy
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any

from ..scalar import Value
from ..serialization import write_atomically
from ..viz import draw_dot
from .errors import FAILED, CommandError
from .files import check_writable, writing
from .tables import listed

if TYPE_CHECKING:
    from argparse import _SubParsersAction

DOCUMENTS = {
    "The lecture: building micrograd (video)": ["derivatives.py"],
    "Chapter notes: manual backpropagation and the chain rule": ["chain_rule.py"],
    "Chapter notes: the backward method and the accumulation bug": ["neuron.py", "accumulation.py"],
    "Chapter notes: breaking up tanh": ["tanh_apart.py"],
    "Course notes: compute graph, backpropagation and training": [
        "gradient_step.py", "relu_neuron.py", "network.py", "pytorch.py",
    ],
    "micrograd: README, tests and demo": ["expressions.py", "moons_demo.py"],
}  # fmt: skip
_IN_WHEEL, _IN_CLONE = Path(__file__).parents[1] / "examples/lecture", Path(__file__).parents[2] / "examples/lecture"
SCRIPTS = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CLONE
_WIDTH, _WIDTHS = 100, (38, 22, 22, 12)


class _Session:
    """What a run has come to so far: which examples agreed, which did not, and the pictures drawn."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.agreeing: list[str] = []
        self.differing: list[str] = []
        self.pictures = 0


_session = _Session()


def add_parser(commands: _SubParsersAction[Any]) -> None:
    """Adds the subcommand to the command line."""
    parser: ArgumentParser = commands.add_parser(
        "lecture",
        help="run the examples of the lecture",
        description="Run the examples of the lecture and its notes, and compare each number with the printed one. The "
        "exit status is 1 if one differs.",
        allow_abbrev=False,
    )
    parser.add_argument("--draw", metavar="DIR", help="write the graphs and plots there, as SVG and PNG")
    parser.set_defaults(run=run, parser=parser)


def run(options: Namespace) -> int:
    """Runs the examples; returns the exit status."""
    global _session
    _session = _Session(None if options.draw is None else _drawing_folder(options.draw))
    _print_row("example", "in the document", "tensorgrad", "agreement")
    for document, names in DOCUMENTS.items():
        print(f"\n{document}\n{'=' * len(document)}")
        for name in names:
            path = SCRIPTS / name
            lesson = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
            for paragraph in f"{name}: {lesson}".split("\n\n"):
                print(f"\n{fill(paragraph, _WIDTH)}", flush=True)
            print()
            runpy.run_path(str(path))
    print()
    if _session.pictures:
        print(f"{_session.pictures} pictures drawn in {options.draw}, each as SVG and PNG")
    count = len(_session.agreeing) + len(_session.differing)
    differing = f", but not: {listed(_session.differing)}" if _session.differing else ""
    print(f"{len(_session.agreeing)} of {count} examples agree{differing}")
    return FAILED if _session.differing else 0


def check(example: str, ours: Any, printed: Any, within: float | None = None) -> None:
    """Prints a row of the table: an example, the number in its document, ours, and whether they agree.

    Args:
        example: what to call it.
        ours: the number that came out, or a list.
        printed: the number in the document; as text where the document rounds it to four digits.
        within: how far off ours may be, relative to the printed number (absolute where that is 0); None for not at all.

    >>> check("2 + 2", 2 + 2, 4)
    2 + 2                                   4                       4                       exact
    >>> check("2 / 3", 2 / 3, "0.6667")
    2 / 3                                   0.6667                  0.6667                  4 digits
    """
    if within is not None:
        agrees = abs(ours - printed) <= within * (abs(printed) or 1)
        how = f"within {within}".replace("e-0", "e-")
    elif isinstance(printed, str):
        ours, how = f"{ours:.4f}", "4 digits"
        agrees = ours == printed
    else:
        agrees, how = ours == printed, "exact"
    (_session.agreeing if agrees else _session.differing).append(example)
    _print_row(example, printed, ours, how if agrees else "DIFFERS")


def show(example: str, ours: Any) -> None:
    """Prints a row for a number that no document prints.

    Args:
        example: what to call it.
        ours: the number that came out.

    >>> show("2 + 2", 2 + 2)
    2 + 2                                   -                       4                       -
    """
    _print_row(example, "-", ours, "-")


def picture(name: str, root: Any) -> None:
    """Draws the graph of a Value or Tensor, if the command has been given a folder to draw to.

    Args:
        name: the name of the files, without an ending.
        root: the result whose graph it is.
    """
    if _session.folder is not None:
        _write(name, {ending: draw_dot(root, ending).pipe() for ending in ("svg", "png")})


def plot(name: str, x: Sequence[float], y: Sequence[float]) -> None:
    """Draws a curve, if the command has been given a folder to draw to.

    Args:
        name: the name of the files, without an ending.
        x: where along the horizontal axis each point is.
        y: how high it is.
    """
    if _session.folder is None:
        return
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.0, 4.0), dpi=150, layout="constrained")
    axes = figure.subplots()
    axes.plot(x, y, linewidth=1.8)
    axes.set_title(name.replace("_", " "))
    axes.grid(color="0.92")
    axes.spines[["top", "right"]].set_visible(False)
    contents = {}
    for ending in ("svg", "png"):
        file = io.BytesIO()
        figure.savefig(file, format=ending)
        contents[ending] = file.getvalue()
    _write(name, contents)


def _write(name: str, contents: dict[str, bytes]) -> None:
    for ending, content in contents.items():
        path = Path(_session.folder or "", f"{name}.{ending}")
        with writing(f"the picture is not written to {path}", path):
            write_atomically(path, content)
    _session.pictures += 1


def _drawing_folder(name: str) -> Path:
    """The folder, made where it is not there, after a look at whether all that drawing needs is."""
    folder = Path(name)
    try:
        importlib.import_module("matplotlib")
        draw_dot(Value(0.0)).pipe()
    except ImportError as error:
        packages = "matplotlib graphviz graphviz-pure"
        raise CommandError(f"--draw needs {error.name}: install it with pip install {packages}") from None
    except RuntimeError as error:
        raise CommandError(f"--draw: {error}") from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"--draw {name}: cannot make the folder: {error.strerror}") from None
    check_writable("--draw", str(folder / "picture.svg"))
    return folder


def _print_row(example: str, printed: Any, ours: Any, agreement: str) -> None:
    cells = [wrap(_text(cell), width) for cell, width in zip((example, printed, ours, agreement), _WIDTHS, strict=True)]
    for line in zip_longest(*cells, fillvalue=""):
        print("  ".join(f"{text:<{width}}" for text, width in zip(line, _WIDTHS, strict=True)).rstrip())


def _text(cell: Any) -> str:
    return ", ".join(map(str, cell)) if isinstance(cell, list) else str(cell)
