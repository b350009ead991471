"""Whether a file can be written, found out before the work that it is to hold."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import CommandError


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
    if path.exists() and not path.is_file():
        raise CommandError(f"{option} {name}: is {'a folder' if path.is_dir() else 'no regular file'}, name a file")
    if not path.parent.is_dir():
        raise CommandError(f"{option} {name}: there is no folder {path.parent}")
    if path.exists() and not os.access(path, os.W_OK):
        raise CommandError(f"{option} {name}: the file is there and may not be written to")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise CommandError(f"{option} {name}: cannot write in the folder {path.parent}: {error.strerror}") from None
