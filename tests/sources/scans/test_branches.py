"""Scans of several branches: one that is not the default one neither closes nor opens what that has."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from tests.sources.putting_in import choose, put_in, work
from tests.sources.scans.flagged import MONDAY, Flag, report, status

from throughline.engine.refusals import Refused
from throughline.jobs.models import Job
from throughline.sources.actions import import_file
from throughline.sources.formats.content import Content
from throughline.sources.formats.registry import reports
from throughline.sources.models import Feed, Import
from throughline.sources.scans.branches import own_branch
from throughline.sources.scans.proof import differences
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Vulnerability

pytestmark = pytest.mark.django_db

SHOP = "git.example/shop"


def sarif(*files, branch="refs/heads/main", week=0):
    """A log of one repository, checked out on a branch."""
    results = [
        {
            "ruleId": "R1",
            "message": {"text": "A finding"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}}}],
        }
        for file in files
    ]
    end = f"{MONDAY + timedelta(weeks=week):%Y-%m-%dT%H:%M:%SZ}"
    place = {"repositoryUri": f"https://{SHOP}", **({"branch": branch} if branch else {})}
    run = {
        "tool": {"driver": {"name": "Checker"}},
        "versionControlProvenance": [place],
        "invocations": [{"executionSuccessful": True, "endTimeUtc": end}],
        "results": results,
    }
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def bring(*files, branch="refs/heads/main", week=0, **wish):
    content = io.BytesIO(sarif(*files, branch=branch, week=week))
    wanted, now = Wish(**{"full": True, **wish}), MONDAY + timedelta(weeks=week)
    result = import_file(content, name="a.sarif", wish=wanted, actor="tests", now=now)
    return {name: count for name, count in result.counts.items() if count and name != "read"}


def test_a_scan_of_another_branch_is_refused_with_the_ways_out():
    bring("a.py", "b.py")
    for week in (1, 2):
        with pytest.raises(Refused, match="scan of the branch 'feature/pay'") as told:
            bring("b.py", branch="refs/heads/feature/pay", week=week)
        assert f"--scope '{SHOP}@feature/pay'" in str(told.value)
        assert "--default-branch 'feature/pay'" in str(told.value)
    assert (status("a.py"), Import.objects.count()) == (("", ""), 1)


def test_a_pull_request_is_another_branch():
    bring("a.py")
    with pytest.raises(Refused, match="branch 'pull/7/merge'"):
        bring(branch="refs/pull/7/merge", week=1)


def test_a_branch_of_which_nobody_says_that_it_counts_is_asked_about():
    with pytest.raises(Refused, match="nothing says that this is the default one"):
        bring("a.py", branch="develop")
    assert not Feed.objects.exists()
    assert bring("a.py", branch="develop", default_branch="develop") == {"created": 1}
    assert bring("a.py", branch="develop", week=1) == {"unchanged": 1}
    with pytest.raises(Refused, match=r"those of Checker · git\.example/shop are of 'develop'"):
        bring("a.py", branch="main", week=2)


def test_a_default_branch_that_was_renamed_is_said_once():
    bring("a.py", branch="master")
    assert bring("a.py", branch="main", week=1, default_branch="refs/heads/main") == {"unchanged": 1}
    assert bring("a.py", branch="main", week=2) == {"unchanged": 1}


def test_the_first_scan_of_another_default_branch_is_silent_about_nothing():
    bring("a.py", "b.py", branch="master")
    content = io.BytesIO(sarif("b.py", week=1))
    wish, now = Wish(full=True, default_branch="main"), MONDAY + timedelta(weeks=1)
    result = import_file(content, name="a.sarif", wish=wish, actor="tests", now=now)
    assert (result.counts["missed"], result.document()["branch"]) == (0, "main")
    assert "were of 'master', and are of 'main' from now on" in result.notices[-1]
    assert bring("b.py", week=2) == {"missed": 1, "unchanged": 1}


def test_naming_the_same_scope_for_every_branch_closes_nothing_of_the_default_one():
    bring("a.py", "b.py", scope="shop")
    with pytest.raises(Refused, match="it would close and open findings"):
        bring("b.py", branch="feature", week=1, scope="shop")
    with pytest.raises(Refused, match="it would close and open findings"):
        bring("b.py", branch="feature", week=1, scope="shop", default_branch="main")


def test_a_branch_with_a_scope_of_its_own_is_judged_by_itself():
    bring("a.py", "b.py", service="shop")
    scope = f"{SHOP}@feature"
    assert bring("a.py", "b.py", branch="feature", week=1, scope=scope) == {"created": 2}
    for week in (2, 3):
        bring("b.py", branch="feature", week=week, scope=scope)
    found = Vulnerability.objects.filter(file="a.py").order_by("id")
    assert [each.mitigated_basis for each in found] == ["", "presumed"]
    assert bring("a.py", "b.py", week=4) == {"unchanged": 2}
    assert list(differences()) == []


def test_a_branch_takes_nothing_from_what_was_seen_before_any_scope_was_named():
    def scan(*flags, week, **wish):
        at, wanted = MONDAY + timedelta(weeks=week), Wish(full=True, **wish)
        content = io.BytesIO(report(*flags, at=at))
        return import_file(content, name="b.json", wish=wanted, actor="tests", now=at).counts

    pay, mail = Flag(), Flag(file="src/mail.py", rule="B105")
    scan(pay, mail, week=0)
    assert scan(pay, mail, week=1, scope="shop@feature")["created"] == 2
    for week in (2, 3):
        scan(mail, week=week, scope="shop@feature")
    assert Vulnerability.objects.filter(file="src/pay.py", mitigated_at=None).count() == 1


def test_branches_whose_names_nest_like_folders_stay_apart():
    assert bring("a.py", branch="feature", scope="shop@feature") == {"created": 1}
    assert bring("a.py", branch="feature/pay", week=1, scope="shop@feature/pay") == {"created": 1}


def test_a_report_that_names_no_branch_is_taken_for_what_its_scope_is_of():
    bring("a.py")
    assert bring("a.py", branch="", week=1) == {"unchanged": 1}
    assert Feed.objects.get().branch == "main"


def test_what_another_source_sees_in_a_branch_is_not_what_runs():
    def trivy(week, source, scope):
        found = {"VulnerabilityID": "CVE-2021-23337", "PkgName": "lodash", "InstalledVersion": "4.17.4"}
        target = {"Target": "package-lock.json", "Class": "lang-pkgs", "Vulnerabilities": [found]}
        head = {"SchemaVersion": 2, "ArtifactName": "shop", "ArtifactType": "filesystem"}
        content = io.BytesIO(json.dumps({**head, "Results": [target]}).encode())
        wish = Wish(full=True, source=source, scope=scope, service="shop")
        now = MONDAY + timedelta(weeks=week)
        return import_file(content, name="t.json", wish=wish, actor="tests", now=now).counts

    trivy(0, "one", "shop")
    assert trivy(1, "other", "shop@feature")["created"] == 1
    assert trivy(2, "another", "shop")["linked"] == 1


def head_of(format, document):
    content = Content(io.BytesIO(json.dumps(document).encode()), name="r.json")
    return reports()[format].report(content)


def test_trivy_names_the_branch_of_a_repository():
    metadata = {"RepoURL": f"https://{SHOP}", "Branch": "feature"}
    head = {"SchemaVersion": 2, "ArtifactName": f"https://{SHOP}", "ArtifactType": "repository"}
    assert head_of("trivy", {**head, "Metadata": metadata, "Results": []}).branch == "feature"


def alert(number, ref):
    return {
        "number": number,
        "state": "open",
        "rule": {"id": "R1"},
        "tool": {"name": "CodeQL"},
        "most_recent_instance": {"ref": ref},
        "html_url": f"https://github.com/acme/shop/security/code-scanning/{number}",
    }


@pytest.mark.parametrize(
    ("refs", "branch"),
    [(("refs/heads/main",) * 2, "main"), (("refs/heads/main", "refs/pull/7/merge"), ""), ((None,), "")],
)
def test_alerts_of_github_name_a_branch_where_all_are_of_it(refs, branch):
    alerts = [alert(number, ref) for number, ref in enumerate(refs)]
    assert head_of("github_code_scanning", alerts).branch == branch


def test_in_the_page_the_branch_is_shown_and_the_default_one_can_be_said(organisation, browser_of):
    page = browser_of(organisation.ada)
    _, address = put_in(page, sarif("a.py", branch="develop"), "a.sarif")
    seen = page.get(address).content.decode()
    assert "<dd>develop</dd>" in seen
    assert "Default branch" in seen
    choose(page, address, source="Checker", scope=SHOP, state="potential", default_branch="develop", go="1")
    work()
    assert Job.objects.get(kind="import").state == "done"
    assert Feed.objects.get().branch == "develop"


def test_in_the_page_a_refused_branch_is_told_in_the_words_of_the_page(organisation, browser_of):
    page = browser_of(organisation.ada)
    _, address = put_in(page, sarif("a.py", branch="develop"), "a.sarif")
    choose(page, address, source="Checker", scope=SHOP, state="potential", go="1")
    work()
    seen = page.get(address).content.decode()
    assert "nothing says that this is the default one" in seen
    assert "--default-branch" not in seen
    assert "--scope" not in seen


def test_a_scope_says_its_branch_behind_the_sign():
    assert [own_branch(scope) for scope in ("shop@a/b", "shop", "")] == ["a/b", "", ""]
