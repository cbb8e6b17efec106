"""XML given to expat so that nothing in it is read over and over, and no declaration multiplies it. Pure."""

from __future__ import annotations

from typing import BinaryIO
from xml.parsers import expat

from throughline.sources.formats.marks import encoding_of
from throughline.sources.formats.tables import BadFile

STEP = 64 * 1024
# Of one tag, comment or declaration, in bytes.
LONGEST_MARK = 16 * 1024 * 1024
# Attributes that a DTD declares, and characters that it gives them: expat repeats these in every element.
_MOST_DECLARED = 2_000
_TO_MEND = "remove the <!DOCTYPE …> declaration: a report needs none, and it can hide other files in this one"


class Feeder:
    """An expat parser, and the file that it is fed with. `fed` raises BadFile for what is no XML."""

    def __init__(self, stream: BinaryIO, *, name: str) -> None:
        self.stream, self.name = stream, name
        # UTF-16 where the file is in it, whatever its head says: shells of Windows do not change that.
        encoding = encoding_of(stream)
        self.parser = expat.ParserCreate(
            encoding if encoding == "utf-16" else None, namespace_separator="\x1f"
        )
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._entity
        self.parser.AttlistDeclHandler = self._attribute
        self.declared = 0
        self.given = 0

    def feed(self) -> bool:
        """Read on by one step, at least; whether there is more."""
        content = self.stream.read(max(STEP, self._unread()))
        try:
            self.parser.Parse(content, not content)
        except expat.ExpatError as error:
            message = f"this is not valid XML: {expat.ErrorString(error.code)}"
            raise BadFile(message, name=self.name, line=error.lineno) from None
        except (ValueError, LookupError) as error:
            raise BadFile(f"this is not valid XML: {error}", name=self.name) from None
        self.given += len(content)
        return bool(content)

    def _unread(self) -> int:
        """How much of what was given waits for its end: it is looked at anew once there is twice as much."""
        waiting = self.given - max(self.parser.CurrentByteIndex, 0)
        if waiting > LONGEST_MARK:
            raise self.refusal(f"a tag or a comment has more than {LONGEST_MARK:,} bytes: no report's has")
        return waiting

    def refusal(self, message: str) -> BadFile:
        """What is wrong, and where."""
        return BadFile(message, name=self.name, line=self.parser.CurrentLineNumber)

    def refused_declaration(self, what: str) -> BadFile:
        """A declaration that no report needs."""
        return self.refusal(f"{what} declaration is refused: {_TO_MEND}")

    def _entity(self, *_declared: object) -> None:
        raise self.refused_declaration("an entity")

    def _attribute(self, _of: str, _name: str, _type: str, default: str | None, _required: int) -> None:
        self.declared += 1 + len(default or "")
        if self.declared > _MOST_DECLARED:
            raise self.refused_declaration("an attribute")
