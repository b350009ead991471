"""Makes digits.npz, the file behind `digits()`: run `python -m tensorgrad.datasets.make_digits`.

The images are read from scikit-learn's copy of the UCI data and stored as bytes, a pixel each (0 to 16). The
archive carries no time stamp, so the same NumPy and zlib write the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np


def make_digits(path: Path) -> None:
    """Writes the images (1797, 64) and labels (1797,), both uint8, as a compressed NumPy archive.

    Args:
        path: the file to write.
    """
    # Only who makes the file anew needs scikit-learn.
    from sklearn.datasets import load_digits

    source = load_digits()
    images, labels = source.data.astype(np.uint8), source.target.astype(np.uint8)
    np.savez_compressed(path, images=images, labels=labels)


if __name__ == "__main__":
    make_digits(Path(__file__).with_name("digits.npz"))
