"""The one way to say no: bad input becomes a sentence that names the place and the way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class Refused(Exception):
    """Bad input. The text is written for the person who gave it.

    `place` names where ("curl.csv, line 7, column 'severity'"), `code` is a stable word for machines.
    """

    def __init__(self, message: str, *, place: str | None = None, code: str | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place
        self.code = code or "refused"

    @property
    def sentence(self) -> str:
        """It with its full stop, so that another sentence can follow.

        >>> Refused("it is no list", place="shop").sentence
        'shop: it is no list.'
        """
        said = str(self)
        return said if said.endswith((".", "!", "?", "…")) else f"{said}."


class AllRefused(Refused):
    """Several pieces of bad input, said at once; the first stands for all where only one is asked for."""

    def __init__(self, each: Sequence[Refused]) -> None:
        first = each[0]
        super().__init__(first.message, place=first.place, code=first.code)
        self.each = tuple(each)
        self.args = ("\n".join(str(one) for one in each),)


def each_of(refused: Refused) -> tuple[Refused, ...]:
    """What was refused, one by one."""
    return refused.each if isinstance(refused, AllRefused) else (refused,)


def together(*reads: Callable[[], Any]) -> tuple[Any, ...]:
    """What all of these give; raises what any of them refuses, all at once.

    >>> together(lambda: 1, lambda: 2)
    (1, 2)
    """
    found: list[Any] = []
    refusals: list[Refused] = []
    for read in reads:
        try:
            found.append(read())
        except Refused as refused:
            refusals += each_of(refused)
    if refusals:
        raise refusals[0] if len(refusals) == 1 else AllRefused(refusals)
    return tuple(found)
