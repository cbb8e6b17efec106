"""Small files that a program sends as text in its body: read whole, and refused with the line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ninja import Field

from throughline.api.problems import No
from throughline.api.subject import Sent
from throughline.engine.refusals import Refused, each_of
from throughline.plans.format.problems import Problems

# As many characters of a file are read at once; a plan as code has the same bound.
MOST = 256 * 1024
MOST_SHOWN = 20


class SentFile(Sent):
    """A file as text. All of it is taken in, or nothing."""

    text: str = Field(min_length=1, max_length=MOST)
    file_name: str = Field("file.csv", min_length=1, max_length=240, description="As refusals name it.")

    @property
    def content(self) -> bytes:
        """The file as it would lie on a disk."""
        return self.text.encode()


@contextmanager
def says_where() -> Iterator[None]:
    """A refusal inside names a line of the file, which is the member `text` of the body."""
    try:
        yield
    except Refused as refused:
        said = refused.found if isinstance(refused, Problems) else each_of(refused)
        errors = [{"pointer": "/text", "detail": str(each)} for each in said[:MOST_SHOWN]]
        raise No(422, str(refused), code=refused.code, errors=errors) from refused
