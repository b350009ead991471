"""Reading a CSV file into a table; every fault is named with its line and column."""

from __future__ import annotations

import csv
import math
import re
from itertools import chain
from pathlib import Path

import numpy as np

from .errors import CommandError
from .tables import Schema, Table, class_names, listed

# What other programs write for a value they do not have.
_MISSING = {"na", "n/a", "nan", "null", "none", "nil", "?", "-", "."}


def read_csv(path: Path, target: str | None, schema: Schema | None = None, labelled: bool = True) -> Table:
    """Reads a file of comma, semicolon or tab separated values, with the names of the columns in its first line.

    Args:
        path: the file, in UTF-8.
        target: the column of labels; the last one when None.
        schema: what the columns must be; found out when None: a column with any text in it is categorical.
        labelled: whether the target must be there.

    Returns:
        The table, with its columns in the schema's order.

    Raises:
        CommandError: when the file does not hold such a table.
    """
    header, rows, lines = _read_cells(path)
    target = header[-1] if target is None else target
    if target not in header and labelled:
        raise CommandError(f"{path} has no column {target!r} for the labels; its columns are {listed(header)}")
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    numbers = {name: _numbers(path, name, cells, lines) for name, cells in columns.items()}
    features = [name for name in header if name != target]
    if schema is None:
        texts = [name for name in features if numbers[name] is None]
        schema = Schema([name for name in features if name not in texts], texts, target)
    else:
        schema.check(features, str(path))
    matrix = np.empty((len(rows), len(schema.numbers)))
    for place, name in enumerate(schema.numbers):
        values = numbers[name]
        if values is None:
            line, cell = next((line, c) for line, c in zip(lines, columns[name], strict=True) if _number(c) is None)
            raise CommandError(
                f"{path}: line {line}, column {name!r} holds {cell!r}, but the model was trained on numbers there"
            )
        matrix[:, place] = values
    labels = None
    if target in header:
        values = numbers[target]
        text = np.array(columns[target], dtype=object)
        labels = text if values is None else class_names(values, str(path), target)
    categorical = [np.array(columns[name], dtype=object) for name in schema.texts]
    return Table(schema, matrix, categorical, labels, pooled=False, source=str(path))


def _read_cells(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """The header, the rows under it, and the line each row ends in; no cell is missing or empty."""
    rows, lines = [], []
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            reader = csv.reader(chain([first], file), delimiter=_delimiter(first), strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check_header(path, header)
            for row in reader:
                if row:
                    rows.append(_checked(path, reader.line_num, header, row))
                    lines.append(reader.line_num)
    except UnicodeDecodeError:
        raise CommandError(f"{path} is no CSV file in UTF-8: save the table as CSV in UTF-8") from None
    except csv.Error as error:
        raise CommandError(f"{path} is no CSV file: {error}, at or after line {reader.line_num}") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    if not rows:
        raise CommandError(f"{path} holds a header only, and no rows of data")
    return header, rows, lines


def _delimiter(header: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=outside_quotes.count)


def _check_header(path: Path, header: list[str]) -> None:
    if not any(header):
        raise CommandError(f"{path} is empty, or its first line is: it must hold the names of the columns")
    if "\0" in "".join(header):
        raise CommandError(f"{path} is no CSV file: it holds binary data")
    if len(header) == 1:
        raise CommandError(
            f"{path} is no CSV file with features and a label: its first line must name two columns or more, "
            f"with ',', ';' or a tab between them, but is {header[0][:40]!r}"
        )
    if "" in header:
        raise CommandError(f"{path}: column {header.index('') + 1} has no name in the header: name it or remove it")
    if all(_number(name) is not None for name in header):
        raise CommandError(f"{path} has no header: its first line must name the columns, but holds numbers only")
    for place, name in enumerate(header):
        if name in header[:place]:
            raise CommandError(f"{path}: the header names the column {name!r} twice: rename or remove one")


def _checked(path: Path, line: int, header: list[str], row: list[str]) -> list[str]:
    if len(row) != len(header):
        raise CommandError(
            f"{path}: line {line} has {len(row)} cell{'s' * (len(row) != 1)}, "
            f"but the header names {len(header)} columns"
        )
    cells = [cell.strip() for cell in row]
    if "" in cells:
        raise CommandError(
            f"{path}: line {line}, column {header[cells.index('')]!r} is empty: fill in the value or remove the line"
        )
    return cells


def _number(cell: str) -> float | None:
    try:
        return None if "_" in cell else float(cell)  # float reads 1_000 too, which in data is a name
    except ValueError:
        return None


def _numbers(path: Path, name: str, cells: tuple[str, ...], lines: list[int]) -> np.ndarray | None:
    """The numbers of a column, all finite; None for a column of text."""
    values = [_number(cell) for cell in cells]
    words = {cell for cell, value in zip(cells, values, strict=True) if value is None}
    if words == set(cells) or any(word.lower() not in _MISSING for word in words):
        if all(_number(cell.replace(",", "")) is not None for cell in cells):
            comma = next(cell for cell in cells if "," in cell)
            raise CommandError(
                f"{path}: column {name!r} holds numbers with commas, such as {comma!r}: write them with a point and "
                "without thousands separators"
            )
        return None
    for line, cell, value in zip(lines, cells, values, strict=True):
        if value is None or not math.isfinite(value):
            raise CommandError(
                f"{path}: line {line}, column {name!r} holds {cell!r}, which is no finite number: "
                "fill in the value or remove the line"
            )
    return np.array(values, dtype=float)
