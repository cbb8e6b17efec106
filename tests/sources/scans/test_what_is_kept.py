"""What a report may leave behind: nothing of a secret, nothing without end, and no date to come."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from throughline.sources.actions import import_file
from throughline.sources.formats.reports import LONGEST_ATTRIBUTE, MOST_TAGS
from throughline.sources.models import Finding
from throughline.sources.scans.same import HASH, UNKNOWN
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Vulnerability

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
SECRET = "correct-horse-battery-staple"


def bring(document, *, week=0):
    at = MONDAY + timedelta(weeks=week)
    content = io.BytesIO(json.dumps(document).encode())
    return import_file(content, name="report.json", wish=Wish(full=True), actor="tests", now=at).counts


def trivy(secret):
    found = {"RuleID": "key", "Title": "Key", "Severity": "HIGH", "StartLine": 1, "Match": secret}
    target = {"Target": "app.py", "Class": "secret", "Secrets": [found]}
    return {"SchemaVersion": 2, "ArtifactName": "shop", "ArtifactType": "repository", "Results": [target]}


def sarif(secret, *, tags=()):
    rule = {"id": "creds", "shortDescription": {"text": "Credential"}, "properties": {"tags": list(tags)}}
    region = {"startLine": 1, "snippet": {"text": f"password = '{secret}'"}}
    place = {"physicalLocation": {"artifactLocation": {"uri": "app.py"}, "region": region}}
    result = {"ruleId": "creds", "message": {"text": f"Found '{secret}'"}, "locations": [place]}
    run = {"tool": {"driver": {"name": "Some tool", "rules": [rule]}}, "results": [result]}
    return {"version": "2.1.0", "runs": [run]}


@pytest.mark.parametrize("document", [trivy(SECRET), sarif(SECRET, tags=["external/cwe/cwe-798"])])
def test_of_the_record_of_a_secret_no_hash_is_kept(document):
    bring(document)
    assert bytes(Finding.objects.get().said)[HASH:] == UNKNOWN
    assert bring(document, week=1)["unchanged"] == 1


def bandit(password):
    result = {
        "test_id": "B105",
        "filename": "app.py",
        "line_number": 3,
        "code": f"3 password = '{password}'\n",
        "issue_severity": "LOW",
        "issue_text": f"Possible hardcoded password: '{password}'",
    }
    return {"generated_at": f"{MONDAY:%Y-%m-%dT%H:%M:%SZ}", "metrics": {}, "errors": [], "results": [result]}


@pytest.mark.parametrize(("one", "other"), [("correct-horse-1", "correct-house-2"), ("abc", "abd")])
def test_a_key_does_not_tell_a_password_in_the_flagged_line(one, other):
    bring(bandit(one))
    first = bytes(Finding.objects.get().keys)
    bring(bandit(other), week=1)
    assert bytes(Finding.objects.get().keys) == first


def test_lists_and_attributes_of_a_finding_have_an_end():
    leak = {"RuleID": "key", "Secret": SECRET, "File": "app.py", "StartLine": 1, "Author": "a" * 1_000_000}
    bring([{**leak, "Tags": [f"tag {number}" for number in range(10_000)]}])
    found = Vulnerability.objects.get()
    assert (len(found.tags), len(found.attributes["author"])) == (MOST_TAGS, LONGEST_ATTRIBUTE)


def test_no_finding_is_known_or_repaired_in_days_to_come():
    alert = {
        "number": 1,
        "state": "fixed",
        "created_at": "2150-01-01T00:00:00Z",
        "fixed_at": "2160-01-01T00:00:00Z",
        "dependency": {"package": {"name": "shop", "ecosystem": "npm"}, "manifest_path": "package.json"},
        "security_advisory": {"ghsa_id": "GHSA-aaaa-bbbb-cccc", "summary": "Weak", "severity": "high"},
        "security_vulnerability": {"package": {"name": "shop", "ecosystem": "npm"}, "severity": "high"},
    }
    bring([alert])
    found = Vulnerability.objects.get()
    assert (found.identified_at, found.mitigated_at) == (MONDAY, MONDAY)
