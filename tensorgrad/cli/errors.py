"""What a command says when it cannot go on."""

from __future__ import annotations

BAD_INPUT = 2
FAILED = 1


class CommandError(Exception):
    """One sentence for the user, and the exit status of the command.

    Args:
        sentence: what was asked, what is needed, and what came instead.
        status: 2 for input to correct, 1 for work that failed.

    >>> CommandError("the disk is full", 1).status
    1
    """

    def __init__(self, sentence: str, status: int = BAD_INPUT) -> None:
        super().__init__(sentence)
        self.status = status
