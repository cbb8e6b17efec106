"""Which functions a statement of PostgreSQL calls, and which of them are never asked for. Pure.

SQLite and DuckDB can be told what a statement may do; PostgreSQL is told by the rights of an account. A
read-only transaction writes to no table, but a function may still read a file or call another server. What is
refused here by its name is also refused by the server's own word for it: see `asked_apart`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase

from throughline.connectors.kinds.sql.reading import checked
from throughline.engine.refusals import Refused

# In the order of PostgreSQL's own scanner: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n\r\f\v]+|--[^\n\r]*)
    | (?P<comment>/\*(?:(?!/\*|\*/).)*\*/)
    | (?P<text>(?:[bBxXnN])?'(?:[^']|'')*')
    | (?P<dollar>\$(?P<tag>(?:[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*)?)\$.*?\$(?P=tag)\$)
    | (?P<escaped>[uU]&['"]|[eE]')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<word>[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*)
    | (?P<number>\d+)
    | (?P<odd>['"$\\]|/\*)
    | (?P<sign>.)
    """,
    re.ASCII | re.DOTALL | re.VERBOSE,
)
# PostgreSQL folds these alone.
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
# Longer names are cut by PostgreSQL, which then means the shorter one.
LONGEST_NAME = 63
# Whole families: of the server's files and processes, large objects, other servers, statements in a text.
_BEGINNINGS = ("pg_", "lo_", "dblink")
_NEVER = {
    *("loread", "lowrite", "set_config", "current_setting", "nextval", "setval", "ts_stat", "ts_rewrite"),
    *("query_to_xml", "query_to_xmlschema", "query_to_xml_and_xmlschema"),
    *("cursor_to_xml", "cursor_to_xmlschema"),
    *("table_to_xml", "table_to_xmlschema", "table_to_xml_and_xmlschema"),
    *("schema_to_xml", "schema_to_xmlschema", "schema_to_xml_and_xmlschema"),
    *("database_to_xml", "database_to_xmlschema", "database_to_xml_and_xmlschema"),
}


def called(statement: str) -> tuple[str, ...]:
    """The names that stand before a bracket in one SELECT, as PostgreSQL reads them. Raises Refused.

    >>> called('SELECT date_trunc(\\'day\\', at), "Avg" (minutes) FROM builds -- of pg_sleep(1)')
    ('Avg', 'date_trunc')
    """
    names = sorted(set(_called(checked(statement))))
    for name in names:
        if name in _NEVER or name.startswith(_BEGINNINGS):
            raise _refused(f"'{name}' is not asked for: it may read or change more than tables")
    return tuple(names)


def _called(statement: str) -> Iterator[str]:
    last, is_over = "", False
    for kind, text in _tokens(statement):
        if is_over:
            raise _refused("only one statement is asked: write one SELECT", code="several")
        if kind == "sign" and text == "(" and last:
            yield last
        is_over = text == ";"
        last = _name(kind, text)


def _tokens(statement: str) -> Iterator[tuple[str, str]]:
    """What is not a comment, each with its sort. Raises Refused where it is read in more than one way."""
    for found in _TOKEN.finditer(statement):
        kind = str(found.lastgroup if found.lastgroup != "tag" else "dollar")
        if kind in ("odd", "escaped"):
            raise _refused(
                "escapes as E'…' and U&'…', a comment in a comment and a quote without an end are not read: "
                "write it plainly"
            )
        if kind not in ("space", "comment"):
            yield kind, found[0]


def _name(kind: str, text: str) -> str:
    if kind == "word":
        name = text.translate(_LOWER)
    elif kind == "quoted":
        name = text[1:-1].replace('""', '"')
    else:
        return ""
    return name.encode()[:LONGEST_NAME].decode(errors="ignore")


def _refused(message: str, *, code: str = "forbidden") -> Refused:
    return Refused(message, place="statement", code=code)
