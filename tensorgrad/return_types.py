"""Results of several Tensors: tuples whose parts have names, which print as PyTorch's of the same names do."""

from operator import itemgetter
from typing import Any


class Parts(tuple[Any, ...]):
    """A tuple of named parts, made of any iterable.

    >>> import tensorgrad as tg
    >>> tg.tensor([3.0, 1.0, 2.0]).max(0)
    torch.return_types.max(
    values=tensor(3.),
    indices=tensor(0))
    """

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def __repr__(self) -> str:
        parts = ",\n".join(map("{}={!r}".format, self.__match_args__, self))
        return f"torch.return_types.{type(self).__name__}(\n{parts})"


def _named(name: str, *parts: str) -> Any:
    """A class of its own for the results of one function."""
    readers = {part: property(itemgetter(place)) for place, part in enumerate(parts)}
    return type(name, (Parts,), {"__slots__": (), "__module__": __name__, "__match_args__": parts, **readers})


max, min, sort, topk, median = (_named(name, "values", "indices") for name in ("max", "min", "sort", "topk", "median"))
aminmax, histogram = _named("aminmax", "min", "max"), _named("histogram", "hist", "bin_edges")
slogdet, linalg_slogdet = (_named(name, "sign", "logabsdet") for name in ("slogdet", "linalg_slogdet"))
