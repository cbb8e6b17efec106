"""What a text that a person wrote may hold: lines and tabs, and no other control character.

Control characters steer terminals, and PostgreSQL stores no NUL.
"""

from __future__ import annotations

import unicodedata

from throughline.engine.refusals import Refused

_LINES = "\n\r\t"


def require_readable(text: str, *, place: str) -> None:
    """Refused where a character is no part of any text.

    >>> require_readable("Two lines\\nof text", place="title")
    """
    for number, character in enumerate(text, 1):
        if character not in _LINES and unicodedata.category(character) in ("Cc", "Cs"):
            raise Refused(
                f"character {number} (U+{ord(character):04X}) is a control character: leave it out",
                place=place,
                code="control_character",
            )
