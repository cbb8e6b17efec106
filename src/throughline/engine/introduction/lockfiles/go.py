"""The modules of a go.mod, which since Go 1.17 lists all of them: https://go.dev/ref/mod#go-mod-file

go.sum also holds versions that were only looked at, and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from throughline.engine.introduction.lockfiles.locked import Locked, locked, text_of


def read(content: bytes) -> Locked:
    """The required modules with their versions as OSV writes them (without v), or what replaces them.

    >>> read(b"require a.com/b v1.2.3 // indirect\\nreplace a.com/b => c.com/d v1.3.0\\n")
    {'c.com/d': frozenset({'1.3.0'})}
    """
    required: list[tuple[str, str]] = []
    replaced: dict[tuple[str, str], tuple[str, str] | None] = {}
    for verb, words in _directives(text_of(content)):
        if verb == "require" and len(words) == 2:
            required.append((words[0], words[1]))
        elif verb == "replace" and "=>" in words:
            place = words.index("=>")
            old, new = words[:place], words[place + 1 :]
            if old and new:
                # A folder in its place has no version.
                replaced[old[0], old[1] if len(old) > 1 else ""] = (new[0], new[1]) if len(new) > 1 else None
    return locked(_told(required, replaced))


def _told(
    required: list[tuple[str, str]], replaced: dict[tuple[str, str], tuple[str, str] | None]
) -> Iterator[tuple[str, str]]:
    for module, version in required:
        found = replaced.get((module, version), replaced.get((module, ""), (module, version)))
        if found is not None:
            yield found[0], found[1].removeprefix("v").removesuffix("+incompatible")


def _directives(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each line of a block, or a directive alone, by its verb."""
    verb = ""
    for line in text.splitlines():
        words = [word.strip('"`') for word in line.partition("//")[0].split()]
        if not words:
            continue
        if words[-1] == "(" and len(words) == 2:
            verb = words[0]
        elif words == [")"]:
            verb = ""
        elif verb:
            yield verb, words
        else:
            yield words[0], words[1:]
