"""Every table of an export, in the order in which they are written and told."""

from __future__ import annotations

from throughline.exports.declared import Table
from throughline.exports.tables.figures import FIGURES
from throughline.exports.tables.foretold import FORETOLD
from throughline.exports.tables.plan import PLAN
from throughline.exports.tables.promises import PROMISES
from throughline.exports.tables.record import RECORD

TABLES: tuple[Table, ...] = (*RECORD, *FIGURES, *PLAN, *PROMISES, *FORETOLD)

__all__ = ["TABLES"]
