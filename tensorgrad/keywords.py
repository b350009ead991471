"""What arguments are called: by PyTorch's words, and by NumPy's for those who are used to them."""

from __future__ import annotations

from inspect import unwrap
from typing import Any

NUMPY_WORDS = (("axis", "dim"), ("keepdims", "keepdim"))


def from_numpy_words(options: dict[str, Any]) -> None:
    """Give ``axis`` and ``keepdims``, where they are, PyTorch's names."""
    for numpy_word, word in NUMPY_WORDS:
        if numpy_word in options:
            options[word] = options.pop(numpy_word)
    if type(kept := options.get("keepdim", False)) is not bool:
        raise TypeError(f"keepdim must be True or False, but it is {kept!r}")


def placed(rule: Any, inputs: int, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments by position, with the inputs that were given by name: taken out of ``options``, in their order.

    PyTorch calls the first of them ``input``, whatever it is to the rule, and the others as the rule calls them.
    """
    from_numpy_words(options)
    if len(args) < inputs:
        words = ("input", *unwrap(rule).__code__.co_varnames[1:inputs])[len(args) :]
        for place, word in enumerate(words):
            if word in options:
                args += (options.pop(word),)
            elif any(later in options for later in words[place:]):
                raise TypeError(f"{rule.__name__}: the argument {word} is missing, though what comes after it is given")
            else:
                break
    return args
