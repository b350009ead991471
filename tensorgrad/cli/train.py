"""tensorgrad train: a multilayer perceptron on data of the package or of the user."""

from __future__ import annotations

import dataclasses
import shlex
import sys
import time
from argparse import SUPPRESS, ArgumentParser, Namespace
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..creation import from_numpy
from ..profiler import profile
from ..random import Generator, manual_seed, randperm
from ..utils.data import TensorDataset
from . import plots, sources
from .checkpoint import Checkpoint
from .encoder import MOST_CATEGORIES, Encoder, find_classes
from .errors import CommandError
from .files import check_distinct, check_writable
from .loop import Score, evaluate, fit
from .settings import Settings, add_data_options, add_training_options
from .stop import Stop
from .tables import Table, listed

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_TEST_FRACTION = 0.2
_TIED_TO_MODEL = ("hidden", "activation", "seed", "target")


def add_parser(commands: _SubParsersAction[Any]) -> None:
    """Adds the subcommand to the command line."""
    parser: ArgumentParser = commands.add_parser(
        "train",
        help="train a multilayer perceptron to classify",
        description="Train a multilayer perceptron to classify, with a fifth of the rows held out to test it.",
        epilog="A column of text in a .csv is categorical, and may hold 20 different texts, or half as many as it has "
        f"training rows if that is more, up to {MOST_CATEGORIES:,}.",
        argument_default=SUPPRESS,  # so that what is not given can come from --load
        allow_abbrev=False,
    )
    add_data_options(parser, required=False)
    add_training_options(parser)
    parser.add_argument("--plot", metavar="FILE", default=None, help="draw loss and accuracy to a .png, .pdf or .svg")
    parser.add_argument("--save", metavar="FILE", default=None, help="write the model, as safetensors")
    parser.add_argument(
        "--load", metavar="FILE", default=None, help="go on with a saved model, and its settings where none are given"
    )
    parser.add_argument("--profile", action="store_true", default=False, help="show where the time of training went")
    parser.set_defaults(run=run, parser=parser)


def run(options: Namespace) -> int:
    """Trains as the options say; returns the exit status."""
    saved = None if options.load is None else Checkpoint.load(options.load)
    settings = _settings(vars(options), saved)
    _check_outputs(options.save, options.plot, options.load, settings.data)
    encoder, train, test = _prepare(settings, saved)
    done = saved.epochs if saved else 0
    manual_seed(settings.seed + done)  # a model that is loaded meets the rows in a new order
    if saved:
        checkpoint = Checkpoint(settings, encoder, saved.model.to(np.dtype(settings.dtype)), done)
    else:
        checkpoint = Checkpoint.new(settings, encoder)

    with Stop() as stop:
        interrupted = _train(checkpoint, train, test, options.save, options.plot, options.profile, stop)
    if interrupted:
        print(f"tensorgrad train: {interrupted}", file=sys.stderr)
        return 128 + stop.signal
    return 0


def _train(
    checkpoint: Checkpoint,
    train_table: Table,
    test_table: Table,
    save: str | None,
    plot: str | None,
    profiled: bool,
    stop: Stop,
) -> str:
    """Trains, saves, reports and draws; returns a sentence for the user when it was stopped before its end."""
    settings, encoder = checkpoint.settings, checkpoint.encoder
    train, test = (_dataset(encoder, table, settings.dtype) for table in (train_table, test_table))
    started = time.perf_counter()
    with profile() if profiled else nullcontext() as times:
        history = fit(checkpoint.model, train, test, settings, checkpoint.epochs, stop)
    seconds = time.perf_counter() - started
    checkpoint.epochs += len(history)
    left = settings.epochs - len(history)
    path = save or (_free_name() if left else None)
    try:
        if path:
            checkpoint.save(path)
    finally:
        scores = {"training": evaluate(checkpoint.model, train), "test": evaluate(checkpoint.model, test)}
        print(_summary(checkpoint, len(train), len(test), len(history), seconds, scores), flush=True)
        if times:
            print(times, end="\n\n", flush=True)
    if path:
        print(f"saved      {path}")
    if plot:
        plots.draw(plot, checkpoint, history, train_table, test_table)
        print(f"plot       {plot}")
    name = shlex.quote(str(path))
    if left == 0:
        return ""
    return (
        f"interrupted in epoch {checkpoint.epochs + 1}, and the model saved as it is to {path}: "
        f"go on with tensorgrad train --load {name} --epochs {left} --save {name}"
    )


def _settings(given: dict[str, Any], saved: Checkpoint | None) -> Settings:
    """The settings given; those that are not come from the saved model, or are the defaults."""
    names = {field.name for field in dataclasses.fields(Settings)}
    given = {name: value for name, value in given.items() if name in names}
    if saved is None:
        return Settings(**given)
    made_with = {**vars(saved.settings), "target": saved.encoder.schema.target}
    for name in _TIED_TO_MODEL:
        if given.get(name, made_with[name]) != made_with[name]:
            asked, needed = (
                ",".join(map(str, v)) if isinstance(v, tuple) else v for v in (given[name], made_with[name])
            )
            raise CommandError(
                f"--{name} {asked} does not fit the loaded model, which was made with --{name} {needed}: leave it out"
            )
    kept = {**vars(saved.settings), "epochs": Settings.epochs}
    if "data" in given:
        kept.update(root=None, target=None)
    return Settings(**{**kept, **given})


def _check_outputs(save: str | None, plot: str | None, load: str | None, data: str) -> None:
    check_writable("--save", save)
    check_writable("--plot", plot)
    if plot is not None:
        plots.check(plot)
    check_distinct("--save", save, sources.users_file(data))
    check_distinct("--plot", plot, sources.users_file(data), load, save)


def _prepare(settings: Settings, saved: Checkpoint | None) -> tuple[Encoder, Table, Table]:
    """The encoder, the training rows and the test rows."""
    tables = sources.read(settings, saved.encoder.schema if saved else None)
    labels = np.concatenate([table.labels for table in tables if table.labels is not None])
    source, target = tables[0].source, tables[0].schema.target
    if saved:
        known = saved.encoder.classes
        unknown = sorted(set(labels.tolist()) - set(known))
        if unknown:
            raise CommandError(
                f"{source} does not fit the loaded model: its target {target!r} holds {listed(unknown)}, but the model "
                f"knows the classes {listed(known)}"
            )
    else:
        classes = find_classes(labels, source, target)
        for name in tables[0].counters():
            sentence = f"{source}: column {name!r} counts the rows: if it only numbers them, remove it from the file"
            print(f"tensorgrad train: {sentence}", file=sys.stderr)
    train, test = tables if len(tables) == 2 else _split(tables[0], settings.seed)
    return saved.encoder if saved else Encoder.fit(train, classes), train, test


def _split(table: Table, seed: int) -> tuple[Table, Table]:
    if len(table) < 2:
        raise CommandError(f"{table.source} holds one row only, but needs two or more to train and to test with")
    order = randperm(len(table), generator=Generator().manual_seed(seed)).numpy()
    cut = max(1, round(len(table) * _TEST_FRACTION))
    return table.take(order[cut:]), table.take(order[:cut])


def _dataset(encoder: Encoder, table: Table, dtype: str) -> TensorDataset:
    features = from_numpy(encoder.features(table, np.dtype(dtype)))
    return TensorDataset(features, from_numpy(encoder.targets(table)))


def _free_name() -> str:
    """A name that no file in the current folder has."""
    name, number = "tensorgrad-interrupted.safetensors", 1
    while Path(name).exists():
        number += 1
        name = f"tensorgrad-interrupted-{number}.safetensors"
    return name


def _summary(
    checkpoint: Checkpoint, train_rows: int, test_rows: int, epochs: int, seconds: float, scores: dict[str, Score]
) -> str:
    settings, sizes = checkpoint.settings, checkpoint.sizes
    before = f" ({checkpoint.epochs} in all)" if checkpoint.epochs > epochs else ""
    lines = [
        "",
        f"data       {settings.data}: {train_rows:,} training and {test_rows:,} test rows, "
        f"{sizes[0]:,} inputs, {sizes[-1]:,} classes",
        f"model      {'-'.join(map(str, sizes))}, {settings.activation}, {checkpoint.parameters:,} parameters, "
        f"{settings.dtype}",
        f"training   {epochs} epoch{'s' * (epochs != 1)}{before} in {seconds:.1f} s, seed {settings.seed}",
        f"optimizer  SGD: batch size {settings.batch_size}, lr {settings.lr:g}, momentum {settings.momentum:g}, "
        f"weight decay {settings.weight_decay:g}",
        "",
        "rows           loss  accuracy",
    ]
    lines += [f"{name:10} {score.loss:8.4f}  {score.accuracy:8.2%}" for name, score in scores.items()]
    return "\n".join([*lines, ""])
