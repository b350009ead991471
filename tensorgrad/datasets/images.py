"""Handwritten digits: the 8x8 ones that come with the package, and MNIST read from its files."""

from __future__ import annotations

import gzip
import math
import os  # and not pathlib: its import alone takes a seventh of what this package may take
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..creation import from_numpy
from ..utils.data import TensorDataset


def _labelled(images: NDArray[Any], labels: NDArray[Any], white: int) -> TensorDataset:
    pixels = images.reshape(len(images), math.prod(images.shape[1:])).astype(np.float32)
    pixels /= white
    return TensorDataset(from_numpy(pixels), from_numpy(labels.astype(np.int64)))


def digits() -> TensorDataset:
    """The 1,797 handwritten digits of 8x8 pixels from the UCI repository, shipped with the package.

    Returns:
        Images, float32 of shape (1797, 64) in [0, 1], row by row, and labels, int64 of shape (1797,), 0 to 9.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998 (the test part, 13 writers), licence CC BY 4.0; `make_digits.py` made the file.

    >>> images, labels = digits().tensors
    >>> images.shape, labels[:3].tolist()
    (torch.Size([1797, 64]), [0, 1, 2])
    """
    with np.load(os.path.join(os.path.dirname(__file__), "digits.npz")) as archive:
        return _labelled(archive["images"], archive["labels"], 16)


def mnist(root: str | os.PathLike[str]) -> tuple[TensorDataset, TensorDataset]:
    """MNIST, or data in its format, from the four IDX files in a folder.

    The files may be gzipped, and spelt `train-images-idx3-ubyte` or `train-images.idx3-ubyte`. Where the
    folder holds only the test files (`t10k-...`), their first 80 % are given as training data.

    Args:
        root: the folder that holds the files.

    Returns:
        The training and the test data; each with images, float32 of shape (n, 784) in [0, 1], row by row,
        and labels, int64 of shape (n,).

    Raises:
        OSError: when the folder or a file is missing.
        ValueError: when a file is damaged; the message names it.

    Source: Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, 1998.

    >>> mnist("no/such/folder")
    Traceback (most recent call last):
    NotADirectoryError: mnist needs the folder that holds the IDX files, but no/such/folder is not a folder
    """
    folder = os.fspath(root)
    if not os.path.isdir(folder):
        raise NotADirectoryError(f"mnist needs the folder that holds the IDX files, but {folder} is not a folder")
    test = _read_pair(folder, "t10k")
    if any(_find(folder, "train", kind) for kind in _DIMENSIONS):
        return _labelled(*_read_pair(folder, "train"), 255), _labelled(*test, 255)
    images, labels = test
    cut = len(images) * 8 // 10
    return _labelled(images[:cut], labels[:cut], 255), _labelled(images[cut:], labels[cut:], 255)


_DIMENSIONS = {"images": 3, "labels": 1}


def _find(folder: str, part: str, kind: str) -> str | None:
    names = (f"{part}-{kind}{mark}idx{_DIMENSIONS[kind]}-ubyte{end}" for mark in "-." for end in ("", ".gz"))
    paths = (os.path.join(folder, name) for name in names)
    return next(filter(os.path.isfile, paths), None)


def _read_pair(folder: str, part: str) -> tuple[NDArray[Any], NDArray[Any]]:
    arrays = []
    for kind, dimensions in _DIMENSIONS.items():
        path = _find(folder, part, kind)
        if path is None:
            raise FileNotFoundError(
                f"mnist needs the file {part}-{kind}-idx{dimensions}-ubyte (or .gz), but {folder} does not hold it"
            )
        arrays.append(_read_idx(path, dimensions))
    images, labels = arrays
    if len(images) != len(labels):
        raise ValueError(
            f"{folder} holds {len(images)} images but {len(labels)} labels in its {part} files, and needs a label "
            "per image: get both files anew"
        )
    return images, labels


def _read_idx(path: str, dimensions: int) -> NDArray[Any]:
    # IDX: the bytes 0, 0, 8 (unsigned bytes follow), the number of dimensions; each size as a big-endian
    # 32-bit integer; then the values, row by row.
    with open(path, "rb") as file:
        content = file.read()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} is damaged, get it anew: it does not unpack with gzip ({error})") from error
    magic = bytes([0, 0, 8, dimensions])
    if content[:4] != magic:
        raise ValueError(
            f"{path} is no IDX file of bytes in {dimensions} dimension{'s'[: dimensions - 1]}: "
            f"it must begin with {magic.hex()}, but begins with {content[:4].hex() or 'nothing'}"
        )
    start = 4 + 4 * dimensions
    shape = [int.from_bytes(content[place : place + 4], "big") for place in range(4, start, 4)]
    expected = start + math.prod(shape)
    if len(content) != expected:
        raise ValueError(
            f"{path} is damaged, get it anew: by its header it needs {expected} bytes, but it has {len(content)}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
