"""Locks of pnpm and yarn, by the lines that name packages; a whole YAML parser takes seconds a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from throughline.engine.introduction.lockfiles.locked import Locked, locked, text_of

_KEY = re.compile(r"  (['\"]?)(/?[^\s'\"][^'\"]*?)\1:\s*(?:\{.*)?")
_VERSION = re.compile(r"  version:?\s+\"?([^\"\s]+)\"?\s*")
_RESOLUTION = re.compile(r"  resolution:\s+\"?((?:@[^/\"\s]+/)?[^@\"\s]+)@npm:([^\"\s]+?)\"?\s*")


def read_pnpm(content: bytes) -> Locked:
    """The packages of a lock of pnpm, from version 5 (/name/1.0.0) to 9 (name@1.0.0).

    >>> read_pnpm(b"packages:\\n\\n  /@a/b@1.0.0(c@2.0.0):\\n    dev: true\\n  /d/3.0.0_e@1.0.0: {}\\n")
    {'@a/b': frozenset({'1.0.0'}), 'd': frozenset({'3.0.0'})}
    """
    return locked(_of_pnpm(text_of(content)))


def _of_pnpm(text: str) -> Iterator[tuple[str, str]]:
    is_within = False
    for line in text.splitlines():
        if line[:1] not in ("", " ", "#"):
            is_within = line.startswith("packages:")
        elif is_within and (match := _KEY.fullmatch(line)) and (found := _package(match[2])):
            yield found


def _package(key: str) -> tuple[str, str] | None:
    said = key.partition("(")[0]
    is_old = said.startswith("/")
    said = said.removeprefix("/")
    name, mark, version = said.rpartition("@")
    # Peers of version 5 stand behind a line: /name/1.0.0_react@17.0.0
    if is_old and (not mark or not name or "/" in version or "_" in name):
        name, mark, version = said.partition("_")[0].rpartition("/")
    return (name, version.partition("_")[0]) if mark and name and version[:1].isdigit() else None


def read_yarn(content: bytes) -> Locked:
    """The packages of a lock of yarn, the first format and the one of today.

    >>> read_yarn(b'lodash@^4.0.0, lodash@~4.1.0:\\n  version "4.17.4"\\n')
    {'lodash': frozenset({'4.17.4'})}
    >>> read_yarn(b'"a@npm:^1":\\n  version: 1.2.0\\n  resolution: "@b/a@npm:1.2.0"\\n')
    {'@b/a': frozenset({'1.2.0'})}
    """
    return locked(_of_yarn(text_of(content)))


def _of_yarn(text: str) -> Iterator[tuple[str, str]]:
    is_berry = "\n__metadata:" in text or "\n  resolution:" in text
    name = ""
    for line in text.splitlines():
        if line[:1] not in ("", " ", "#"):
            name = _wanted(line)
        elif is_berry and (match := _RESOLUTION.fullmatch(line)):
            # A patched package is resolved through its own: name@npm:1.0.0#patch
            yield match[1], match[2].partition("#")[0].partition("::")[0]
        elif not is_berry and name and (match := _VERSION.fullmatch(line)):
            yield name, match[1]
            name = ""


def _wanted(line: str) -> str:
    """The package of the first pattern of a line; of another name, its own: a@npm:real@^1."""
    first = line.split(",")[0].strip().rstrip(":").strip('"')
    name, mark, rest = first[1:].partition("@")
    if mark and rest.startswith("npm:") and "@" in rest[5:]:
        return rest.removeprefix("npm:").rpartition("@")[0]
    return first[:1] + name if mark else ""
