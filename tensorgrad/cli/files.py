"""The files a command writes: checked before the work that they are to hold, and replaced whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import FAILED, CommandError


def check_writable(option: str, name: str | None) -> None:
    """Raises CommandError when the file that an option names cannot be written.

    Args:
        option: the option, for the message.
        name: the path of the file, there already or not; nothing is checked when None.

    >>> check_writable("--save", "no/such/folder/model.safetensors")
    Traceback (most recent call last):
    tensorgrad.cli.errors.CommandError: --save no/such/folder/model.safetensors: there is no folder no/such/folder
    """
    if name is None:
        return
    path = Path(name)
    there = os.path.exists(path)  # Path.exists fails for a name that is too long
    if there and not path.is_file():
        raise CommandError(f"{option} {name}: is {'a folder' if path.is_dir() else 'no regular file'}, name a file")
    if not path.parent.is_dir():
        raise CommandError(f"{option} {name}: there is no folder {path.parent}")
    if there and not os.access(path, os.W_OK):
        raise CommandError(f"{option} {name}: the file is there and may not be written to")
    try:
        with tempfile.TemporaryFile(dir=path.parent), suppress(FileNotFoundError):
            path.stat()  # finds names that are too long, and links that go in a circle
    except OSError as error:
        raise CommandError(f"{option} {name}: cannot write in the folder {path.parent}: {error.strerror}") from None


def check_distinct(option: str, name: str | None, *others: str | None) -> None:
    """Raises CommandError when the file that an option names is another file of the run.

    Args:
        option: the option, for the message.
        name: the path of the file to write; nothing is checked when None.
        others: the paths of files that must not be overwritten; None among them stands for no file.

    >>> check_distinct("--plot", "./a.png", None, "a.png")
    Traceback (most recent call last):
    tensorgrad.cli.errors.CommandError: --plot ./a.png would overwrite another file of this run: choose another name
    """
    if name and os.path.realpath(name) in [os.path.realpath(other) for other in others if other]:
        raise CommandError(f"{option} {name} would overwrite another file of this run: choose another name")


@contextmanager
def writing(fault: str, path: str | os.PathLike[str]) -> Iterator[None]:
    """While it is entered, an error of the system becomes a CommandError.

    Args:
        fault: what to say is wrong.
        path: the file that is replaced inside, whole or not at all.
    """
    try:
        yield
    except OSError as error:
        kept = "; the file that was there is as it was" if os.path.exists(path) else ""
        raise CommandError(f"{fault}: {error.strerror or error}{kept}", FAILED) from None
