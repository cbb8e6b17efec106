"""The recipe: which fields a Jira lacks for a vulnerability, and the same made once."""

from __future__ import annotations

import pytest
from tests.connectors.fakes.jira import JiraSite
from tests.connectors.fakes.tool import Answered
from tests.connectors.test_jira import connected
from tests.organisation import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["cloud", "data center"])
def site(request) -> JiraSite:
    # It has some of them: a severity, a CWE, who found it, when it was introduced.
    return JiraSite(now=NOW, is_cloud=request.param)


def followed(connector, waiting, *, apply: bool) -> dict[str, tuple[str, bool]]:
    from throughline.connectors import recipes

    found = recipes.followed("test", connector, apply=apply, now=NOW, clock=waiting.clock)
    return {each.name: (each.lacks, each.is_made) for each in found}


def test_what_lacks_is_told_first_then_made_once(site, jira, waiting):
    from throughline.audit.models import Entry

    connector, before = connected(jira, site), dict(site.fields)
    told = followed(connector, waiting, apply=False)
    assert told["CWE"] == ("", False)
    assert told["CVSS score"] == ("a field of the type float", False)
    assert site.fields == before
    made = followed(connector, waiting, apply=True)
    assert {name for name, (_, is_made) in made.items() if is_made} == {
        "CVSS score", "CVSS vector", "CVE", "Identified", "Mitigated",
    }  # fmt: skip
    assert len(site.fields) == len(before) + 5
    assert sorted(site.shown) == sorted(set(site.fields) - set(before))
    after = followed(connector, waiting, apply=True)
    assert not any(lacks for lacks, _ in after.values())
    assert len(site.fields) == len(before) + 5
    assert Entry.objects.filter(action="connector recipe applied").count() == 1


def test_severity_offers_its_choices_where_the_tool_lets_them_be_made(site, jira, waiting):
    del site.fields["customfield_10010"]
    connector = connected(jira, site)
    followed(connector, waiting, apply=True)
    (id,) = [id for id, name in site.fields.items() if name == "Severity"]
    assert site.forms[id]["custom"].endswith(":select" if site.is_cloud else ":textfield")
    assert site.options[id] == (["Critical", "High", "Medium", "Low", "Info"] if site.is_cloud else [])
    # It broke off before they were made, and goes on there.
    site.options[id].clear()
    told = followed(connector, waiting, apply=True)["Severity"]
    assert told == (("its choices", True) if site.is_cloud else ("", False))
    assert len(site.options[id]) == (5 if site.is_cloud else 0)


def test_an_account_that_may_not_is_told_which_right_it_lacks(site, jira, waiting):
    from throughline.engine.refusals import Refused

    site.is_administrator = False
    with pytest.raises(Refused, match="the right to administer Jira while it is applied"):
        followed(connected(jira, site), waiting, apply=True)


@pytest.mark.parametrize("site", [True], ids=["cloud"], indirect=True)
def test_an_answer_of_another_shape_is_refused_and_says_no_secret(site, jira, waiting):
    from throughline.engine.refusals import Refused

    connector = connected(jira, site)
    jira.next = [Answered([{"id": "customfield_1", "name": "Severity", "schema": "select"}])]
    with pytest.raises(Refused, match="in another shape than its API describes"):
        followed(connector, waiting, apply=False)
    jira.next = [Answered({"message": "unknown token good-token"}, 401)]
    with pytest.raises(Refused, match="unknown token ••••"):
        followed(connector, waiting, apply=False)


def test_a_kind_without_one_says_so(waiting):
    from throughline.connectors.models import Connector
    from throughline.engine.refusals import Refused

    with pytest.raises(Refused, match="no recipe for the kind 'tenable'"):
        followed(Connector(name="t", kind="tenable"), waiting, apply=False)
