"""Texts of people in Markdown: none of their characters is read as markup."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_\[\]<>#|~&$])")
# At the beginning of a line these make a list, a number of one, a quotation or a heading.
_FIRST = re.compile(r"^([-+=]|\d{1,9}(?=[.)](?:\s|$)))")


def escaped(text: str) -> str:
    r"""A text in which nothing is Markdown, on one line.

    >>> escaped("*Stop* [here](http://x)\n# now"), escaped("- 1. no list"), escaped("1. no list")
    ('\\*Stop\\* \\[here\\](http://x) \\# now', '\\- 1. no list', '1\\. no list')
    """
    said = _MARKS.sub(r"\\\1", " ".join(text.split()))
    return _FIRST.sub(lambda found: found[1] + "\\" if found[1].isdigit() else "\\" + found[1], said)
