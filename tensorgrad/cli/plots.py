"""Pictures of a training run: loss, accuracy, and for two inputs the regions of the classes."""

from __future__ import annotations

import importlib
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..serialization import write_atomically
from .checkpoint import Checkpoint
from .errors import CommandError
from .files import writing
from .loop import Epoch
from .tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ENDINGS = (".png", ".pdf", ".svg")
_TRAIN, _TEST = "#1f77b4", "#d95f02"
_RESOLUTION = 200  # points along each side of the plane
_TINT = 0.45  # of a class's colour in its region
# Okabe and Ito's colours, which the colour-blind can tell apart too.
_CLASSES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#666666")


def check(path: str) -> None:
    """Raises CommandError when a picture of this name cannot be drawn, for its ending or for want of matplotlib.

    Args:
        path: the file to draw to.
    """
    if Path(path).suffix.lower() not in _ENDINGS:
        raise CommandError(f"--plot {path}: the name must end in .png, .pdf or .svg")
    try:
        importlib.import_module("matplotlib")
    except ImportError:
        raise CommandError("--plot needs matplotlib: install it with pip install matplotlib") from None


def draw(path: str, checkpoint: Checkpoint, history: list[Epoch], train: Table, test: Table) -> None:
    """Draws the course of the training, and the regions of the classes where there are two inputs.

    A file that was there stays until the new one is whole.

    Args:
        path: the file to write.
        checkpoint: the trained model.
        history: its epochs.
        train: the training rows.
        test: the test rows.

    Raises:
        CommandError: when the file cannot be written.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    plane = checkpoint.encoder.width == len(checkpoint.encoder.mean) == 2
    with rc_context({"text.parse_math": False}):  # a name with dollar signs is no formula
        figure = Figure(figsize=(13.5 if plane else 9.0, 4.2), dpi=150, layout="constrained")
        loss, accuracy, *rest = figure.subplots(1, 3 if plane else 2)
        _draw_curves(loss, history, "loss", 1)
        loss.set(title="Loss (nats)", ylim=(0, None))
        _draw_curves(accuracy, history, "accuracy", 100)
        accuracy.set(title="Accuracy (%)")
        for axes in rest:
            _draw_regions(axes, checkpoint, train, test)
        for axes in (loss, accuracy, *rest):
            axes.title.set(fontweight="bold", fontsize=11)
            axes.spines[["top", "right"]].set_visible(False)
        sizes = "-".join(map(str, checkpoint.sizes))
        title = f"{checkpoint.settings.data}: {sizes}, {checkpoint.settings.activation}"
        figure.suptitle(_printable(title), fontsize=11, color="0.35")
        picture = io.BytesIO()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # a letter that the font lacks is drawn as a box
            figure.savefig(picture, format=Path(path).suffix[1:].lower())
    with writing(f"the plot is not written to {path}", path):
        write_atomically(path, picture.getvalue())


def _printable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()  # the name of a file may hold what is no letter


def _draw_curves(axes: Axes, history: list[Epoch], quantity: str, scale: float) -> None:
    from matplotlib.ticker import MaxNLocator

    epochs = [epoch.number for epoch in history]
    for rows, colour in (("train", _TRAIN), ("test", _TEST)):
        values = [scale * getattr(getattr(epoch, rows), quantity) for epoch in history]
        name = {"train": "training", "test": "test"}[rows]
        axes.plot(epochs, values, color=colour, label=name, linewidth=1.8, marker="o", markersize=3.5)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.grid(color="0.92")
    axes.set_axisbelow(True)
    axes.legend(frameon=False)


def _draw_regions(axes: Axes, checkpoint: Checkpoint, train: Table, test: Table) -> None:
    """Each point of the plane in the colours of its classes, as far as the model believes in each."""
    from matplotlib.colors import to_rgb

    encoder = checkpoint.encoder
    colours = np.array([to_rgb(_CLASSES[place % len(_CLASSES)]) for place in range(len(encoder.classes))])
    points = np.concatenate([train.numbers, test.numbers])
    low, high = points.min(0), points.max(0)
    margin = 0.06 * np.where(high > low, high - low, 1)
    low, high = low - margin, high + margin
    x, y = np.meshgrid(*np.linspace(low, high, _RESOLUTION).T)
    grid = Table(encoder.schema, np.stack([x.ravel(), y.ravel()], axis=1), [], None, False, "")
    probabilities = checkpoint.probabilities(grid)
    image = 1 - _TINT * (1 - probabilities @ colours)
    extent = (low[0], high[0], low[1], high[1])
    axes.imshow(image.reshape(*x.shape, 3), origin="lower", extent=extent, aspect="auto", interpolation="bilinear")
    best = probabilities.argmax(1).reshape(x.shape)
    for place in range(len(encoder.classes) - (len(encoder.classes) == 2)):
        # The edge of a class is where it is as likely as the likeliest of the others.
        lead = probabilities[:, place] - np.delete(probabilities, place, axis=1).max(1)
        if (best == place).any() and (best != place).any():
            axes.contour(x, y, lead.reshape(x.shape), levels=[0], colors="white", linewidths=1.5)
    for table, size, edge in ((train, 9, "none"), (test, 20, "black")):
        classes = encoder.targets(table)
        x, y = table.numbers.T
        axes.scatter(x, y, s=size, c=colours[classes], edgecolors=edge, linewidths=0.7)
    axes.set(title="Regions (test points with an edge)", xlabel=encoder.schema.numbers[0])
    axes.set(ylabel=encoder.schema.numbers[1], xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    if len(encoder.classes) <= len(_CLASSES):
        for colour in colours:
            axes.scatter([], [], s=20, color=colour, label="class")
        # Set afterwards, since a label that begins with an underscore would be left out.
        for text, name in zip(axes.legend(frameon=False).get_texts(), encoder.classes, strict=True):
            text.set_text(_printable(name))
