"""Reading a key result: a text becomes words, figures, dates, names and signs, each with its place.

A digit is no target by itself: "Q3", "S3", "TLS 1.3", "Foo 4.1", "top 10" and "28 July" hold digits and say
nothing of how far to go. So a figure is what is left when names and dates are taken out. The text is read
in one pass by one expression without nested repetition, so the time is linear in its length.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from throughline.engine.linting.findings import Span
from throughline.engine.linting.words import BEFORE_VERBS, EVENT, MAKING, word_set

# No key result is longer; of a pasted document this much is read.
LONGEST = 2000


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


class Clause(tuple[Token, ...]):
    """The tokens between full stops, colons, brackets and dashes."""

    @cached_property
    def head(self) -> Token | None:
        """The word where the verb stands: past adverbs, "we will", "to" and "and"."""
        for token in self:
            # What follows an article is a noun, whatever else it may be: "our own team".
            if token.kind is not Kind.WORD or token.text in _ARTICLES:
                return None
            adverb = token.text.endswith("ly") and token.text not in ("supply", "apply")
            if not adverb and token.text not in BEFORE_VERBS:
                return token
        return None

    @cached_property
    def words(self) -> frozenset[str]:
        """All that is said, in small letters."""
        return frozenset(token.text for token in self)

    def before(self, place: int) -> str:
        """What stands in front of a token, in small letters; empty at the start."""
        return self[place - 1].text if place else ""

    def after(self, place: int) -> str:
        """What follows a token, in small letters; empty at the end."""
        return self[place + 1].text if place + 1 < len(self) else ""

    def is_headed_by(self, *tables: Container[str]) -> bool:
        """Whether its verb is of one of these classes."""
        return self.head is not None and any(self.head.text in table for table in tables)

    def is_verb(self, place: int) -> bool:
        """Whether a word that may be a noun stands where a verb does: as head, or after "and", "to"."""
        return self[place] is self.head or (place > 0 and self.before(place) in _BEFORE_A_VERB)


@dataclass(frozen=True)
class Reading:
    """A text as read."""

    text: str
    lower: str
    tokens: tuple[Token, ...]
    clauses: tuple[Clause, ...]

    @property
    def whole(self) -> Span:
        """The text without the blanks around it."""
        start = len(self.text) - len(self.text.lstrip())
        return start, max(len(self.text.rstrip()), start)

    @property
    def head(self) -> Token | None:
        """The verb of the first clause that has one."""
        return next((clause.head for clause in self.clauses if clause.head), None)

    def has(self, words: frozenset[str]) -> bool:
        """Whether one of these words occurs."""
        return any(not words.isdisjoint(clause.words) for clause in self.clauses)

    @cached_property
    def is_titled(self) -> bool:
        """Whether most words have a capital, so that none shows a name."""
        words = [token for token in self.tokens if token.kind is Kind.WORD]
        return sum(token.is_titled for token in words) > max(3, len(words) / 2)


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TITLED_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|"
    r"Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
# A letter alone is a unit only where it touches the figure: "3x", "72h".
_UNITS = (
    r"\ ?(?:%|percent(?:age points?)?\b|per cent\b|pct\b|pp\b|bps\b|bn\b|million\b|billion\b|thousand\b|"
    r"ms\b|mins?\b|hrs?\b|gb\b|mb\b|tb\b|kb\b|€|\$)|[xkmbhdsw]\b"
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
    |(?P<figure>(?<![\w.])(?:[$€£]|(?:USD|EUR|GBP|CHF)\ ?)?\d+(?:[.,']\d+)*(?:(?i:{_UNITS})|(?!\w)))
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
_NUMBERED = word_set(
    """iso soc tls ssl rfc pci dss nist cis owasp asvs slsa level tier phase stage version release sprint
    sev severity priority python java rails django node windows php step section item epic milestone
    option type class group wave chapter part page issue ticket no. # v web industry week day room build
    cmmc fips hipaa fedramp cvss ios android kubernetes postgres postgresql ubuntu debian http"""
)
_ARTICLES = word_set("the a an our their its my your this these those no")
_BEFORE_A_VERB = word_set("and to will , then")
_NAMED_ZERO = word_set("trust day days knowledge touch")
_RANKING = word_set("top bottom")
_BEFORE_A_FIGURE = word_set("least most than to over under above below < > = <= >= exceed reach")
_SMALL = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen sixty seventy eighty ninety thousand"
)
_NUMBERS = word_set(f"{_SMALL} twenty thirty forty fifty hundred dozen zero")
_LASTING = word_set(
    """day days hour hours minute minutes min second seconds week weeks month months year years"""
)
_SCORED = word_set(
    """score rating rate ratio nps csat index average mean median level satisfaction to from at"""
)


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

    >>> [(token.kind.value, token.text) for token in read("Ship Foo 4.1 to 3 teams July 28").tokens[2:]]
    [('name', '4.1'), ('word', 'to'), ('figure', '3'), ('word', 'teams'), ('date', 'july 28')]
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
        if token.text == "zero" and after is not None and after.text in _NAMED_ZERO:
            return Kind.NAME
        if not _is_number_word(token, before, after):
            return Kind.WORD
        return Kind.NAME if said in _RANKING else Kind.FIGURE
    if token.kind is not Kind.FIGURE or token.unit:
        return token.kind
    if said in _NUMBERED or said in _RANKING or said == "#" or token.text.count(".") > 1:
        return Kind.NAME
    if re.fullmatch(r"20[1-4]\d", token.text) and said not in _BEFORE_A_FIGURE and not _is_counted(after):
        return Kind.DATE
    if "." in token.text and before and _is_a_name(before) and said not in _SCORED:
        return Kind.NAME
    # "2-factor", "5-star": a word with a number in it; "90-day" is a time.
    joined = after is not None and after.text == "-" and after.start == token.end and place + 2 < len(tokens)
    if joined and tokens[place + 2].kind is Kind.WORD and tokens[place + 2].text not in _LASTING:
        return Kind.NAME
    return Kind.FIGURE


def _is_counted(after: Token | None) -> bool:
    return after is not None and after.kind is Kind.WORD and after.text.endswith("s")


def _is_number_word(token: Token, before: Token | None, after: Token | None) -> bool:
    if token.text == "one":
        return before is not None and (
            before.text in ("least", "most", "than", "exactly", "only")
            or before.text in EVENT
            or before.text in MAKING
        )
    if token.text in ("once", "twice"):
        return after is not None and after.text in ("per", "a", "every", "each")
    return token.text in _NUMBERS or token.text.split("-")[0] in ("twenty", "thirty", "forty", "fifty")


def _is_a_name(token: Token) -> bool:
    return token.kind is Kind.WORD and token.is_titled and not (token.raw.isupper() and len(token.raw) > 1)


def _clauses(tokens: list[Token]) -> Iterator[Clause]:
    clause: list[Token] = []
    for token in tokens:
        if token.kind is not Kind.STOP:
            clause.append(token)
        elif clause:
            yield Clause(clause)
            clause = []
    if clause:
        yield Clause(clause)
