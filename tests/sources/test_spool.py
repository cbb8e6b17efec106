"""What waits on disk comes back as it went in."""

from __future__ import annotations

import pytest

from throughline.sources.spool import Spool

TEXTS = ["", "short", "x" * 1_000_000, *map(str, range(100_000)), "y" * 20_000_000]


@pytest.fixture
def spool():
    spool: Spool[str] = Spool(str)
    for text in TEXTS:
        spool.add(text)
    return spool


def test_items_come_back_in_their_order_however_long_and_many_they_are(spool):
    assert spool.count == len(TEXTS)
    assert list(spool) == TEXTS


def test_items_can_be_read_twice(spool):
    assert list(spool.undecoded()) == list(spool.undecoded())


def test_the_bytes_of_an_item_are_those_that_adding_it_gave():
    spool: Spool[str] = Spool(str)
    content = spool.add("a text")
    assert [content] == list(spool.undecoded())
    assert spool.decoded(content) == "a text"


def test_an_empty_spool_has_nothing():
    assert list(Spool(str)) == []
