"""The types of fields. YAML guesses nothing here: every scalar is a text until its field says what it is.

Each type reads a scalar and describes itself in JSON Schema; the two are tested to agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.plans.format.amounts import amount_text, number_text, plain_text

Schema = dict[str, Any]

KEY = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
NAME = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
LONGEST_KEY = 80
_YEAR = r"(?:19[7-9][0-9]|20[0-9]{2}|21[0-9]{2}|2200)"
_DAY_OF_YEAR = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|[12][0-9]))"
)
DAY = f"{_YEAR}-{_DAY_OF_YEAR}"
_TIME = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|\+00:00)"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")


class Scalar(Protocol):
    """One value as it was written; `is_plain` says that it had no quotes."""

    @property
    def text(self) -> str: ...

    @property
    def is_plain(self) -> bool: ...


class Type(Protocol):
    """What a field holds."""

    def read(self, said: Scalar) -> Any:
        """The value. Raises Refused with what was expected."""
        ...

    def schema(self) -> Schema:
        """The same rule as JSON Schema; editors guess numbers and booleans, so a text may be either."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Any text up to a length; `is_needed` where a blank one says nothing."""

    longest: int
    is_needed: bool = False

    def read(self, said: Scalar) -> str:
        if len(said.text) > self.longest:
            raise Refused(f"expected at most {self.longest:,} characters, found {len(said.text):,}")
        if self.is_needed and not said.text.strip():
            raise Refused("expected a text, found nothing")
        return plain_text(said.text)

    def schema(self) -> Schema:
        found: Schema = {"type": ["string", "number", "boolean"], "maxLength": self.longest}
        return found | ({"pattern": r"\S"} if self.is_needed else {})


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or a text such as -30%, 85% or measured."""

    longest: int = 40

    def read(self, said: Scalar) -> str:
        return amount_text(Text(self.longest).read(said))

    def schema(self) -> Schema:
        return {"type": ["string", "number"], "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Key:
    """A key: small letters, digits and hyphens."""

    def read(self, said: Scalar) -> str:
        if len(said.text) > LONGEST_KEY or not re.search(f"^{KEY}$", said.text):
            raise Refused(
                f"expected a key of small letters, digits and hyphens such as detect-faster, "
                f"found '{said.text[:LONGEST_KEY]}'"
            )
        return said.text.strip()

    def schema(self) -> Schema:
        return {
            "type": ["string", "integer", "boolean"],
            "pattern": f"^{KEY}$",
            "maxLength": LONGEST_KEY,
            "minimum": 0,
        }


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a series, in snake_case."""

    def read(self, said: Scalar) -> str:
        if len(said.text) > LONGEST_KEY or not re.search(f"^{NAME}$", said.text):
            raise Refused(f"expected a name such as build_minutes, found '{said.text[:LONGEST_KEY]}'")
        return said.text.strip()

    def schema(self) -> Schema:
        return {"type": ["string", "boolean"], "pattern": f"^{NAME}$", "maxLength": LONGEST_KEY}


@dataclass(frozen=True, slots=True)
class Reference:
    """The key of one of these kinds, named by its kind: `goal:trust`."""

    kinds: tuple[str, ...]

    def read(self, said: Scalar) -> str:
        if not re.search(self._pattern, said.text):
            expected = " or ".join(f"{kind}:KEY" for kind in self.kinds)
            raise Refused(f"expected {expected}, found '{said.text[:120]}'")
        return said.text.strip()

    def schema(self) -> Schema:
        return {"type": "string", "pattern": self._pattern}

    @property
    def _pattern(self) -> str:
        return f"^(?:{'|'.join(self.kinds)}):{KEY}$"


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, without quotes; `is_above` where the lower bound itself is too little."""

    least: float
    most: float
    is_above: bool = False
    is_whole: bool = False

    def read(self, said: Scalar) -> float | int:
        number = float(said.text) if said.is_plain and _NUMBER.fullmatch(said.text) else None
        if number is None or not self._fits(number):
            quoted = "" if said.is_plain else " in quotes"
            raise Refused(f"expected {self._expected}, found '{said.text[:40]}'{quoted}")
        return int(number) if self.is_whole else number

    @property
    def _expected(self) -> str:
        kind = "a whole number" if self.is_whole else "a number"
        first = "above" if self.is_above else "from"
        return f"{kind} {first} {number_text(self.least)} to {number_text(self.most)}"

    def _fits(self, number: float) -> bool:
        if self.is_whole and not number.is_integer():
            return False
        return number <= self.most and (number > self.least if self.is_above else number >= self.least)

    def schema(self) -> Schema:
        lower = "exclusiveMinimum" if self.is_above else "minimum"
        return {
            "type": "integer" if self.is_whole else "number",
            lower: self.least,
            "maximum": self.most,
        }


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    def read(self, said: Scalar) -> str:
        text = said.text.strip()
        if not re.search(f"^{DAY}$", said.text) or not _is_moment(text):
            raise Refused(f"expected a day such as 2027-03-31, found '{text[:40]}'")
        return text

    def schema(self) -> Schema:
        return {"type": "string", "format": "date", "pattern": f"^{DAY}$"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or an instant in UTC."""

    def read(self, said: Scalar) -> str:
        text = said.text.strip()
        if not re.search(self._pattern, said.text) or not _is_moment(text):
            raise Refused(f"expected a day such as 2027-03-31, found '{text[:40]}'")
        return text

    def schema(self) -> Schema:
        return {"type": "string", "pattern": self._pattern}

    @property
    def _pattern(self) -> str:
        return f"^{DAY}(?:{_TIME})?$"


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false, and none of YAML's other spellings."""

    def read(self, said: Scalar) -> bool:
        if not said.is_plain or said.text not in ("true", "false"):
            raise Refused(f"expected true or false, found '{said.text[:40]}'")
        return said.text == "true"

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these words."""

    words: tuple[str, ...]

    def read(self, said: Scalar) -> str:
        if said.text not in self.words:
            near = nearest(said.text, self.words)
            raise Refused(f"expected one of {', '.join(self.words)}; found '{said.text[:40]}'{near}")
        return said.text

    def schema(self) -> Schema:
        return {"enum": list(self.words)}
