"""What the series of a scenario is called."""

from __future__ import annotations

import re
from itertools import count

from throughline.series.queries import names
from throughline.series.values import LONGEST_NAME

LONGEST_TITLE = 240
PREFIX = "scenario_"


def series_name(key: str) -> str:
    """A free name in snake_case, such as `scenario_prod_access` of the key `prod-access`."""
    stem = (PREFIX + re.sub("[-_]+", "_", key))[: LONGEST_NAME - 4].rstrip("_")
    taken = set(names())
    return next(name for name in (stem if n == 1 else f"{stem}_{n}" for n in count(1)) if name not in taken)


def series_title(statement: str) -> str:
    """The statement, as long as a title may be."""
    return statement if len(statement) <= LONGEST_TITLE else f"{statement[: LONGEST_TITLE - 1]}…"
