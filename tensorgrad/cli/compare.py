"""tensorgrad compare: the same net trained here and in PyTorch, side by side."""

from __future__ import annotations

import dataclasses
import io
from argparse import SUPPRESS, ArgumentParser, Namespace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from ..creation import from_numpy
from ..interop.comparison import Comparison, compare
from ..interop.torch import installed
from ..nn import MLP, CrossEntropyLoss
from ..random import Generator
from ..serialization import write_atomically
from ..utils.data import DataLoader, TensorDataset
from . import plots, sources
from .encoder import Encoder, find_classes
from .errors import FAILED, CommandError
from .files import check_distinct, check_writable, writing
from .settings import Settings, add_data_options, add_training_options, one_of, whole

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "adagrad": "Adagrad"}
_STEPS = 100
_ADAPTIVE_LR = 0.001
_OURS, _THEIRS = "#1f77b4", "#d95f02"


def add_parser(commands: _SubParsersAction[Any]) -> None:
    """Adds the subcommand to the command line."""
    parser: ArgumentParser = commands.add_parser(
        "compare",
        help="train the same net here and in PyTorch, and show how far apart they are",
        description="Train the same multilayer perceptron here and in PyTorch, from one seed, and show side by side "
        "the initial weights, outputs, losses, gradients, weights after the training, and the time of a step.",
        epilog="The exit status is 1 if a step, taken from the same weights in both, differs by more than rounding "
        f"explains. The optimizers other than sgd take --lr {_ADAPTIVE_LR} by default, and no --momentum.",
        argument_default=SUPPRESS,
        allow_abbrev=False,
    )
    add_data_options(parser, required=False)
    add_training_options(parser, "target", "hidden", "activation", "batch_size", "lr", "momentum", "seed", "dtype")
    parser.add_argument(
        "--steps", metavar="N", type=whole(1), default=_STEPS, help=f"steps of training (default: {_STEPS})"
    )
    known = ", ".join(_OPTIMIZERS)
    parser.add_argument(
        "--optimizer", metavar="NAME", type=one_of(*_OPTIMIZERS), default="sgd", help=f"{known} (default: sgd)"
    )
    parser.add_argument("--plot", metavar="FILE", default=None, help="draw losses and drift to a .png, .pdf or .svg")
    parser.set_defaults(run=run, parser=parser)


def run(options: Namespace) -> int:
    """Compares as the options say; returns the exit status."""
    try:
        torch = installed()
    except ImportError as error:
        raise CommandError(str(error)) from None
    settings = _settings(vars(options))
    check_writable("--plot", options.plot)
    if options.plot is not None:
        plots.check(options.plot)
    check_distinct("--plot", options.plot, sources.users_file(settings.data))

    data, classes = _data(settings)
    sizes = [data[0][0].shape[0], *settings.hidden, classes]
    model = MLP(sizes[0], sizes[1:], settings.activation, dtype=np.dtype(settings.dtype))
    optimizer, momentum = _OPTIMIZERS[options.optimizer], {}
    if optimizer == "SGD":
        momentum["momentum"] = settings.momentum
    batches = _batches(data, settings, options.steps)
    try:
        found = compare(
            model, batches, CrossEntropyLoss(), options.steps, optimizer, settings.lr, seed=settings.seed, **momentum
        )
    except FloatingPointError as error:
        raise CommandError(str(error).removeprefix("compare: "), FAILED) from None
    shown = "".join(f", {name} {value:g}" for name, value in {"lr": settings.lr, **momentum}.items())
    print(
        f"data       {settings.data}: {len(data):,} rows, {sizes[0]:,} inputs, {classes:,} classes",
        f"model      {'-'.join(map(str, sizes))}, {settings.activation}, "
        f"{sum(p.numel() for p in model.parameters()):,} parameters, {settings.dtype}",
        f"training   {options.steps:,} step{'s' * (options.steps != 1)} of {settings.batch_size:,} rows with "
        f"{optimizer}{shown}; seed {settings.seed}",
        "",
        f"largest relative differences between tensorgrad {__version__} and torch {torch.__version__}",
        found,
        "",
        sep="\n",
        flush=True,
    )
    if options.plot:
        _draw(options.plot, found, f"{settings.data}: {'-'.join(map(str, sizes))}, {settings.activation}, {optimizer}")
        print(f"plot       {options.plot}")
    if found.mismatch:
        raise CommandError(found.mismatch, FAILED)
    print(f"verdict    each step, from the same weights, agrees within {found.tolerance:.0e}: rounding explains that")
    far = next((number for number, apart in enumerate(found.drift, 1) if apart > found.tolerance), None)
    if far is not None:
        print(
            f"drift      the rounding of many steps adds up: from step {far:,} on the weights differ by more than that"
        )
    return 0


def _settings(given: dict[str, Any]) -> Settings:
    names = {field.name for field in dataclasses.fields(Settings)}
    kept = {name: value for name, value in given.items() if name in names}
    if given["optimizer"] != "sgd":
        if "momentum" in kept:
            raise CommandError(f"--momentum goes with --optimizer sgd only, but the optimizer is {given['optimizer']}")
        kept = {"lr": _ADAPTIVE_LR, **kept}
    return Settings(**kept)


def _data(settings: Settings) -> tuple[TensorDataset, int]:
    """The rows, and the number of classes."""
    table, *others = sources.read(settings)
    labels = np.concatenate([one.labels for one in (table, *others) if one.labels is not None])
    encoder = Encoder.fit(table, find_classes(labels, table.source, table.schema.target))
    features = from_numpy(encoder.features(table, np.dtype(settings.dtype)))
    return TensorDataset(features, from_numpy(encoder.targets(table))), len(encoder.classes)


def _batches(data: TensorDataset, settings: Settings, steps: int) -> list[Any]:
    """The batches of the first steps, or of a whole pass in a random order if there are more steps."""
    loader = DataLoader(data, settings.batch_size, shuffle=True, generator=Generator().manual_seed(settings.seed))
    return list(islice(loader, steps))


def _draw(path: str, found: Comparison, title: str) -> None:
    """Draws both losses, and how far apart the trainings and their single steps are.

    A file that was there stays until the new one is whole.

    Args:
        path: the file to write.
        found: the comparison.
        title: what was compared.

    Raises:
        CommandError: when the file cannot be written.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    steps = range(1, len(found.steps) + 1)
    least = float(np.finfo(found.dtype).eps)  # what is equal has no place on a logarithmic axis
    with rc_context({"text.parse_math": False}):  # a name with dollar signs is no formula
        figure = Figure(figsize=(9.0, 4.2), dpi=150, layout="constrained")
        loss, drift = figure.subplots(1, 2)
        ours, theirs = zip(*(step.losses for step in found.steps), strict=True)
        loss.plot(steps, ours, color=_OURS, label="tensorgrad", linewidth=1.8)
        loss.plot(steps, theirs, color=_THEIRS, label="torch", linewidth=1.8, linestyle=(0, (3, 3)))
        loss.set(title="Loss (nats)", ylim=(0, None))
        alone = [max(step.alone.gradients.values()) for step in found.steps]
        for values, colour, label in (
            (found.drift, _OURS, "weights of the two trainings"),
            (alone, _THEIRS, "gradients from the same weights"),
        ):
            drift.plot(steps, np.maximum(values, least), color=colour, label=label, linewidth=1.8)
        drift.axhline(
            found.tolerance, color="0.5", linewidth=1, linestyle="--", label="the most that a step may differ"
        )
        drift.set(title="Largest relative difference", yscale="log")
        drift.yaxis.set_major_formatter(lambda value, _: f"{value:.0e}")
        for axes in (loss, drift):
            axes.title.set(fontweight="bold", fontsize=11)
            axes.spines[["top", "right"]].set_visible(False)
            axes.set_xlabel("step")
            axes.grid(color="0.92")
            axes.set_axisbelow(True)
            axes.legend(frameon=False, fontsize=8, loc="best" if axes is loss else "upper left")
        figure.suptitle(title.encode(errors="backslashreplace").decode(), fontsize=11, color="0.35")
        picture = io.BytesIO()
        figure.savefig(picture, format=Path(path).suffix[1:].lower())
    with writing(f"the plot is not written to {path}", path):
        write_atomically(path, picture.getvalue())
