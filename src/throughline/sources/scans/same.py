"""Records that a source gave before in the same bytes: what they say is known without reading. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

# Part of what was said: findings are looked at again after a change of how they are read.
CODE_VERSION = b"3"
HASH = 16
# What is kept of a finding: a hash of what it says, and one of the record that said it (noughts for none).
SAID = 2 * HASH
UNKNOWN = bytes(HASH)
_WORDS, _RECORD = CODE_VERSION + b"words", CODE_VERSION + b"record"


def hash_of_words(found: bytes) -> bytes:
    """Of a finding, however its record is written."""
    return blake2b(found, digest_size=HASH, person=_WORDS).digest()


def hash_of_record(record: bytes) -> bytes:
    """Of a record, with all that its findings follow from."""
    return blake2b(record, digest_size=HASH, person=_RECORD).digest()


class Told:
    """Stored findings by the record that they came from, given from the last to the first: the first of
    several is taken first, and each is taken once.

    >>> told = Told([(b"a", 2), (b"b", 1), (b"a", 0)])
    >>> [told.take(record) for record in (b"a", b"a", b"a", b"c")]
    [0, 2, None, None]
    """

    def __init__(self, found: Iterable[tuple[bytes, int]] = ()) -> None:
        self.first: dict[bytes, int] = {}
        self.next: dict[int, int] = {}
        for record, place in found:
            if record in self.first:
                self.next[place] = self.first[record]
            self.first[record] = place

    def take(self, record: bytes) -> int | None:
        """The place of a finding that came from this record, which none has taken."""
        place = self.first.pop(record, None)
        if place is not None and (after := self.next.pop(place, None)) is not None:
            self.first[record] = after
        return place
