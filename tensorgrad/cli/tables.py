"""Rows of data before encoding: columns of numbers, columns of text, and a label a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .errors import CommandError

_FEW_ROWS = 20  # so few may well count something else


def listed(names: Sequence[str], most: int = 8) -> str:
    """The names with commas between them, cut short when there are many.

    >>> listed(["a", "b", "c"], most=2)
    'a, b, ... (3 in all)'
    """
    return ", ".join(names) if len(names) <= most else f"{', '.join(names[:most])}, ... ({len(names):,} in all)"


@dataclass(frozen=True)
class Schema:
    """Which columns hold numbers, which text, and which the label.

    Args:
        numbers: the names of the columns of numbers.
        texts: the names of the categorical columns.
        target: the name of the column of labels.

    >>> Schema(["age"], ["country"], "buys").columns
    ['age', 'country']
    """

    numbers: list[str]
    texts: list[str]
    target: str

    @property
    def columns(self) -> list[str]:
        """The names of all features, in the order of the network's inputs."""
        return self.numbers + self.texts

    def check(self, names: Sequence[str], source: str) -> None:
        """Raises CommandError when a table with the features `names` is not one a model of this schema takes."""
        missing = [name for name in self.columns if name not in set(names)]
        extra = [name for name in names if name not in set(self.columns)]
        if missing or extra:
            faults = ["lacks " + listed(missing)] * bool(missing) + ["has also " + listed(extra)] * bool(extra)
            raise CommandError(
                f"{source} does not fit the model, which was trained on the columns {listed(self.columns)}: "
                f"it {' and '.join(faults)}"
            )


@dataclass
class Table:
    """Features and labels as they were read.

    Args:
        schema: what the columns are.
        numbers: the columns of numbers, shape (rows, number columns).
        texts: for each categorical column its texts, shape (rows,).
        labels: the classes as text, shape (rows,); None where the data has none.
        pooled: whether all numbers are of one kind, as pixels are, to be standardised alike.
        source: what to call the data in messages.
    """

    schema: Schema
    numbers: np.ndarray
    texts: list[np.ndarray]
    labels: np.ndarray | None
    pooled: bool
    source: str

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.numbers)

    def counters(self) -> list[str]:
        """The names of the columns that count the rows, from 0 or 1 and in any order, as row numbers do."""
        found = []
        for name, column in zip(self.schema.numbers, self.numbers.T, strict=True):
            count = np.arange(len(self)) + float(column.min())
            if count[0] in (0, 1) and column.max() == count[-1] and np.array_equal(np.sort(column), count):
                found.append(name)
        return found if len(self) > _FEW_ROWS else []

    def take(self, rows: np.ndarray) -> Table:
        """The table of some rows, given by their indices."""
        labels = None if self.labels is None else self.labels[rows]
        texts = [text[rows] for text in self.texts]
        return Table(self.schema, self.numbers[rows], texts, labels, self.pooled, self.source)


def class_names(values: np.ndarray, source: str, target: str) -> np.ndarray:
    """The labels as text, from whole numbers, however they are stored.

    Args:
        values: numbers, shape (rows,).
        source: the file they are from, for the message.
        target: the name of their column, for the message.

    Returns:
        Texts, shape (rows,).

    Raises:
        CommandError: when a number is not a whole one.

    >>> class_names(np.array([1.0, 2.0]), "data.csv", "y").tolist()
    ['1', '2']
    """
    uneven = values != np.floor(values)
    if uneven.any():
        raise CommandError(
            f"{source}: the target {target!r} holds real numbers such as {float(values[uneven][0])!r}, but this "
            "command learns classes, which must be text or whole numbers"
        )
    return np.array([str(int(value)) for value in values.tolist()], dtype=object)
