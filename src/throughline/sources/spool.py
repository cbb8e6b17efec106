"""What waits between two passes: on disk beyond some megabytes, so that memory stays bounded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

Item = TypeVar("Item")
_IN_MEMORY = 16 * 1024 * 1024


class Spool(Generic[Item]):
    """Items in the order they came, of a type that msgspec encodes."""

    def __init__(self, type: Any) -> None:
        self.encoder = msgspec.msgpack.Encoder()
        self.decoder = msgspec.msgpack.Decoder(type)
        self.file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives until read
        self.count = 0

    def add(self, item: Item) -> bytes:
        """Keep an item; its bytes."""
        content = self.encoder.encode(item)
        self.file.write(len(content).to_bytes(4, "big"))
        self.file.write(content)
        self.count += 1
        return content

    def undecoded(self) -> Iterator[bytes]:
        """The bytes of every item."""
        self.file.seek(0)
        while size := self.file.read(4):
            yield self.file.read(int.from_bytes(size, "big"))

    def decoded(self, content: bytes) -> Item:
        """The item of some bytes."""
        item: Item = self.decoder.decode(content)
        return item

    def __iter__(self) -> Iterator[Item]:
        return (self.decoded(content) for content in self.undecoded())
