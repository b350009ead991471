"""The command line: `tensorgrad train`, `predict`, `lecture` and `compare`."""

from __future__ import annotations

import errno
import io
import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from .. import __version__
from . import compare, lecture, predict, train
from .errors import BAD_INPUT, FAILED, CommandError


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Ends with one sentence, where argparse would print the usage as well."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command.

    Args:
        argv: the words after `tensorgrad`; those of the process when None.

    Returns:
        The exit status: 0 when all went well, 1 when the work failed, 2 for input that must be corrected, and
        128 and the signal's number when a signal ended it.

    >>> main(["train", "--data", "moons", "--epochs", "-1"])
    2
    """
    sys.stdout, sys.stderr = sys.stdout or io.StringIO(), sys.stderr or io.StringIO()  # None where they are closed
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of classes that a terminal cannot show
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _Parser(prog="tensorgrad", description="Train multilayer perceptrons with NumPy.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"tensorgrad {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    train.add_parser(commands)
    predict.add_parser(commands)
    lecture.add_parser(commands)
    compare.add_parser(commands)
    try:
        if not words or words[0] not in (*commands.choices, "-h", "--help", "--version"):
            fault = f"there is no command {words[0]!r}; say what to do" if words else "say what to do"
            known = " or ".join(f"tensorgrad {name}" for name in commands.choices)
            parser.error(f"{fault}: {known}, with --help to learn more")
        options, unknown = parser.parse_known_args(words)
        if unknown:
            options.parser.error(f"there is no option {unknown[0]}")
    except SystemExit as leaving:
        return int(leaving.code or 0)
    command = options.parser.prog
    try:
        with np.errstate(all="ignore"):  # a loss that overflows is answered with a sentence
            status: int = options.run(options)
            sys.stdout.flush()
            return status
    except CommandError as error:
        print(f"{command}: {error}", file=sys.stderr)
        return error.status
    except MemoryError as error:
        print(f"{command}: the memory does not suffice: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"{command}: interrupted, and nothing saved", file=sys.stderr)
        return 130
    except OSError as error:
        # Standard output fails, and Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno not in (errno.EPIPE, errno.EINVAL):  # the reader has gone, as in `| head`; EINVAL on Windows
            print(f"{command}: cannot write to standard output: {error.strerror}", file=sys.stderr)
        return FAILED
