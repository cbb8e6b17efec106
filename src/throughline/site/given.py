"""Reading what an installation gives through its environment, with a sentence where it cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from throughline.engine.refusals import Refused


def chosen(given: str | None, words: Sequence[str], *, place: str) -> str:
    """One of some words, the first where nothing is given. Raises Refused with the variable, `place`."""
    found = given or words[0]
    if found not in words:
        raise Refused(f"expected {', '.join(words)}, found '{found}'", place=place)
    return found


def folders(given: str | None, *, place: str) -> tuple[Path, ...]:
    """The folders of a list with colons, by their whole paths. Raises Refused with the variable, `place`."""
    found = tuple(Path(each.strip()) for each in (given or "").split(":") if each.strip())
    for each in found:
        if not each.is_absolute():
            raise Refused(f"expected whole paths such as /srv/ci, found '{each}'", place=place)
    return found


def first_line(path: str | None, *, place: str) -> str:
    """The first line of a file that a variable names; empty where it names none. Raises Refused."""
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read ({error})", place=place) from None


def signs_in(user: tuple[str, str], password: tuple[str, str]) -> None:
    """Nothing where both are given or neither is, each in letters that SMTP carries. Raises Refused.

    Each comes as the variable and what it gave; of a password nothing is said but that it is wrong.
    """
    for (_, there), (lacking, missing) in ((user, password), (password, user)):
        if there and not missing:
            raise Refused("expected user and password together, found nothing here", place=lacking)
    for place, given in (user, password):
        if not given.isascii():
            raise Refused("expected ASCII alone, since signing in carries no other letters", place=place)
