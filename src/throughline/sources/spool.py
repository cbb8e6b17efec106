"""What waits between two passes: on disk beyond some megabytes, so that memory stays bounded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

Item = TypeVar("Item")
_IN_MEMORY = 16 * 1024 * 1024
# Written and read in steps of this many bytes; before each item stands its size.
_STEP = 256 * 1024
_SIZE = 4


class Spool(Generic[Item]):
    """Items in the order they came, of a type that msgspec encodes."""

    def __init__(self, type: Any) -> None:
        self.encoder = msgspec.msgpack.Encoder()
        self.decoder = msgspec.msgpack.Decoder(type)
        self.file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives until read
        self.waiting = bytearray()
        self.count = 0

    def add(self, item: Item) -> bytes:
        """Keep an item; its bytes."""
        content = self.encoder.encode(item)
        self.waiting += len(content).to_bytes(_SIZE, "big") + content
        self.count += 1
        if len(self.waiting) >= _STEP:
            self._write()
        return content

    def _write(self) -> None:
        self.file.write(self.waiting)
        self.waiting.clear()

    def undecoded(self) -> Iterator[bytes]:
        """The bytes of every item."""
        self._write()
        self.file.seek(0)
        rest = b""
        while step := self.file.read(_STEP):
            rest += step
            start = 0
            while (begin := start + _SIZE) <= len(rest):
                end = begin + int.from_bytes(rest[start:begin], "big")
                if end > len(rest):
                    break
                yield rest[begin:end]
                start = end
            rest = rest[start:]

    def decoded(self, content: bytes) -> Item:
        """The item of some bytes."""
        item: Item = self.decoder.decode(content)
        return item

    def __iter__(self) -> Iterator[Item]:
        return (self.decoded(content) for content in self.undecoded())
