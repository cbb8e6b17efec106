"""One run of a SARIF log: its tool, its checks, and what its results point to by number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from hashlib import blake2b
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.names import branch, repository, tool_name
from throughline.sources.formats.sarif_model import PLACES, Placed, Result, plain
from throughline.sources.formats.sarif_rules import Rule, Said, rule_of
from throughline.sources.formats.shapes import dig, instant, items, member, text, unique, untagged

_KINDS = {
    "secret": "gitleaks trufflehog detect-secrets ggshield gitguardian secret noseyparker kingfisher",
    "cloud": "checkov tfsec terrascan kics cfn kubesec kube-linter kubescape iac hadolint prowler conftest",
    "container": "clair container anchore dockle scout",
    "dependency": "grype osv-scanner govulncheck dependency-check open_source duck pip-audit npm_audit",
    "web": "zap nuclei burp stackhawk dastardly wapiti nikto",
}


class Run:
    """A run's own words, read once. `rules` is by id, `listed` by tool component and place."""

    def __init__(self, content: Content, members: dict[str, msgspec.Raw]) -> None:
        self.content, self.members = content, members
        self.taxonomies = [
            [
                text(taxon, "id") if "cwe" in text(each, "name").lower() else ""
                for taxon in items(each, "taxa")
            ]
            for each in items(self._value("taxonomies"))
        ]
        tool = content.members_of(self._raw("tool"))
        driver = content.members_of(tool["driver"]) if "driver" in tool else {}
        self.listed = [self._rules(driver)]
        for extension in content.items_of(tool["extensions"]) if "extensions" in tool else []:
            self.listed.append(self._rules(content.members_of(extension)))
        self.rules = {rule.id: rule for listed in reversed(self.listed) for rule in listed}
        self.driver = _plain(content, driver, "name")
        self.tool = tool_name(self.driver) or "SARIF"
        self.kind = _kind_of(self.driver)
        strings = content.value(driver["globalMessageStrings"]) if "globalMessageStrings" in driver else {}
        self.messages = {name: text(each, "text") for name, each in member(strings).items()}
        self.properties = member(self._value("properties"))
        self.bases = {
            name: text(each, "uri") for name, each in member(self._value("originalUriBaseIds")).items()
        }
        self.date = self._date()
        self._artifacts = self._raws("artifacts")
        self._logical = self._raws("logicalLocations")
        self._bare: dict[str, Rule] = {}

    @cached_property
    def results(self) -> list[msgspec.Raw]:
        """Its results, undecoded."""
        return self._raws("results")

    @property
    def elsewhere(self) -> list[str]:
        """The files in which its results are kept instead, as the log names them."""
        if self.results:
            return []
        listed = items(self._value("externalPropertyFileReferences"), "results")
        return [text(each, "location", "uri") or text(each, "guid") or "another file" for each in listed]

    @property
    def succeeded(self) -> bool:
        """Whether no invocation says that it broke off."""
        said = items(self._value("invocations"))
        return all(dig(each, "executionSuccessful") is not False for each in said)

    @property
    def scope(self) -> str:
        """What it scanned: an image, or a repository and the category of the analysis; empty unsaid."""
        if image := text(self.properties, "imageName"):
            return untagged(image)
        versions = items(self._value("versionControlProvenance"))
        place = next((repository(text(each, "repositoryUri")) for each in versions), "")
        category = text(self._value("automationDetails"), "id").rpartition("/")[0]
        return " ".join(unique([place, category]))

    @property
    def branch(self) -> str:
        """The branch that was scanned; empty unsaid."""
        versions = items(self._value("versionControlProvenance"))
        return next((said for each in versions if (said := branch(text(each, "branch")))), "")

    @property
    def covered(self) -> frozenset[str] | None:
        """The ids of every check that ran; None where it lists only those that found something."""
        listed = {rule.id for rule in self.rules.values() if rule.enabled}
        silent = set(listed)
        for raw in self.results:
            if not silent:
                return None
            silent.discard(self._id_of(raw))
        return frozenset(listed) if silent else None

    def context(self, scanned_at: str) -> bytes:
        """A hash of all that its results are read beside, but for the day of the scan."""
        date = bool(self.date) if self.date == scanned_at else self.date
        image = "imageName" in self.properties
        said = (self.driver, self.kind, self.listed, self.messages, self.taxonomies, self.bases, image, date)
        hashed = blake2b(msgspec.msgpack.encode(said), digest_size=16)
        for raw in (*self._artifacts, *self._logical):
            hashed.update(raw)
        return hashed.digest()

    def rule(self, result: Result | Placed) -> Rule:
        """The check of a result, by its id before its number, which some tools count wrongly."""
        named = plain(result.rule_id) or (plain(result.rule.id) if result.rule else "")
        if not named:
            return self._numbered(result) or Rule(id="")
        found = self.rules.get(named) or self.rules.get(named.rpartition("/")[0])
        if found is None:
            found = self._bare.setdefault(named, rule_of({"id": named}, self.taxonomies))
        return found

    def artifact(self, place: Any) -> dict[str, Any]:
        """The artifact's location at a place in the run's list; empty for none."""
        return member(self._at(self._artifacts, place), "location")

    def logical(self, place: Any) -> dict[str, Any]:
        """The logical location at a place in the run's list; empty for none."""
        return self._at(self._logical, place)

    def _numbered(self, result: Result | Placed) -> Rule | None:
        place, at = result.rule_index, 0
        if result.rule is not None:
            place = result.rule.index if place is None else place
            component = result.rule.tool_component
            at = component.index + 1 if component and isinstance(component.index, int) else 0
        rules = self.listed[at] if 0 <= at < len(self.listed) else []
        return rules[place] if isinstance(place, int) and 0 <= place < len(rules) else None

    def _id_of(self, raw: msgspec.Raw) -> str:
        try:
            return self.rule(PLACES.decode(raw)).id
        except ValueError:
            # A broken record is told of where it is read.
            return ""

    def _rules(self, component: dict[str, msgspec.Raw]) -> list[Rule]:
        raws = self.content.items_of(component["rules"]) if "rules" in component else []
        decoded = (dict(msgspec.json.decode(raw, type=Said)) for raw in raws)
        return [rule_of(said, self.taxonomies) for said in decoded]

    def _date(self) -> str:
        ended = [
            instant(text(each, "endTimeUtc") or text(each, "startTimeUtc"))
            for each in items(self._value("invocations"))
        ]
        return next((date for date in reversed(ended) if date), "")

    def _at(self, raws: list[msgspec.Raw], place: Any) -> dict[str, Any]:
        known = isinstance(place, int) and 0 <= place < len(raws)
        return member(self.content.value(raws[place])) if known else {}

    def _raw(self, name: str) -> msgspec.Raw:
        return self.members.get(name, msgspec.Raw(b"null"))

    def _raws(self, name: str) -> list[msgspec.Raw]:
        return self.content.items_of(self._raw(name))

    def _value(self, name: str) -> Any:
        return self.content.value(self._raw(name))


def runs_of(content: Content) -> Iterator[Run]:
    """The runs of a log, in order."""
    for members in content.objects_of(content.members.get("runs", msgspec.Raw(b"null"))):
        yield Run(content, members)


def _plain(content: Content, members: dict[str, msgspec.Raw], name: str) -> str:
    return text(content.value(members[name])) if name in members else ""


def _kind_of(driver: str) -> str:
    said = driver.lower().replace(" ", "_")
    return next(
        (kind for kind, words in _KINDS.items() if any(word in said for word in words.split())), "code"
    )
