"""The rows of a file by one column, after a single pass: what does not fit in memory waits on disk. Pure."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator

from throughline.sources.formats.tables import Row

# Rows kept in memory at once, whatever the file.
MOST_HELD = 20_000


class ByCell:
    """Rows by their cell at a position. `first` gives the line on which each cell is met first."""

    def __init__(self, rows: Iterable[Row], *, position: int, held: int = MOST_HELD) -> None:
        self.first: dict[str, int] = {}
        self._blocks: dict[str, list[tuple[int, int]]] = {}
        self._rows: dict[str, list[Row]] = {}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the rows are asked for
        for number, row in enumerate(rows, start=1):
            cell = row[1][position]
            self.first.setdefault(cell, row[0])
            self._rows.setdefault(cell, []).append(row)
            if number % held == 0:
                self._put_away()

    def rows(self, cell: str) -> Iterator[Row]:
        """The rows with a cell, in the order of the file."""
        for start, size in self._blocks.get(cell, ()):
            self._file.seek(start)
            yield from ((line, cells) for line, cells in json.loads(self._file.read(size)))
        yield from self._rows.get(cell, ())

    def _put_away(self) -> None:
        for cell, rows in self._rows.items():
            # JSON escapes also half a character, which is refused later with its line.
            content = json.dumps(rows).encode()
            self._blocks.setdefault(cell, []).append((self._file.tell(), len(content)))
            self._file.write(content)
        self._rows.clear()
