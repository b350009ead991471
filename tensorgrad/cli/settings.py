"""The settings of a training run, and the options on the command line that set them."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from dataclasses import dataclass

_WIDEST = 10**9  # units in a layer, so that no number of weights is beyond what NumPy can count


@dataclass(frozen=True)
class Settings:
    """What the options of `tensorgrad train` say; the defaults are the command's own.

    Args:
        data: digits, moons, spirals, mnist, or the path of a .csv or .npz file.
        root: the folder of MNIST's files.
        target: the column or array of labels.
        hidden: the sizes of the hidden layers.
        activation: what stands between the layers.
        epochs: how often training goes through the data.
        batch_size: the rows a step.
        lr: the learning rate.
        momentum: what is kept of the last step.
        weight_decay: the strength of the pull of weights to zero.
        seed: decides the split, the initial weights and the order of the rows.
        dtype: float32 or float64.
        device: cpu, the only one there is.

    >>> Settings(epochs=3).hidden
    (128, 64)
    """

    data: str = "digits"
    root: str | None = None
    target: str | None = None
    hidden: tuple[int, ...] = (128, 64)
    activation: str = "relu"
    epochs: int = 25
    batch_size: int = 32
    lr: float = 0.02
    momentum: float = 0.9
    weight_decay: float = 1e-4
    seed: int = 0
    dtype: str = "float32"
    device: str = "cpu"

    def check(self) -> None:
        """Raises ValueError when a setting is none that the command line takes, as in a file that was tampered with."""
        for name, read in _READERS.items():
            value = getattr(self, name)
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            try:
                fits = value == getattr(Settings, name) or value == read(text)
            except ArgumentTypeError:
                fits = False
            if not fits:
                raise ValueError(f"the setting {name} is {value!r}")


def add_data_options(parser: ArgumentParser, required: bool) -> None:
    """Adds --data and --root, which `train` and `predict` share."""
    default = "" if required else f" (default: {Settings().data})"
    what = f"digits, moons, spirals, mnist, or a .csv or .npz file{default}"
    parser.add_argument("--data", metavar="DATA", required=required, help=what)
    parser.add_argument("--root", metavar="DIR", help="the folder with MNIST's IDX files")


def add_training_options(parser: ArgumentParser, *names: str) -> None:
    """Adds the options that say what to train, and how: all, or those of these names."""
    default = Settings()
    hidden = ",".join(map(str, default.hidden))
    options = [
        ("target", "COLUMN", "the labels: a column of the .csv (default: the last), an array of the .npz (y)"),
        ("hidden", "SIZES", f"sizes of the hidden layers (default: {hidden})"),
        ("activation", "NAME", f"relu, tanh or sigmoid (default: {default.activation})"),
        ("epochs", "N", f"passes through the training data (default: {default.epochs})"),
        ("batch_size", "N", f"rows a step (default: {default.batch_size})"),
        ("lr", "RATE", f"learning rate (default: {default.lr})"),
        ("momentum", "M", f"momentum of SGD (default: {default.momentum})"),
        ("weight_decay", "W", f"weight decay of SGD (default: {default.weight_decay})"),
        ("seed", "N", f"seed of split, weights and order (default: {default.seed})"),
        ("dtype", "NAME", f"float32 or float64 (default: {default.dtype})"),
        ("device", "NAME", "cpu, the only one"),
    ]
    for name, metavar, text in [option for option in options if not names or option[0] in names]:
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=metavar, type=_READERS[name], help=text)


def whole(least: int, most: int = 9 * 10**18) -> Callable[[str], int]:
    """What reads a whole number of this size from the command line."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or float(text) < least:
            raise ArgumentTypeError(f"must be a whole number of at least {least}, but got {text!r}")
        if float(text) > most:
            raise ArgumentTypeError(f"must be {most} at most, but got {text if len(text) < 40 else text[:40] + '...'}")
        return int(text)

    return read


def _real(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ArgumentTypeError(f"must be a number of at least 0, but got {text!r}")
    return value


def _sizes(text: str) -> tuple[int, ...]:
    try:
        return tuple(whole(1, _WIDEST)(size.strip()) for size in text.split(","))
    except ArgumentTypeError:
        raise ArgumentTypeError(
            f"must be whole numbers from 1 to {_WIDEST} with commas between them, as in 128,64, but got {text!r}"
        ) from None


def one_of(*names: str) -> Callable[[str], str]:
    """What reads one of these names from the command line."""

    def read(text: str) -> str:
        if text not in names:
            raise ArgumentTypeError(f"must be {', '.join(names[:-1])} or {names[-1]}, but got {text!r}")
        return text

    return read


def _device(text: str) -> str:
    if text != "cpu":
        raise ArgumentTypeError(f"must be cpu, the only device there is, since NumPy does the work, but got {text!r}")
    return text


# By the names of the settings, what reads each from the command line.
_READERS: dict[str, Callable[[str], object]] = {
    "data": str,
    "root": str,
    "target": str,
    "hidden": _sizes,
    "activation": one_of("relu", "tanh", "sigmoid"),
    "epochs": whole(0),
    "batch_size": whole(1),
    "lr": _real,
    "momentum": _real,
    "weight_decay": _real,
    "seed": whole(0),
    "dtype": one_of("float32", "float64"),
    "device": _device,
}
