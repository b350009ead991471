"""Saving and loading: safetensors files, written whole or not at all, and never pickle.

A safetensors file is a header and raw arrays: reading one runs no code. The arrays are named; how they sit in
dicts, lists and tuples, and the plain values between them, stand as JSON in the header's metadata:

    tensor -> {"tensor": name}      dict -> {"dict": [[key, value], ...]}      nan, inf -> {"float": "nan"}
    list   -> [value, ...]          tuple -> {"tuple": [value, ...]}           the rest: as JSON has it
"""

from __future__ import annotations

import errno
import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors import numpy as safetensors_numpy

from .creation import from_numpy
from .tensor import Tensor

_METADATA_KEY = "tensorgrad"
_DTYPES = {  # by safetensors' names: those that NumPy has too
    "BOOL": "bool", "F16": "float16", "F32": "float32", "F64": "float64",
    "U8": "uint8", "U16": "uint16", "U32": "uint32", "U64": "uint64",
    "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64",
}  # fmt: skip


def save(obj: Any, path: str | os.PathLike[str]) -> None:
    """Writes tensors, and what holds them, to a file; a file that was there stays until the new one is whole.

    A dict of tensors becomes a plain safetensors file, which other programs read too.

    Args:
        obj: a tensor, or dicts (with strings or integers as keys), lists and tuples of tensors and plain
            values: None, bool, int, float, str and NumPy numbers. A `state_dict()` is one.
        path: the file to write; its folder must exist.

    Raises:
        TypeError: when something in `obj` cannot be stored; the message says where it is.
        ValueError: when `obj` contains itself.
        OSError: when the file cannot be written.

    >>> import tempfile
    >>> from tensorgrad import tensor
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({"weights": [tensor([1.0, 2.0])], "epoch": 3}, folder + "/model.safetensors")
    ...     load(folder + "/model.safetensors")
    {'weights': [tensor([1., 2.])], 'epoch': 3}
    """
    arrays: dict[str, NDArray[Any]] = {}
    try:
        structure = json.dumps(_encode(obj, "obj", "", arrays))
    except RecursionError:
        raise ValueError("obj cannot be stored, because it contains itself or is nested too deeply") from None
    write_atomically(path, safetensors_numpy.save(arrays, {_METADATA_KEY: structure}))


def _encode(value: Any, place: str, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """The JSON form of a value; the arrays of the tensors in it are added to `arrays`."""
    if isinstance(value, Tensor):
        return {"tensor": _add(value.detach().numpy(), place, name, arrays)}
    if isinstance(value, np.number | np.bool_):
        value = value.item()
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str | int):
                raise TypeError(f"{place} has the key {key!r}, but only strings and integers can be stored as keys")
        pairs = value.items()
        return {"dict": [[k, _encode(v, f"{place}[{k!r}]", f"{name}.{k}", arrays)] for k, v in pairs]}
    if isinstance(value, list | tuple):
        items = [_encode(item, f"{place}[{i}]", f"{name}.{i}", arrays) for i, item in enumerate(value)]
        return items if isinstance(value, list) else {"tuple": items}
    raise TypeError(
        f"{place} is a {type(value).__name__}, but only tensors, dicts, lists, tuples, None, bool, int, float and "
        "str can be stored: turn it into one of these"
    )


def _add(array: NDArray[Any], place: str, name: str, arrays: dict[str, NDArray[Any]]) -> str:
    if array.dtype.name not in _DTYPES.values():
        known = ", ".join(_DTYPES.values())
        raise TypeError(f"{place} is a tensor of {array.dtype.name}, but only these can be stored: {known}")
    name = name.removeprefix(".") or "tensor"
    # {"a.b": t} and {"a": {"b": u}} can meet, and safetensors keeps one name for itself.
    while name in arrays or name == "__metadata__":
        name += "_"
    # safetensors writes the bytes of a view as they lie in memory, so they must lie in order first.
    arrays[name] = np.asarray(array, order="C")
    return name


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Replaces the file by one with this content, in one step: whoever looks finds the old or the new, whole."""
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".tensorgrad-{os.urandom(8).hex()}.tmp")
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            kind = errno.EISDIR if os.path.isdir(target) else errno.EEXIST
            raise OSError(kind, "it is there and not a regular file")
        try:
            with open(temporary, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise OSError(error.errno, f"cannot write {name} in the folder {folder}: {error.strerror or error}") from error
    # The new name is on the disk only when the folder is; not every system can open one.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def load(path: str | os.PathLike[str], map_location: str | None = "cpu", *, weights_only: bool = True) -> Any:
    """Reads what `save` wrote, or any safetensors file as a dict of tensors.

    Args:
        path: the file to read.
        map_location: "cpu" or None; taken so that PyTorch scripts run.
        weights_only: either value does the same, since a file never holds code; taken so that PyTorch scripts run.

    Returns:
        The object as it was saved; its tensors own their memory and require no gradient, and a NumPy number
        has become the Python number it equals.

    Raises:
        OSError: when the file cannot be read.
        ValueError: when it is not a safetensors file, is damaged, or holds a dtype that NumPy lacks.

    >>> load("nowhere.safetensors")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: 'nowhere.safetensors'
    """
    if map_location not in ("cpu", None):
        raise ValueError(f"map_location must be 'cpu', the only device there is, but got {map_location!r}")
    # safe_open has errors of its own for a folder or a file that may not be read; open has the usual ones.
    with open(path, "rb"):
        try:
            with safe_open(path, framework="np") as file:
                metadata = file.metadata() or {}
                arrays = {name: _read(file, name, path) for name in list(file.keys())}
        except SafetensorError as error:
            raise ValueError(f"{os.fspath(path)} is not a safetensors file, or is damaged: {error}") from error
    if _METADATA_KEY not in metadata:
        return {name: from_numpy(array) for name, array in arrays.items()}
    try:
        return _decode(json.loads(metadata[_METADATA_KEY]), arrays)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"{os.fspath(path)} is damaged: its tensors do not fit the structure in its metadata"
        ) from error


def _read(file: Any, name: str, path: str | os.PathLike[str]) -> NDArray[Any]:
    dtype = file.get_slice(name).get_dtype()
    if dtype not in _DTYPES:
        raise ValueError(
            f"{os.fspath(path)} holds the tensor {name!r} as {dtype}, which NumPy lacks: store it as F32 instead"
        )
    array: NDArray[Any] = file.get_tensor(name)
    return array


def _decode(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """The value that a JSON form stands for."""
    if isinstance(value, list):
        return [_decode(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    if tag == "tensor":
        return from_numpy(arrays[content])
    if tag == "dict":
        return {key: _decode(item, arrays) for key, item in content}
    if tag == "tuple":
        return tuple(_decode(item, arrays) for item in content)
    if tag == "float":
        return float(content)
    raise ValueError(f"unknown tag {tag!r}")
