"""From a table to the numbers a network takes: standardised columns, one-hot categories, class indices."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from ..creation import from_numpy
from .errors import CommandError
from .tables import Schema, Table

MOST_CATEGORIES = 1000
_ALWAYS_ALLOWED = 20  # categories, however few the rows


@dataclass
class Encoder:
    """How columns become inputs, as learned from the training rows.

    Numbers become (x - mean) / deviation. A categorical column becomes as many inputs as it had categories:
    1 for the category of the row and 0 for the others; all 0 for a category that was not there in training.

    Args:
        schema: the columns.
        mean: of each column of numbers, shape (number columns,).
        deviation: the standard deviation of each, 1 for a constant column, shape (number columns,).
        categories: for each categorical column its categories.
        classes: the classes, in the order of the network's outputs.
    """

    schema: Schema
    mean: np.ndarray
    deviation: np.ndarray
    categories: list[list[str]]
    classes: list[str]

    @classmethod
    def fit(cls, table: Table, classes: list[str]) -> Encoder:
        """The encoder for the rows of a table.

        Args:
            table: the training rows.
            classes: all classes there are, in the test rows too.

        Returns:
            The encoder.

        Raises:
            CommandError: when numbers are too large, or a column of text has too many categories to be one.
        """
        numbers = table.numbers
        axis = None if table.pooled else 0
        spread = numbers.std(axis, dtype=float)
        # Of equal numbers it may be a little more than 0, and 0 of numbers that differ by little.
        constant = (numbers.max(axis) == numbers.min(axis)) | (spread == 0)
        width = numbers.shape[1]
        mean = np.full(width, numbers.mean(axis, dtype=float))
        deviation = np.full(width, np.where(constant, 1.0, spread))
        too_large = np.flatnonzero(~np.isfinite(mean + deviation))
        if too_large.size:
            raise CommandError(
                f"{table.source}: column {table.schema.numbers[too_large[0]]!r} holds numbers too large to "
                "compute with: divide them by a constant"
            )
        categories = [sorted(set(text.tolist())) for text in table.texts]
        for name, found in zip(table.schema.texts, categories, strict=True):
            most = min(MOST_CATEGORIES, max(_ALWAYS_ALLOWED, len(table) // 2))
            if len(found) > most:
                raise CommandError(
                    f"{table.source}: column {name!r} holds {len(found):,} different texts such as {found[0]!r} in "
                    f"{len(table):,} training rows, but a categorical column may hold {most:,} there at most: "
                    "group them or remove the column from the file"
                )
        return cls(table.schema, mean, deviation, categories, classes)

    @property
    def width(self) -> int:
        """The number of inputs of the network."""
        return len(self.mean) + sum(map(len, self.categories))

    def features(self, table: Table, dtype: np.dtype[Any]) -> np.ndarray:
        """The inputs for the rows of a table, shape (rows, width)."""
        encoded = np.zeros((len(table), self.width), dtype)
        start = len(self.mean)
        for rows in np.array_split(np.arange(len(table)), len(table) // 1024 + 1):  # in parts, to save memory
            encoded[rows, :start] = (table.numbers[rows] - self.mean) / self.deviation
        for text, categories in zip(table.texts, self.categories, strict=True):
            places = _places(text, categories)
            known = np.flatnonzero(places >= 0)
            encoded[known, start + places[known]] = 1
            start += len(categories)
        return encoded

    def unknown(self, table: Table) -> list[str]:
        """A sentence for each column with texts that the training rows did not hold."""
        sentences = []
        for name, text, categories in zip(self.schema.texts, table.texts, self.categories, strict=True):
            if new := sorted(set(text.tolist()) - set(categories)):
                sentences.append(
                    f"column {name!r} holds texts that training did not, such as {new[0]!r}: they count as no category"
                )
        return sentences

    def targets(self, table: Table) -> np.ndarray:
        """The index of each row's class, int64 of shape (rows,); -1 for a label that is unknown or not there."""
        return np.full(len(table), -1) if table.labels is None else _places(table.labels, self.classes)

    def state(self) -> dict[str, Any]:
        """All there is to know, in a form that `tensorgrad.save` takes; `Encoder.from_state` is the way back."""
        return {
            "numbers": self.schema.numbers,
            "texts": self.schema.texts,
            "target": self.schema.target,
            "mean": from_numpy(self.mean),
            "deviation": from_numpy(self.deviation),
            "categories": self.categories,
            "classes": self.classes,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Encoder:
        """The encoder that gave this state; ValueError, KeyError, TypeError or AttributeError when none did."""
        schema = Schema(state["numbers"], state["texts"], state["target"])
        mean, deviation = state["mean"].numpy(), state["deviation"].numpy()
        encoder = cls(schema, mean, deviation, state["categories"], state["classes"])
        names = [*schema.columns, schema.target, *encoder.classes, *chain(*encoder.categories)]
        sizes = {(len(schema.numbers),), mean.shape, deviation.shape}
        if len(sizes) > 1 or len(encoder.categories) != len(schema.texts) or not all(isinstance(n, str) for n in names):
            raise ValueError("the columns are not described as they should be")
        return encoder


def find_classes(labels: np.ndarray, source: str, target: str) -> list[str]:
    """The different labels: whole numbers in their order, other texts in alphabetical order.

    Args:
        labels: the label of every row that there is, as text, shape (rows,).
        source: the data they are from, for the message.
        target: the name of their column, for the message.

    Returns:
        The classes.

    Raises:
        CommandError: when there is only one, or there are too many for the rows.

    >>> find_classes(np.array(["10", "9", "9", "10"]), "data.csv", "y")
    ['9', '10']
    """
    classes = sorted(set(labels.tolist()))
    with suppress(ValueError):
        classes.sort(key=int)
    if len(classes) == 1:
        raise CommandError(
            f"{source}: the target {target!r} holds one class only, {classes[0]!r}, but needs two or more"
        )
    if len(classes) > len(labels) // 2:
        raise CommandError(
            f"{source}: the target {target!r} holds {len(classes):,} classes in {len(labels):,} rows, but a class "
            "needs two rows or more on average: is it the right column?"
        )
    return classes


def _places(values: np.ndarray, among: list[str]) -> np.ndarray:
    place = {name: index for index, name in enumerate(among)}
    return np.array([place.get(value, -1) for value in values.tolist()], dtype=np.int64)
