"""The encoding that a file's first bytes show. Pure."""

from __future__ import annotations

import codecs
from typing import BinaryIO

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(stream: BinaryIO) -> str:
    """UTF-16 where the file has its mark, as shells of Windows write it, else UTF-8; goes to the start.

    >>> from io import BytesIO
    >>> encoding_of(BytesIO("<a/>".encode("utf-16"))), encoding_of(BytesIO(b"<a/>"))
    ('utf-16', 'utf-8-sig')
    """
    stream.seek(0)
    mark = stream.read(2)
    stream.seek(0)
    return "utf-16" if mark in _UTF_16 else "utf-8-sig"
