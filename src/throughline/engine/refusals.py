"""The one way to say no: bad input becomes a sentence that names the place and the way out."""

from __future__ import annotations


class Refused(Exception):
    """Bad input. The text is written for the person who gave it.

    `place` names where ("curl.csv, line 7, column 'severity'"), `code` is a stable word for machines.
    """

    def __init__(self, message: str, *, place: str | None = None, code: str | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place
        self.code = code or "refused"
