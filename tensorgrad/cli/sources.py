"""Where `--data` comes from: a data set of the package, or the user's own file."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .. import datasets
from ..random import Generator
from ..utils.data import TensorDataset
from .csv_file import read_csv
from .errors import CommandError
from .settings import Settings
from .tables import Schema, Table, class_names, listed

_POINTS: dict[str, Callable[[Generator], TensorDataset]] = {
    "moons": lambda generator: datasets.moons(1000, noise=0.2, generator=generator),
    "spirals": lambda generator: datasets.spirals(1000, generator=generator),
}
# The data sets of the package, by the names that --data takes.
OWN = ("digits", "mnist", *_POINTS)


def read(settings: Settings, schema: Schema | None = None, labelled: bool = True) -> list[Table]:
    """The data that the settings name.

    Args:
        settings: what `--data`, `--root`, `--target` and `--seed` say.
        schema: what the columns must be; found out when None.
        labelled: whether there must be labels.

    Returns:
        All rows in one table; or a training and a test table where the data comes split.

    Raises:
        CommandError: when the data is not there, damaged, or does not fit the schema.
    """
    _check_options(settings)
    if settings.data in OWN:
        tables = [_own_table(settings.data, part) for part in _own_parts(settings)]
    else:
        return [_read_file(settings, schema, labelled)]
    if schema is not None:
        schema.check(tables[0].schema.columns, settings.data)
    return tables


def users_file(data: str) -> str | None:
    """The path of the user's file that `--data` names; None where it names a data set of the package."""
    return None if data in OWN else data


def _check_options(settings: Settings) -> None:
    if settings.data == "mnist" and settings.root is None:
        raise CommandError("--data mnist needs --root DIR, the folder that holds MNIST's four IDX files")
    if settings.data != "mnist" and settings.root is not None:
        raise CommandError(f"--root goes with --data mnist only, but the data is {settings.data}")
    if settings.data in OWN and settings.target is not None:
        raise CommandError(f"--target goes with a .csv or .npz file only, but the data is {settings.data}")


def _own_parts(settings: Settings) -> tuple[TensorDataset, ...]:
    if settings.data == "digits":
        return (datasets.digits(),)
    if settings.data in _POINTS:
        return (_POINTS[settings.data](Generator().manual_seed(settings.seed)),)
    try:
        return datasets.mnist(str(settings.root))
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from None


def _own_table(source: str, dataset: TensorDataset) -> Table:
    features, labels = (tensor.numpy() for tensor in dataset.tensors)
    return _table(features, class_names(labels, source, "y"), "y", source, pooled=source not in _POINTS)


def _table(features: np.ndarray, labels: np.ndarray | None, target: str, source: str, pooled: bool) -> Table:
    schema = Schema([f"x{place}" for place in range(features.shape[1])], [], target)
    return Table(schema, features, [], labels, pooled, source)


def _read_file(settings: Settings, schema: Schema | None, labelled: bool) -> Table:
    path = Path(settings.data)
    readers = {".csv": read_csv, ".npz": read_npz}
    if path.suffix.lower() not in readers:
        raise CommandError(
            f"--data {settings.data}: must be digits, moons, spirals, mnist, or a file whose name ends in .csv or .npz"
        )
    if not os.path.isfile(path):  # Path.is_file fails for a name that is too long
        raise CommandError(f"--data {settings.data}: there is no such file")
    return readers[path.suffix.lower()](path, schema.target if schema else settings.target, schema, labelled)


def read_npz(path: Path, target: str | None, schema: Schema | None = None, labelled: bool = True) -> Table:
    """Reads NumPy arrays: the features from `x`, `X` or the only other array, the labels from the target.

    Features of more than two axes are taken as pictures, whose pixels are standardised alike.

    Args:
        path: the file, as `numpy.savez` writes it.
        target: the name of the array of labels; y when None.
        schema: what the columns must be, or None.
        labelled: whether the target must be there.

    Returns:
        The table; its columns are called x0, x1, ...

    Raises:
        CommandError: when the file does not hold such arrays.
    """
    target = target or "y"
    arrays = _read_arrays(path)
    others = [name for name in arrays if name != target]
    found = [name for name in ("x", "X") if name in others] or others
    if len(found) != 1 or (labelled and target not in arrays):
        raise CommandError(
            f"{path} must hold the features in an array x or X and the labels in an array {target}, "
            f"but holds {listed(list(arrays)) or 'nothing'}"
        )
    features = arrays[found[0]]
    _check_finite(path, found[0], features)
    if features.ndim == 0 or features.size == 0:
        raise CommandError(
            f"{path}: the array {found[0]} must hold rows of features, but has the shape {features.shape}"
        )
    labels = _read_labels(path, target, arrays[target], len(features)) if target in arrays else None
    table = _table(features.reshape(len(features), -1), labels, target, str(path), pooled=features.ndim > 2)
    if schema is not None:
        schema.check(table.schema.columns, str(path))
    return table


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    # What NumPy raises depends on where in the archive the damage is.
    faults = (OSError, ValueError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
    try:
        with open(path, "rb") as file:  # np.load would leave a damaged file open
            archive: Any = np.load(file, allow_pickle=False)
            if isinstance(archive, np.lib.npyio.NpzFile):
                return {name: np.asarray(archive[name]) for name in archive.files}
    except PermissionError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    except faults:
        raise CommandError(f"{path} is no .npz file of plain arrays, or is damaged: write it with np.savez") from None
    raise CommandError(f"{path} holds a single array: write features and labels to it with np.savez")


def _check_finite(path: Path, name: str, values: np.ndarray) -> None:
    if values.dtype.kind not in "biuf":
        raise CommandError(f"{path}: the array {name} must hold numbers, but is of dtype {values.dtype}")
    unfit = np.argwhere(~np.isfinite(values))
    if len(unfit):
        place = ", ".join(map(str, unfit[0]))
        raise CommandError(
            f"{path}: {name}[{place}] is {values[tuple(unfit[0])]}, but every value must be a finite number"
        )


def _read_labels(path: Path, target: str, values: np.ndarray, rows: int) -> np.ndarray:
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.shape != (rows,):
        raise CommandError(
            f"{path}: the array {target} must hold one label for each of the {rows:,} rows of features, "
            f"but has the shape {values.shape}"
        )
    if values.dtype.kind == "U":
        return values.astype(object)
    _check_finite(path, target, values)
    return class_names(values, str(path), target)
