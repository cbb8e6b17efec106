"""What a backup says of itself: by whom it was made, when, of which schema, and what it has to hold."""

from __future__ import annotations

from datetime import datetime

import msgspec

from throughline.engine.refusals import Refused

# The form of the file, which changes only if an older Throughline could not read it.
FORM = 1
NAME = "manifest.json"
MOST_BYTES = 1024**2


class Member(msgspec.Struct, frozen=True):
    """A file in the backup: its length, and the SHA-256 of its content."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """`schema` is the newest migration of each app, `rows` counts each table of the database."""

    form: int
    version: str
    made_at: datetime
    schema: dict[str, str]
    rows: dict[str, int]
    members: dict[str, Member]


def written(manifest: Manifest) -> bytes:
    """The manifest as it stands in the file."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def read(content: bytes, *, name: str) -> Manifest:
    """The manifest of the backup of this name. Raises Refused where it is none, or of a later form."""
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(f"{NAME} in it is no manifest ({error})", place=name, code="damaged") from None
    if found.form != FORM:
        message = (
            f"it has the form {found.form} of Throughline {found.version}, and this one reads form {FORM}: "
        )
        raise Refused(f"{message}restore it with that version", place=name, code="newer")
    return found
