"""tensorgrad predict: a saved model on rows of data."""

from __future__ import annotations

import csv
import dataclasses
import io
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..serialization import write_atomically
from . import sources
from .checkpoint import Checkpoint
from .files import check_distinct, check_writable, writing
from .settings import add_data_options

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[Any]) -> None:
    """Adds the subcommand to the command line."""
    parser: ArgumentParser = commands.add_parser(
        "predict",
        help="classify rows with a saved model",
        description="Classify rows with a saved model: one line of CSV a row, the class and its probability.",
        allow_abbrev=False,
    )
    parser.add_argument("model", metavar="FILE", help="the model, as tensorgrad train --save wrote it")
    add_data_options(parser, required=True)
    parser.add_argument("--output", metavar="FILE", help="write there instead of to standard output")
    parser.set_defaults(run=run, parser=parser)


def run(options: Namespace) -> int:
    """Predicts as the options say; returns the exit status."""
    checkpoint = Checkpoint.load(options.model)
    check_writable("--output", options.output)
    check_distinct("--output", options.output, options.model, sources.users_file(options.data))
    settings = dataclasses.replace(checkpoint.settings, data=options.data, root=options.root, target=None)
    encoder = checkpoint.encoder
    *training, table = sources.read(settings, encoder.schema, labelled=False)
    probabilities = checkpoint.probabilities(table)
    best = probabilities.argmax(1)
    for sentence in encoder.unknown(table):
        print(f"tensorgrad predict: {sentence}", file=sys.stderr)

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["prediction", "probability"])
    writer.writerows(
        [encoder.classes[place], f"{row[place]:.4f}"] for place, row in zip(best, probabilities, strict=True)
    )
    if options.output is None:
        sys.stdout.write(text.getvalue())
    else:
        with writing(f"the predictions are not written to {options.output}", options.output):
            write_atomically(options.output, text.getvalue().encode(errors="backslashreplace"))
    if table.labels is not None:
        right = int(np.count_nonzero(best == encoder.targets(table)))
        seen = "" if training or options.data != checkpoint.settings.data else ", those it was trained on among them"
        print(f"accuracy {right / len(table):.2%} on {len(table):,} rows{seen}", file=sys.stderr)
    return 0
