"""What the command line calls by its options, as the page calls it. Pure."""

from __future__ import annotations

from throughline.engine.refusals import Refused

_SAID = {
    "map another column: --map id=COLUMN": "choose another column as id",
    "map the column: --map title=COLUMN": "choose what its column fills",
    "map another column as id": "choose another column as id",
    "name the column that says when each row was known (--as-of-column)": (
        "choose the column that says when each row was known (Known as of, by column)"
    ),
    "map the column that says when: --map mitigated=COLUMN": (
        "choose the column that says when, to fill mitigated"
    ),
    "keep the column as it is: --map state=": "choose 'Keep as an attribute' for the column",
    "say --date-order dmy or --date-order mdy": "say which under 'Dates like 03/04/2024'",
    "each with its --as-of": "each with its day under 'Known as of'",
    "with --full every record of its source would vanish": (
        "as a complete listing it would make every record of its source vanish"
    ),
    "say --default-branch ": "say so under 'Default branch': ",
    "such as --scope ": "such as ",
    "see 'throughline formats'": "choose one of the list",
    "name its format (--format NAME)": "choose its format under 'Read as'",
    "name its format": "choose it under 'Read as'",
    "--as-of: ": "",
    "--as-of-column": "Known as of, by column",
    "--map": "the columns' fields",
}


def told_of(refused: Refused, *, name: str) -> str:
    """What is wrong with a file, and where in it, on a page that says its name already."""
    place = (refused.place or "").removeprefix(name).lstrip(", ")
    return in_page(f"{place}: {refused.message}" if place else refused.message)


def in_page(message: str) -> str:
    """A message without the command line's options.

    >>> in_page("every row needs an id, or map another column: --map id=COLUMN")
    'every row needs an id, or choose another column as id'
    """
    for option, words in _SAID.items():
        message = message.replace(option, words)
    return message
