"""GitHub's alerts: code scanning, Dependabot and secret scanning, of repositories or whole organisations.

https://docs.github.com/en/rest/code-scanning, …/rest/dependabot/alerts, …/rest/secret-scanning. None of them
can be asked what changed: they are read from the last change on, until before the last pull.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from throughline.connectors.asking import Asking, Reply
from throughline.connectors.listing import SERVICE, Listing, Record, Span, document, encoded, gone_on
from throughline.connectors.shape import Check, Document, Field, Keep, Progress, Pulled, SecretField, Settings
from throughline.engine.refusals import Refused
from throughline.sources.formats.loose import told
from throughline.sources.formats.shapes import masked

_PAGE = 100
# By the scanner's part of the address: the format of its alerts, and their source.
_SCANNERS = {
    "code-scanning": ("github_code_scanning", "GitHub code scanning"),
    "dependabot": ("github_dependabot", "GitHub Dependabot"),
    "secret-scanning": ("github_secret_scanning", "GitHub secret scanning"),
}
# A scanner that nobody turned on is said with 403 or 404, as is a right that the token lacks.
_OFF = re.compile(r"not enabled|disabled|must be enabled|no analysis found|archived", re.IGNORECASE)


class _List(NamedTuple):
    """One list of alerts: a scanner's, of a repository or of an organisation."""

    scanner: str
    of: str

    @property
    def name(self) -> str:
        return f"{self.scanner} {self.of}"

    @property
    def path(self) -> str:
        return f"{_place(self.of)}/{self.scanner}/alerts"

    def params(self, *, per_page: int = _PAGE) -> dict[str, Any]:
        found = {"per_page": per_page, "sort": "updated", "direction": "desc"}
        # Without it each alert holds the secret itself.
        return {**found, "hide_secret": "true"} if self.scanner == "secret-scanning" else found


class GitHub:
    """The kind."""

    name = "github"
    title = "GitHub"
    lead = (
        "Reads the alerts of code scanning, Dependabot and secret scanning. The token may read code scanning "
        "alerts, Dependabot alerts and secret scanning alerts of the repositories (classic: security_events)."
    )
    gives: Literal["findings", "series"] = "findings"
    hook = (
        "Add it under Settings → Webhooks of the repository or organisation, as application/json, for code "
        "scanning, Dependabot and secret scanning alerts."
    )
    settings = (
        Field(
            "address",
            "Address of the API",
            "A server of your own has it at https://NAME/api/v3.",
            reads="address",
            default="https://api.github.com",
        ),
        Field(
            "repositories",
            "Repositories",
            "Each as owner/name; an organisation's name alone stands for all of its repositories.",
            reads="names",
        ),
        Field(
            "scanners",
            "Scanners",
            reads="choice",
            choices=(("all", "All three"), *((name, title) for name, (_, title) in _SCANNERS.items())),
            default="all",
        ),
        SERVICE,
    )
    secrets = (SecretField("token", "Token", "A fine-grained token that can read alerts, and nothing else."),)

    def base(self, settings: Settings) -> str:
        """Where its API is."""
        return str(settings["address"])

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """As its API wants to be asked."""
        return {
            "authorization": f"Bearer {secrets['token']}",
            "accept": "application/vnd.github+json",
            "x-github-api-version": "2022-11-28",
        }

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """Whether each repository and organisation is there, and which of its scanners answer."""
        found = []
        for of in settings["repositories"]:
            asking.get(_place(of))
            for each in _lists([of], settings):
                title = _SCANNERS[each.scanner][1]
                if _asked(asking, each.path, each.params(per_page=1)) is None:
                    said = f"{title} is not turned on for {of}."
                    mend = "Turn it on there, or leave it out under Scanners."
                    found.append(Check(True, said, mend, is_note=True))
                else:
                    found.append(Check(True, f"{title} of {of} can be read."))
        if all(each.is_note for each in found):
            found.append(Check(False, "No scanner of these repositories is turned on: nothing can be read."))
        return found

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All alerts of each list, or those that changed since it was read last."""
        return gone_on(keep, lambda: self._pulled(asking, settings, state, keep, progress))

    def _pulled(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        lists = _lists(settings["repositories"], settings)
        listing = Listing(asking, keep, progress, state)
        spans = {each.name: listing.span(each.name) for each in lists}
        off: list[str] = list(keep.cursor.get("off", ()))
        for number, each in enumerate(lists):
            if number >= keep.cursor.get("list", 0) and not _read(
                asking, each, spans[each.name], listing, number, off
            ):
                off.append(each.name)
                listing.put((), list=number + 1, link="", off=off)
        after = {name: listing.after(name, span) for name, span in spans.items() if name not in off}
        return Pulled(
            state={**{name: state[name] for name in off if name in state}, **after},
            documents=_documents(listing, lists, spans, settings),
            notices=[f"{name}: it is not turned on there, and was not read" for name in off],
        )


def _place(of: str) -> str:
    return f"repos/{of}" if "/" in of else f"orgs/{of}"


def _lists(repositories: Sequence[str], settings: Settings) -> list[_List]:
    chosen = settings.get("scanners") or "all"
    scanners = list(_SCANNERS) if chosen == "all" else [str(chosen)]
    return [_List(scanner, of) for of in repositories for scanner in scanners]


def _read(asking: Asking, each: _List, span: Span, listing: Listing, number: int, off: Sequence[str]) -> bool:
    """Read one list to its end; whether its scanner is turned on."""
    cursor, tokens = listing.keep.cursor, asking.tokens()
    link = cursor.get("link", "") if cursor.get("list") == number else ""
    while True:
        reply = _asked(asking, link or each.path, {} if link else each.params())
        if reply is None:
            return False
        alerts = _alerts(asking, reply, each)
        changed = span.within(alerts, "updated_at", "created_at")
        link = reply.next_link if len(changed) == len(alerts) else ""
        goes_on = {"list": number, "link": tokens.take(link)} if link else {"list": number + 1, "link": ""}
        listing.put(_records(changed, each), **goes_on, off=list(off))
        if not link:
            return True


def _asked(asking: Asking, path: str, params: Mapping[str, Any]) -> Reply | None:
    """A page of alerts; None where the scanner is not turned on. Raises Refused."""
    try:
        return asking.reply("GET", path, params=params)
    except Refused as refused:
        if refused.code in ("answered_403", "answered_404") and _OFF.search(refused.message):
            return None
        raise


def _alerts(asking: Asking, reply: Reply, each: _List) -> list[dict[str, Any]]:
    said = reply.said
    if not isinstance(said, list) or not all(isinstance(alert, dict) and "number" in alert for alert in said):
        raise asking.nonsense("a list of alerts was expected", said, place=f"/{each.path}")
    return said


def _records(alerts: Sequence[dict[str, Any]], each: _List) -> Iterator[Record]:
    for alert in alerts:
        of = each.of if "/" in each.of else told(alert, "repository", "full_name") or each.of
        yield Record(f"{each.scanner} {of}", str(alert["number"]), hidden(alert))


def hidden(alert: dict[str, Any]) -> bytes:
    """The alert without its secret, which servers before 3.17 send whatever they are asked."""
    secret = alert.pop("secret", None)
    if not isinstance(secret, str) or not secret:
        return encoded(alert)
    spelled = json.dumps(secret, ensure_ascii=False)[1:-1]
    return encoded(alert).decode().replace(spelled, masked(secret)).encode()


def _documents(
    listing: Listing, lists: Sequence[_List], spans: Mapping[str, Span], settings: Settings
) -> list[Document]:
    found = []
    for name in listing.documents:
        scanner, _, of = name.partition(" ")
        format, source = _SCANNERS[scanner]
        span = spans.get(name) or spans[f"{scanner} {of.partition('/')[0]}"]
        found.append(document(name, settings, format=format, source=source, scope=of, whole=span.is_whole))
    return found


kind = GitHub()
