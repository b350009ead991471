"""The data sets: what they hold, and how a missing or damaged file is named."""

from __future__ import annotations

import gzip
import io
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tensorgrad as tg
from tensorgrad.datasets import digits, make_digits, mnist, moons, spirals

FILES = Path(__file__).parent / "data" / "mnist"


def pixels(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), np.uint8)


def idx(values: np.ndarray) -> bytes:
    return bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def write_pair(folder: Path, part: str, count: int, mark: str = "-", end: str = "", seed: int = 0) -> None:
    pack: Callable[[bytes], bytes] = gzip.compress if end else bytes
    images, labels = pixels(count, seed), np.arange(count, dtype=np.uint8) % 10
    (folder / f"{part}-images{mark}idx3-ubyte{end}").write_bytes(pack(idx(images)))
    (folder / f"{part}-labels{mark}idx1-ubyte{end}").write_bytes(pack(idx(labels)))


# ---------------------------------------------------------------- digits


def test_digits_are_those_of_scikit_learn() -> None:
    source = pytest.importorskip("sklearn.datasets").load_digits()
    images, labels = digits().tensors
    assert images.dtype == tg.float32
    assert labels.dtype == tg.int64
    assert np.array_equal(images.numpy() * 16, source.data)
    assert np.array_equal(labels.numpy(), source.target)


def test_digits_are_in_range_and_of_every_class() -> None:
    images, labels = digits().tensors
    assert images.shape == (1797, 64)
    assert labels.shape == (1797,)
    assert images.min().item() == 0
    assert images.max().item() == 1
    assert np.bincount(labels.numpy()).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_digits_are_a_copy_each_time() -> None:
    digits().tensors[0].numpy()[:] = 7
    assert digits().tensors[0].max().item() == 1


def test_the_shipped_file_is_what_the_script_makes(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    shipped = Path(make_digits.__file__).with_name("digits.npz")
    for name in ("a.npz", "b.npz"):
        make_digits.make_digits(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with np.load(tmp_path / "a.npz") as made, np.load(shipped) as there:
        assert sorted(made) == sorted(there)
        assert all(np.array_equal(made[name], there[name]) for name in made)
    assert shipped.stat().st_size < 50_000


# ---------------------------------------------------------------- points


@pytest.mark.parametrize(("make", "classes"), [(moons, 2), (spirals, 3)])
def test_points_have_shapes_classes_and_a_seed(make: Any, classes: int) -> None:
    points, labels = make(101).tensors
    assert points.shape == (101, 2)
    assert points.dtype == tg.float32
    assert labels.shape == (101,)
    assert labels.dtype == tg.int64
    counts = np.bincount(labels.numpy())
    assert len(counts) == classes
    assert counts.max() - counts.min() <= 1
    first, again, other = (make(101, generator=tg.Generator().manual_seed(seed)).tensors[0] for seed in (1, 1, 2))
    assert np.array_equal(first.numpy(), again.numpy())
    assert not np.array_equal(first.numpy(), other.numpy())
    tg.manual_seed(1)
    assert np.array_equal(make(101).tensors[0].numpy(), first.numpy())
    assert len(set(labels[:20].tolist())) == classes  # in random order, so a part of them is of every class


def test_moons_without_noise_lie_on_their_half_circles() -> None:
    points, labels = (tensor.numpy() for tensor in moons(50, noise=0).tensors)
    centres = np.array([[0, 0], [1, 0.5]])[labels]
    assert np.allclose(np.linalg.norm(points - centres, axis=1), 1, atol=1e-6)
    assert ((points[:, 1] - centres[:, 1]) * (1 - 2 * labels) > -1e-6).all()


def test_spirals_without_noise_turn_two_thirds() -> None:
    points, labels = (tensor.numpy() for tensor in spirals(60, classes=4, noise=0).tensors)
    radius = np.linalg.norm(points, axis=1)
    angle = 2 * np.pi * (labels / 4 + radius * 2 / 3)
    assert np.allclose(points, radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), atol=1e-6)
    assert np.allclose(np.sort(radius), np.linspace(0, 1, 60), atol=1e-6)


def test_noise_is_the_standard_deviation() -> None:
    def one(noise: float) -> np.ndarray:
        return moons(4000, noise, tg.Generator().manual_seed(0)).tensors[0].numpy()

    assert abs((one(0.5) - one(0)).std() - 0.5) < 0.01


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: moons(1), "moons needs at least one class and a point for each, but got n=1 for 2 classes"),
        (lambda: spirals(2), "spirals needs at least one class and a point for each, but got n=2 for 3 classes"),
        (lambda: spirals(5, 0), "spirals needs at least one class and a point for each, but got n=5 for 0 classes"),
        (lambda: moons(noise=-1), "moons needs a noise of 0 or more, but got noise=-1"),
        (lambda: spirals(noise=float("nan")), "spirals needs a noise of 0 or more, but got noise=nan"),
    ],
)
def test_points_that_cannot_be_made(make: Any, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        make()


# ---------------------------------------------------------------- mnist


def test_mnist_splits_the_test_pair_where_it_is_alone() -> None:
    train, test = mnist(FILES)
    assert (len(train), len(test)) == (240, 60)
    images, labels = train.tensors
    assert images.shape == (240, 784)
    assert images.dtype == tg.float32
    assert labels.dtype == tg.int64
    assert images.min().item() == 0
    assert images.max().item() == 1
    assert labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    content = gzip.decompress((FILES / "t10k-images-idx3-ubyte.gz").read_bytes())
    raw = np.frombuffer(content, np.uint8, offset=16).reshape(300, 784)
    both = np.concatenate([images.numpy(), test.tensors[0].numpy()])
    assert np.array_equal(both, raw.astype(np.float32) / np.float32(255))


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("mark", ["-", "."])
def test_mnist_reads_both_spellings_packed_or_not(tmp_path: Path, mark: str, end: str) -> None:
    write_pair(tmp_path, "train", 12, mark, end, seed=1)
    write_pair(tmp_path, "t10k", 5, mark, end, seed=2)
    train, test = mnist(str(tmp_path))
    assert (len(train), len(test)) == (12, 5)
    assert np.allclose(train.tensors[0].numpy() * 255, pixels(12, 1).reshape(12, 784), atol=1e-4)
    assert np.allclose(test.tensors[0].numpy() * 255, pixels(5, 2).reshape(5, 784), atol=1e-4)
    assert test.tensors[1].tolist() == [0, 1, 2, 3, 4]


def test_mnist_of_no_images_is_empty(tmp_path: Path) -> None:
    write_pair(tmp_path, "t10k", 0)
    assert [part.tensors[0].shape for part in mnist(tmp_path)] == [(0, 784), (0, 784)]


def test_mnist_root_is_a_folder(tmp_path: Path) -> None:
    for root in (tmp_path / "nowhere", FILES / "t10k-labels-idx1-ubyte.gz"):
        text = f"mnist needs the folder that holds the IDX files, but {root} is not a folder"
        with pytest.raises(NotADirectoryError, match=f"^{re.escape(text)}$"):
            mnist(root)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    text = "mnist needs the file {}-ubyte (or .gz), but {} does not hold it"
    write_pair(tmp_path, "t10k", 5)
    write_pair(tmp_path, "train", 5)
    for name in ("train-labels-idx1", "t10k-images-idx3"):
        (tmp_path / f"{name}-ubyte").unlink()
        with pytest.raises(FileNotFoundError, match=f"^{re.escape(text.format(name, tmp_path))}$"):
            mnist(tmp_path)


def packed(content: bytes) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as file:
        file.write(content)
    return out.getvalue()


IMAGES, LABELS = idx(pixels(5)), idx(np.arange(5, dtype=np.uint8))


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("images-idx3", b"", "must begin with 00000803, but begins with nothing"),
        ("images-idx3", b"\x00\x00\x08\x01" + IMAGES[4:],
         "is no IDX file of bytes in 3 dimensions: it must begin with 00000803, but begins with 00000801"),
        ("labels-idx1", IMAGES,
         "is no IDX file of bytes in 1 dimension: it must begin with 00000801, but begins with 00000803"),
        ("images-idx3", IMAGES[:10], "is damaged, get it anew: by its header it needs 16 bytes, but it has 10"),
        ("images-idx3", IMAGES[:-1],
         "is damaged, get it anew: by its header it needs 3936 bytes, but it has 3935"),
        ("labels-idx1", LABELS + b"\n", "is damaged, get it anew: by its header it needs 13 bytes, but it has 14"),
        ("labels-idx1", b"\0\0\x08\x01" + b"\xff" * 5,
         "is damaged, get it anew: by its header it needs 4294967303 bytes, but it has 9"),
        ("images-idx3", packed(IMAGES)[:-20], "is damaged, get it anew: it does not unpack with gzip"),
        ("images-idx3", packed(IMAGES)[:200] + b"!" * 50 + packed(IMAGES)[250:],
         "is damaged, get it anew: it does not unpack with gzip"),
        ("images-idx3", packed(IMAGES) + b"rest", "is damaged, get it anew: it does not unpack with gzip"),
        ("labels-idx1", idx(np.zeros(4, np.uint8)), "holds 5 images but 4 labels in its t10k files, and needs a label"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes, text: str) -> None:
    write_pair(tmp_path, "t10k", 5)
    (tmp_path / f"t10k-{name}-ubyte").write_bytes(content)
    where = tmp_path if "holds" in text else tmp_path / f"t10k-{name}-ubyte"
    with pytest.raises(ValueError, match=re.escape(text)) as caught:
        mnist(tmp_path)
    assert str(caught.value).startswith(str(where))
