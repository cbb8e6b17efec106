"""The fields that a column can fill: how its cells are read, and what its header is usually called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Reads = Literal[
    "key",
    "text",
    "date",
    "severity",
    "state",
    "cwe",
    "cvss",
    "kind",
    "names",
    "ids",
    "whole",
    "money",
    "basis",
]


@dataclass(frozen=True, slots=True)
class Target:
    """One field of the record as an import fills it.

    `name` is its name in the record, `short` what people call it (`--map introduced=…`), `usual` the headers
    that mean it, the surest first, in lower case without marks.
    """

    name: str
    short: str
    reads: Reads
    usual: tuple[str, ...]
    longest: int = 240

    @property
    def own(self) -> tuple[str, str]:
        """The headers that are the field's own names."""
        return plain(self.name), plain(self.short)

    @property
    def titled(self) -> str:
        """How a page names it."""
        return self.short.replace("_", " ")


def plain(header: str) -> str:
    """A header without case, blanks and marks.

    >>> plain("Issue-ID "), plain("discoveredAt")
    ('issueid', 'discoveredat')
    """
    return re.sub(r"[\W_]+", "", header).casefold()


def _target(name: str, reads: Reads, usual: str, *, short: str = "", longest: int = 240) -> Target:
    short = short or name
    spellings = dict.fromkeys([plain(name), plain(short), *usual.split()])
    return Target(name, short, reads, tuple(spellings), longest)


_DATES = {
    "introduced_at": "introducedon introduceddate introductiondate dateintroduced introducedtime",
    "identified_at": "identifiedon identifieddate dateidentified discoveredat discovered discoveredon "
    "discoverydate datediscovered foundat found foundon founddate datefound detectedat detected detectedon "
    "detectiondate firstseen firstseenat firstdetected firstfound reportedat reported reportedon reportdate "
    "datereported submittedat submitted submittedon firstdiscovered "
    "opened openedat openedon opendate dateopened created createdat createdon creationdate "
    "datecreated date timestamp",
    "triaged_at": "triagedon triagedate datetriaged confirmedat confirmedon dateconfirmed verifiedat",
    "accepted_at": "acceptedon acceptancedate riskacceptedat dateaccepted",
    "accepted_until": "acceptedto acceptanceexpires acceptanceexpiry riskaccepteduntil expirationdate",
    "mitigated_at": "mitigatedon mitigationdate datemitigated remediatedat remediated remediatedon "
    "remediationdate dateremediated fixedat fixed fixedon fixdate fixeddate datefixed resolvedat resolved "
    "resolvedon resolutiondate resolveddate dateresolved closedat closed closedon closedate closeddate "
    "dateclosed patchedat patched patcheddate completedat completeddate",
}

TARGETS: tuple[Target, ...] = (
    _target(
        "key",
        "key",
        "vulnerabilityid vulnid findingid issueid issuekey alertid defectid bugid reportid ticketid "
        "uid uuid guid identifier externalid reference ref number no",
        short="id",
    ),
    _target(
        "title",
        "text",
        "name summary issue finding vulnerability vulnerabilityname headline shortdescription "
        "issuetitle findingname problem pluginname checktitle rulename",
        longest=500,
    ),
    _target(
        "severity",
        "severity",
        "risk risklevel riskrating criticality sev severitylevel issueseverity "
        "severityrating rating threat threatlevel impactlevel priority",
    ),
    _target("cwe", "cwe", "cweid cwes weakness cwenumber"),
    _target(
        "cvss_score",
        "cvss",
        "cvss cvssscore cvssbase cvssbasescore basescore cvss3 cvss3score cvssv3 "
        "cvssv3score cvss31 cvss3base cvssv3basescore cvss4 cvssv4 cvss2 cvssv2",
        short="cvss",
    ),
    _target("cvss_vector", "cvss", "vector cvssv3vector cvss3vector vectorstring cvssv4vector", longest=200),
    _target(
        "vulnerability_ids",
        "ids",
        "cve cves cveid cveids ids vulnerabilityids vulnids ghsa osv aliases advisory advisoryid",
        longest=2000,
    ),
    _target(
        "component",
        "text",
        "package packagename dependency library module artifact componentname pkg product subsystem",
    ),
    _target(
        "component_version",
        "text",
        "packageversion installedversion dependencyversion currentversion affectedversion",
        short="version",
        longest=120,
    ),
    _target("file", "text", "filename filepath path location sourcefile", longest=500),
    _target("line", "whole", "linenumber lineno startline"),
    _target(
        "endpoint", "text", "host hostname target affectedurl asset ip ipaddress requesturl", longest=500
    ),
    _target(
        "service",
        "text",
        "application app project system repository repo applicationname servicename projectname reponame",
        longest=160,
    ),
    _target(
        "team",
        "text",
        "owner squad owningteam ownerteam teamname assignedteam responsibleteam department group",
        longest=120,
    ),
    _target("environment", "text", "env stage", longest=60),
    _target("tags", "names", "labels tag label", longest=2000),
    _target(
        "source",
        "text",
        "foundby tool scanner discoveredby detectedby reportedby sourcetool origin channel",
        longest=120,
    ),
    _target("kind", "kind", "type category findingtype vulnerabilitytype issuetype scantype"),
    _target(
        "state",
        "state",
        "triagestate triage status triagestatus resolution disposition findingstate "
        "issuestatus vulnerabilitystatus",
    ),
    _target(
        "state_reason",
        "text",
        "reason statereason dismissalreason justification acceptancereason",
        longest=500,
    ),
    *(_target(name, "date", usual, short=name.removesuffix("_at")) for name, usual in _DATES.items()),
    _target("introduced_basis", "basis", "introducedmethod introductionbasis"),
    _target(
        "ticket_url",
        "text",
        "ticketurl url link issueurl ticket jira jiraurl permalink reporturl href weburl",
        longest=500,
    ),
    _target("award", "money", "bounty bountyamount awardamount reward payout"),
    _target("award_currency", "text", "currency bountycurrency", longest=3),
)

BY_NAME = MappingProxyType(
    {spelling: target for target in TARGETS for spelling in (target.name, target.short)}
)
AWARD_IN = re.compile(r"(?:award|bounty|reward|payout)[ _-]?(usd|eur|gbp|chf|jpy|aud|cad|inr)", re.IGNORECASE)
DATE_BASES = MappingProxyType(
    {f"{date}_at": f"{date}_basis" for date in ("introduced", "identified", "triaged", "mitigated")}
)
