"""HTML read in a stream: the elements asked for, one at a time, each with all its text. Pure.

Only for reports that are given as nothing else. Whatever is malformed is passed over as browsers do.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Container, Iterator
from html.parser import HTMLParser
from typing import BinaryIO

from throughline.sources.formats.elements import Element
from throughline.sources.formats.marks import encoding_of
from throughline.sources.formats.tables import BadFile

STEP = 64 * 1024
DEEPEST = 200
LONGEST_TEXT = 100_000
# The parser reads an unfinished tag again with every step, and what is left at the end many times over.
LONGEST_TAG = 1024 * 1024
LONGEST_REST = 64 * 1024
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_BREAKS = frozenset({"br", "p", "li", "div", "tr", "h1", "h2", "h3", "h4"})


def pieces(
    stream: BinaryIO, wanted: Callable[[str, str], bool], *, name: str, without: Container[str] = ()
) -> Iterator[Element]:
    """Every outermost element of which `wanted` (tag, class) is true, in the order of the page.

    An element's text is all the text in it, up to a limit; what has a class in `without` is left out.
    Raises BadFile for what is no page.
    """
    page = _Page(wanted, name=name, without=without)
    decode = codecs.getincrementaldecoder(encoding_of(stream))("replace").decode
    while chunk := stream.read(STEP):
        page.feed(decode(chunk))
        page.check(LONGEST_TAG)
        yield from page.whole
        page.whole.clear()
    page.check(LONGEST_REST)
    page.close()
    yield from page.whole


class _Page(HTMLParser):
    def __init__(self, wanted: Callable[[str, str], bool], *, name: str, without: Container[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted, self.name, self.without = wanted, name, without
        self.open: list[Element] = []
        self.whole: list[Element] = []
        self.hidden: list[str] = []
        self.size = 0

    def check(self, longest: int) -> None:
        if len(self.rawdata) > longest:
            line = self.getpos()[0]
            raise BadFile("a tag is not closed: this is no whole page", name=self.name, line=line)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.handle_data("\n")
        if tag in _VOID:
            return
        plain = {key: value or "" for key, value in attributes}
        kind = plain.get("class", "")
        if self.hidden or (self.open and kind in self.without):
            self.hidden.append(tag)
        elif self.open:
            element = Element(tag, plain, self.open[0].line)
            self.open[-1].children.append(element)
            self.open.append(element)
        elif self.wanted(tag, kind):
            self.size = 0
            self.open.append(Element(tag, plain, self.getpos()[0]))
        if len(self.open) + len(self.hidden) > DEEPEST:
            line = self.getpos()[0]
            raise BadFile(f"elements are nested more than {DEEPEST} deep", name=self.name, line=line)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag in self.hidden:
                while self.hidden.pop() != tag:
                    pass
            return
        if tag not in (element.name for element in self.open):
            return
        while self.open:
            element = self.open.pop()
            if self.open:
                self.open[-1].parts.extend(element.parts)
            else:
                self.whole.append(element)
            if element.name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.open and not self.hidden and self.size < LONGEST_TEXT:
            self.size += len(data)
            self.open[-1].parts.append(data)

    def close(self) -> None:
        super().close()
        if self.open:
            self.handle_endtag(self.open[0].name)
