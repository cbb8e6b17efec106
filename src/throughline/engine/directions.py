"""Characters that turn the direction of the text around them: made visible wherever people read.

A title with one of them reads as another title than it is (CVE-2021-42574, "Trojan Source"). What is stored
keeps them, so that no identity changes; what is shown names them.
Source: Unicode 16, UAX #9 and the property Bidi_Control.
"""

from __future__ import annotations

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_NAMED = str.maketrans({control: f"[U+{ord(control):04X}]" for control in CONTROLS})
_ESCAPED = str.maketrans({control: f"\\u{ord(control):04x}" for control in CONTROLS})


def named(text: str) -> str:
    """The text with each such character as its code point in brackets.

    >>> named("user\\u202e nimda")
    'user[U+202E] nimda'
    """
    return text if text.isascii() else text.translate(_NAMED)


def escaped(json_text: str) -> str:
    """JSON that says the same without holding such a character.

    >>> print(escaped('"user\\u202e nimda"'))
    "user\\u202e nimda"
    """
    return json_text if json_text.isascii() else json_text.translate(_ESCAPED)
