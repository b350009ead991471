"""What every lesson of this folder starts from: names as numbers, a loss to look at, and new names drawn from a model.

The letters are numbered from 1 in their order. Number 0 ends a name, and also stands in the places before its first
letter, so that a model learns how names begin and when they are over. Printed, it is a dot.

A file of names is no part of this folder: any text with one name per line will do, and a few thousand are enough. The
lessons, in their order, each run with ``--names FILE``: bigram.py, mlp.py, batch_norm.py, manual_backprop.py,
manual_training.py, tree.py. They use PyTorch's names only: with ``import torch as tg`` they say the same.
"""

import argparse
import random
from pathlib import Path

import tensorgrad as tg

LONGEST = 30  # letters of a drawn name; an untrained model may not know when to stop


def options(lesson, argv, **numbers):
    """--names FILE and one whole number for each of the given names, with its default."""
    parser = argparse.ArgumentParser(
        description=lesson.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--names", default="names.txt", metavar="FILE", help="a text file, one name per line")
    for name, number in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=number, metavar="N", help="a whole number")
    return parser.parse_args(argv)


def read(path):
    """The letters, the dot first, and three lists of names in a shuffled order: 80 % to train, 10 % dev, 10 % test."""
    if not Path(path).is_file():
        raise SystemExit(
            f"These lessons need a text file with one name per line, but there is no file {path}: "
            "give one with --names FILE."
        )
    names = [line.strip().lower() for line in Path(path).read_text("utf-8").splitlines() if line.strip()]
    if len(names) < 10:
        raise SystemExit(f"These lessons need at least 10 names, one per line, but {path} has {len(names)}.")
    letters = [".", *sorted(set("".join(names)))]
    random.Random(42).shuffle(names)
    first, second = int(0.8 * len(names)), int(0.9 * len(names))
    return letters, (names[:first], names[first:second], names[second:])


def contexts(names, letters, block):
    """Each place of each name: the numbers of the ``block`` letters before it, (N, block), and its own, (N,)."""
    number = {letter: i for i, letter in enumerate(letters)}
    before, after = [], []
    for name in names:
        row = [0] * block + [number[letter] for letter in name] + [0]
        for i in range(len(name) + 1):
            before.append(row[i : i + block])
            after.append(row[i + block])
    return tg.tensor(before), tg.tensor(after)


@tg.no_grad()
def measure(logits_of, x, y):
    """The mean cross entropy of a model's logits on contexts (N, block) and the letters that came next (N,)."""
    return tg.nn.functional.cross_entropy(logits_of(x), y).item()


@tg.no_grad()
def draw(logits_of, letters, block, count=10):
    """New names: one letter after the other, each drawn by the model's chances given the letters before it."""
    generator = tg.Generator().manual_seed(7)
    names = []
    for _ in range(count):
        row = [0] * block
        while len(row) < block + LONGEST:
            chances = logits_of(tg.tensor([row[len(row) - block :]])).softmax(1)
            row.append(tg.multinomial(chances, 1, generator=generator).item())
            if row[-1] == 0:
                break
        names.append("".join(letters[i] for i in row[block:] if i))
    return names
