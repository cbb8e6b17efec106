"""Reading a key result: a text becomes words, figures, dates, names and signs, each with its place.

A digit is no target by itself: "Q3", "S3", "TLS 1.3", "Foo 4.1", "top 10" and "28 July" hold digits and say
nothing of how far to go. So a figure is what is left when names and dates are taken out. The text is read
in one pass by one expression without nested repetition, so the time is linear in its length.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from throughline.engine.linting.findings import Span
from throughline.engine.linting.words import BEFORE_VERBS, EVENT, MAKING

# No key result is longer; of a pasted document this much is read.
LONGEST = 4000


class Kind(enum.Enum):
    """What a token is."""

    WORD = "word"
    FIGURE = "figure"
    DATE = "date"
    NAME = "name"
    PLACEHOLDER = "placeholder"
    SIGN = "sign"
    MARK = "mark"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: `text` in small letters, `raw` as written, and its place."""

    kind: Kind
    text: str
    raw: str
    start: int
    end: int
    unit: str = ""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.start, self.end

    @property
    def is_titled(self) -> bool:
        """Written with a capital."""
        return self.raw[:1].isupper()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as read. `clauses` are the tokens between full stops, colons, brackets and dashes."""

    text: str
    lower: str
    tokens: tuple[Token, ...]
    clauses: tuple[tuple[Token, ...], ...]

    @property
    def whole(self) -> Span:
        """The text without the blanks around it."""
        start = len(self.text) - len(self.text.lstrip())
        return start, max(len(self.text.rstrip()), start)

    def has(self, words: frozenset[str]) -> bool:
        """Whether one of these words occurs."""
        return any(token.text in words for token in self.tokens)


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TITLED_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|"
    r"Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_UNITS = (
    r"%|percent(?:age points?)?\b|per cent\b|pct\b|pp\b|bps\b|x\b|k\b|m\b|bn\b|b\b|million\b|billion\b|thousand\b|"
    r"ms\b|mins?\b|h\b|hrs?\b|d\b|s\b|w\b|gb\b|mb\b|tb\b|kb\b|€|\$"
)
_TOKEN = re.compile(
    rf"""
    (?P<name>https?://\S+|[\w.+-]{{1,64}}@\S+)
    |(?P<date>(?<![\w.])(?:
        \d{{4}}-\d\d-\d\d
        |\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}
        |\d{{1,2}}(?:st|nd|rd|th)?\ (?:of\ )?(?i:{_MONTH})\b\.?(?:,?\ \d{{4}}\b)?
        |(?i:{_MONTH})\.?\ (?:the\ )?\d{{1,2}}(?:st|nd|rd|th)?(?![\w%]|\ ?%|[.,]\d)(?:,?\ \d{{4}}\b)?
        |{_TITLED_MONTH}\b(?:\ \d{{4}}\b)?
        |(?i:fy|cy)\ ?'?\d{{2,4}}(?:[ -]?[qh][1-4])?\b
        |(?i:[qh][1-4])(?:[ /'-]{{0,2}}(?:fy)?'?\d{{2,4}}\b)?(?!\w)
        |(?i:e?o[qymh])(?!\w)
        |(?:the\ )\d{{1,2}}(?:st|nd|rd|th)\b
    ))
    |(?P<placeholder>
        (?i:[\[<{{](?:baseline|target|number|value|amount|percent|percentage|x|y|n|z|tbd|date|metric)[^\]>}}\n]{{0,20}}[\]>}}])
        |_{{2,}}|\?{{2,}}
        |(?<![\w])(?:(?i:tb[dca])|TODO|X{{2,}}|N{{2,}}|Y{{2,}}|Z{{2,}})(?!\w)\ ?%?
        |[$€£](?:[XYNZ]+|x)(?:\.X+)?(?:k|K|M|m)?(?!\w)
        |(?<![\w])[xXyYnNzZ]\ ?(?:%|percent\b)
    )
    |(?P<figure>(?<![\w.])(?:[$€£]|(?:USD|EUR|GBP|CHF)\ ?)?\d+(?:[.,']\d+)*(?:(?:\ ?(?i:{_UNITS}))|(?!\w)))
    |(?P<word>[^\W_](?:[\w'&.-]*[^\W_])?(?:\(s\))?)
    |(?P<sign><=|>=|->|=>|-->|[<>≤≥=~≈])
    |(?P<stop>[.!?](?=[\s")\]]|$)|[;:()\n\[\]]|\ -\ |\ --\ )
    |(?P<mark>[^\s])
    """,
    re.VERBOSE,
)
_ONE_FOR_ONE = {
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("–—―−‐‑‒", "-"),
    **dict.fromkeys("→⇒➜➔⟶", ">"),
    **dict.fromkeys("\t\r\u00a0\u2000\u2001\u2002\u2003\u2009\u200a\u202f", " "),
    "×": "x",
}
# What makes a name of the number after it.
_NUMBERED = frozenset(
    """iso soc tls ssl rfc pci dss nist cis owasp asvs slsa level tier phase stage version release sprint sev
    severity priority python java rails django node windows php step section item epic milestone option type
    class group wave chapter part page issue ticket no. # v web industry week day room build cmmc fips hipaa
    fedramp cvss ios android kubernetes postgres postgresql ubuntu debian http""".split()
)
_RANKING = frozenset("top bottom".split())
_BEFORE_A_YEAR = frozenset("in by of since until till end before during for for".split())
_SMALL = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen"
_NUMBERS = frozenset(f"{_SMALL} twenty thirty forty fifty hundred dozen zero".split())
_LASTING = frozenset("day days hour hours minute minutes min second seconds week weeks month months year years".split())
_SCORED = frozenset("score rating rate ratio nps csat index average mean median level satisfaction to from at".split())


def plain(text: str) -> str:
    """The text with typographic signs as plain ones, letter for letter, so that places stay the same.

    >>> plain("“2–3” ％")
    '"2-3" %'
    """
    return text if text.isascii() else "".join(map(_plain_letter, text))


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    if letter in _ONE_FOR_ONE:
        return _ONE_FOR_ONE[letter]
    same = unicodedata.normalize("NFKC", letter)
    return same if len(same) == 1 else letter


def lowered(text: str) -> str:
    """In small letters, letter for letter: a few letters have no small form of the same length."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def read(text: str) -> Reading:
    """The text as tokens and clauses.

    >>> [(token.kind.value, token.text) for token in read("Ship Foo 4.1 to 3 teams by July 28").tokens][1:]
    [('word', 'foo'), ('name', '4.1'), ('word', 'to'), ('figure', '3'), ('word', 'teams'), ('word', 'by'), ('date', 'july 28')]
    """
    short = plain(text[:LONGEST])
    low = lowered(short)
    tokens = _named([_token(match, low) for match in _TOKEN.finditer(short)])
    return Reading(text, low, tuple(tokens), tuple(_clauses(tokens)))


def _token(match: re.Match[str], low: str) -> Token:
    start, end = match.span()
    kind = Kind(match.lastgroup)
    text = low[start:end]
    unit = ""
    if kind is Kind.WORD and any(letter.isdigit() for letter in text):
        kind = Kind.NAME
    if kind is Kind.FIGURE:
        unit = text.lstrip("0123456789.,'$€£ ").strip() or ("$" if text[0] in "$€£" else "")
    return Token(kind, text, match[0], start, end, unit)


def _named(tokens: list[Token]) -> list[Token]:
    """Figures that belong to a name, a rank or a year, and number words, as what they are."""
    found: list[Token] = []
    for place, token in enumerate(tokens):
        before = found[-1] if found else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        found.append(replace(token, kind=_kind(token, before, after, tokens, place)))
    return found


def _kind(token: Token, before: Token | None, after: Token | None, tokens: list[Token], place: int) -> Kind:
    said = "" if before is None else before.text
    if token.kind is Kind.WORD:
        if not _is_number_word(token, before):
            return Kind.WORD
        return Kind.NAME if said in _RANKING else Kind.FIGURE
    if token.kind is not Kind.FIGURE or token.unit:
        return token.kind
    if said in _NUMBERED or said in _RANKING or said == "#" or token.text.count(".") > 1:
        return Kind.NAME
    if re.fullmatch(r"20[1-4]\d", token.text) and (said in _BEFORE_A_YEAR or after is None):
        return Kind.DATE
    if "." in token.text and before and _is_a_name(before) and said not in _SCORED:
        return Kind.NAME
    # "2-factor", "5-star": a word with a number in it; "90-day" is a time.
    joined = after is not None and after.text == "-" and after.start == token.end and place + 2 < len(tokens)
    if joined and tokens[place + 2].kind is Kind.WORD and tokens[place + 2].text not in _LASTING:
        return Kind.NAME
    return Kind.FIGURE


def _is_number_word(token: Token, before: Token | None) -> bool:
    if token.text == "one":
        return before is not None and (before.text in ("least", "than") or before.text in EVENT or before.text in MAKING)
    return token.text in _NUMBERS or token.text.split("-")[0] in ("twenty", "thirty", "forty", "fifty")


def _is_a_name(token: Token) -> bool:
    return token.kind is Kind.WORD and token.is_titled and not (token.raw.isupper() and len(token.raw) > 1)


def _clauses(tokens: list[Token]) -> list[tuple[Token, ...]]:
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind is Kind.STOP:
            clauses.append([])
        else:
            clauses[-1].append(token)
    return [tuple(clause) for clause in clauses if clause]


def head(clause: tuple[Token, ...]) -> Token | None:
    """The word where the verb of a clause stands: past adverbs, "we will", "to" and "and".

    >>> head(read("We will proactively reduce risk").tokens).text
    'reduce'
    """
    for token in clause:
        if token.kind is not Kind.WORD:
            return None
        if token.text in BEFORE_VERBS or (token.text.endswith("ly") and token.text not in ("supply", "apply")):
            continue
        return token
    return None


def is_verb_of(place: int, clause: tuple[Token, ...], verbs: Mapping[str, str]) -> bool:
    """Whether a word that may be a noun is a verb here: it heads its clause, or follows "and", "to", "will"."""
    token = clause[place]
    if token.text not in verbs:
        return False
    return token is head(clause) or (place > 0 and clause[place - 1].text in ("and", "to", "will", ",", "then"))

