"""What several functions ask of their arguments."""

from __future__ import annotations

from typing import Any

from ...errors import explained


def tensors_only(name: str, *inputs: Any) -> None:
    """Refuse lists and arrays; None is an input left out."""
    for x in inputs:
        if x is not None and not hasattr(x, "_data"):
            raise explained(AttributeError(), name, "", inputs)
