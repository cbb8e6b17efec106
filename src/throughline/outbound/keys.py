"""The keys that seal what is secret: in a file beside the database, never in it.

One line a key, `id:key`; the last one seals, the others only open. A copy of the database without the file
holds nothing that could be read. The file is not the one that signs sessions, so that either changes alone.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from throughline.engine.refusals import Refused

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """One key of AES-256, by an id that says nothing of it."""

    id: str
    value: bytes

    def line(self) -> str:
        return f"{self.id}:{base64.urlsafe_b64encode(self.value).decode()}"


def path() -> Path:
    """Where the keys are: named by THROUGHLINE_SECRET_KEY_FILE, else in the data folder."""
    return Path(settings.THROUGHLINE_SECRET_KEY_FILE)


def known() -> list[Key]:
    """The keys, the one that seals last; none where there is no file. Raises Refused where it holds else."""
    try:
        lines = path().read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The file of keys cannot be read: {path()} ({error}).", code="key_file") from None
    return [_key(line) for line in lines]


def sealing() -> Key:
    """The key that seals, made at first use."""
    if not (found := known()):
        found = [new()]
        try:
            # O_EXCL: of two processes that start together, one writes and the other reads.
            _write(path(), found, os.O_EXCL)
        except FileExistsError:
            found = known()
    return found[-1]


def new() -> Key:
    """A key that nothing was sealed with."""
    return Key(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES))


def replace(keys: list[Key]) -> None:
    """Write the file anew, at once or not at all."""
    draft = path().with_name(f"{path().name}.{secrets.token_hex(4)}")
    _write(draft, keys, os.O_EXCL)
    draft.replace(path())


def _write(where: Path, keys: list[Key], flag: int) -> None:
    try:
        descriptor = os.open(where, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    except FileExistsError:
        raise
    except OSError as error:
        raise Refused(
            f"The file of keys cannot be written: {where} ({error.strerror}).", code="key_file"
        ) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(f"{key.line()}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())


def _key(line: str) -> Key:
    id, _, text = line.partition(":")
    try:
        value = base64.urlsafe_b64decode(text)
    except binascii.Error:
        value = b""
    if len(value) != KEY_BYTES:
        # The line itself stays out of the message: it may be a key with one character too few.
        raise Refused(
            f"A line of {path()} is no key (expected id:key, the key being 32 bytes in base64): "
            "put the file back as it was written.",
            code="key_file",
        )
    return Key(id, value)
