"""What the message of a fix says of the commit that it mends."""

from __future__ import annotations

import re
from dataclasses import dataclass

# `Fixes: #123` and `Fixes: https://…` name issues; a commit is named by at least seven digits of its hash.
_HASH = re.compile(r"[0-9a-fA-F]{7,64}")
_LINE = re.compile(r"^(introduced-in|fixes)[ \t]*:[ \t]*(\S+)[ \t]*(.*)", re.IGNORECASE | re.MULTILINE)
MOST = 50


@dataclass(frozen=True, slots=True)
class Trailer:
    """A line of a message that names a commit: `name` is Introduced-in or Fixes, `revision` what it names."""

    name: str
    revision: str


def read_trailers(message: str) -> list[Trailer]:
    """The commits that a message names, in its order and at most fifty; `Introduced-in` alone may name a tag.

    >>> read_trailers('Check it\\n\\nFixes: 1a2b3c4d5e6f ("Add it")\\nFixes: #12\\n')
    [Trailer(name='Fixes', revision='1a2b3c4d5e6f')]
    >>> read_trailers("Check it\\n\\nIntroduced-in: v1.2")
    [Trailer(name='Introduced-in', revision='v1.2')]

    A line that goes on in words is one only in the last paragraph, where trailers stand.

    >>> read_trailers("Fixes: 1a2b3c4d5e6f in part, the rest follows.\\n\\nSigned-off-by: A")
    []
    """
    found = []
    last = message.rstrip().rfind("\n\n")
    for line in _LINE.finditer(message):
        name, said, more = line.groups()
        if more[:1].isalnum() and line.start() < last:
            continue
        spelled, revision = name.capitalize(), said.rstrip(".,;)").lstrip("(")
        is_commit = bool(_HASH.fullmatch(revision))
        is_tag = spelled == "Introduced-in" and not revision.startswith(("-", "#")) and "://" not in revision
        if is_commit or is_tag:
            found.append(Trailer(spelled, revision))
    return found[:MOST]
