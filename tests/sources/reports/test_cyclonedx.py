"""CycloneDX's bills of materials, with vulnerabilities and VEX."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import pytest
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

# The same reference twice is one id.
EXPLAINED = {"cyclonedx/valid-vulnerability-1.4.xml": ["vuln_ids"]}
LODASH = {
    "type": "library",
    "bom-ref": "l",
    "name": "lodash",
    "version": "4.17.4",
    "purl": "pkg:npm/lodash@4.17.4",
}


def bill(*vulnerabilities, components=(LODASH,), **said):
    base = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": list(components)}
    return base | {"vulnerabilities": list(vulnerabilities)} | said


def vulnerability(**said):
    return {"id": "CVE-2019-10744", "affects": [{"ref": "l"}]} | said


def findings(said):
    return findings_of(json.dumps(said).encode())


def report_of(said):
    return registry.reports()["cyclonedx"].read(Content(BytesIO(json.dumps(said).encode()), name="report"))


def xml(inside, version="1.4"):
    return f'<bom xmlns="http://cyclonedx.org/schema/bom/{version}" version="1">{inside}</bom>'.encode()


def keys(found):
    return Counter(tuple(each.keys()) for each in found)


def reworded(content: bytes) -> bytes:
    """The XML after a scan that rates and describes otherwise."""
    changed = content.replace(b"<severity>critical</severity>", b"<severity>low</severity>")
    changed = changed.replace(b"<v:severity>Critical</v:severity>", b"<v:severity>Low</v:severity>")
    return changed.replace(b"FasterXML jackson-databind before", b"Reworded: jackson-databind before")


@pytest.mark.parametrize("name", named("cyclonedx"))
def test_real_bills_are_read_as_expected_but_for_what_is_explained(name):
    found = [each.partition(":")[0] for each in differences(name, findings_of(name))]
    assert found == EXPLAINED.get(name, [])


@pytest.mark.parametrize("name", named("cyclonedx"))
def test_a_bill_is_recognised(name):
    assert registry.detected(content_of(name)).name == "cyclonedx"


@pytest.mark.parametrize("name", named("cyclonedx"))
def test_findings_are_known_again_after_other_ratings_and_words(name):
    content = (SCANS / name).read_bytes()
    changed = reworded(content) if name.endswith("xml") else shaken(content)
    assert keys(findings_of(content)) == keys(findings_of(changed))


def test_a_bill_without_vulnerabilities_found_nothing():
    plain = bill() | {"vulnerabilities": None}
    assert findings(plain) == []
    assert findings_of(xml("<components/>", "1.0")) == []


@pytest.mark.parametrize(
    ("analysis", "state", "reason"),
    [
        ({"state": "exploitable"}, "confirmed", ""),
        ({"state": "exploitable", "response": ["will_not_fix"]}, "accepted", "will not be fixed"),
        ({"state": "in_triage"}, "potential", ""),
        ({"state": "false_positive", "detail": "another lodash"}, "false positive", "another lodash"),
        (
            {"state": "not_affected", "justification": "code_not_reachable"},
            "false positive",
            "code not reachable",
        ),
        (None, "", ""),
    ],
)
def test_the_analysis_is_the_state(analysis, state, reason):
    [found] = findings(bill(vulnerability(analysis=analysis)))
    assert (found.state, found.state_reason) == (state, reason)


def test_what_is_resolved_is_mitigated_when_that_was_said():
    said = {"state": "resolved", "lastUpdated": "2024-03-01T00:00:00Z"}
    [found] = findings(bill(vulnerability(analysis=said)))
    assert (found.state, found.mitigated) == ("", "2024-03-01T00:00:00Z")
    [found] = findings(
        bill(vulnerability(analysis={"state": "resolved"}), metadata={"timestamp": "2024-04-01"})
    )
    assert found.mitigated == "2024-04-01T00:00:00Z"


def test_one_vulnerability_in_two_components_is_two_findings_also_in_nested_ones():
    nested = {
        "name": "app",
        "bom-ref": "a",
        "components": [{"group": "@babel", "name": "core", "bom-ref": "c"}],
    }
    found = findings(bill(vulnerability(affects=[{"ref": "l"}, {"ref": "c"}]), components=[LODASH, nested]))
    assert [(each.component, each.version) for each in found] == [("lodash", "4.17.4"), ("@babel/core", "")]


@pytest.mark.parametrize(
    "ref",
    [
        "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#l",
        "pkg:npm/lodash@4.17.4",
        "pkg:npm/lodash@4.17.4?x=y",
    ],
)
def test_a_component_is_found_by_a_link_into_a_bill_and_by_its_purl(ref):
    [found] = findings(bill(vulnerability(affects=[{"ref": ref}])))
    assert (found.component, found.version) == ("lodash", "4.17.4")


def test_a_reference_that_leads_nowhere_leaves_the_vulnerability():
    [found] = findings_of("cyclonedx/no-severity.json")
    assert (found.component, found.rule, found.severity) == ("", "CVE-2021-44228", 4)


def test_the_newest_cvss_of_the_own_source_rates():
    ratings = [
        {"source": {"name": "nvd"}, "method": "CVSSv2", "score": 5.0, "severity": "medium"},
        {
            "source": {"name": "nvd"},
            "method": "CVSSv31",
            "score": 9.8,
            "severity": "critical",
            "vector": "AV:N/AC:L",
        },
        {"source": {"name": "ghsa"}, "method": "CVSSv31", "score": 7.5, "severity": "high"},
        {"method": "OWASP", "severity": "low", "vector": "OWASP/K9"},
    ]
    [found] = findings(bill(vulnerability(ratings=ratings, source={"name": "GHSA"})))
    assert (found.severity, found.cvss_score, found.attributes["rated_by"]) == (3, 7.5, "ghsa")
    [found] = findings(bill(vulnerability(ratings=ratings)))
    assert (found.severity, found.cvss_vector) == (4, "CVSS:3.1/AV:N/AC:L")


def test_a_method_of_another_kind_gives_its_word_and_no_cvss():
    [found] = findings(bill(vulnerability(ratings=[{"method": "OWASP", "severity": "low", "score": 3}])))
    assert (found.severity, found.cvss_score) == (1, None)


def test_fixed_versions_are_those_that_are_listed_as_unaffected_or_recommended():
    versions = [{"version": "4.17.4", "status": "affected"}, {"version": "4.17.12", "status": "unaffected"}]
    [found] = findings(bill(vulnerability(affects=[{"ref": "l", "versions": versions}])))
    assert (found.fixed_version, found.state) == ("4.17.12", "")
    [found] = findings(
        bill(vulnerability(recommendation="Upgrade lodash to version 4.17.12, 4.18.0 or higher."))
    )
    assert found.fixed_version == "4.17.12, 4.18.0"


def test_a_component_whose_own_version_is_unaffected_is_a_false_positive():
    versions = [{"version": "4.17.4", "status": "unaffected"}]
    [found] = findings(bill(vulnerability(affects=[{"ref": "l", "versions": versions}])))
    assert found.state == "false positive"


def test_the_scope_is_the_root_component_without_a_tag_and_its_packages_are_of_a_container():
    metadata = {
        "timestamp": "2024-04-01T00:00:00Z",
        "tools": {"components": [{"name": "trivy"}]},
        "component": {"type": "container", "name": "registry:5000/shop/api:1.2"},
    }
    said = bill(vulnerability(), metadata=metadata)
    report, [found] = report_of(said), findings(said)
    assert (report.tool, report.scope) == ("Trivy", "registry:5000/shop/api")
    assert (found.kind, found.identified) == ("container", "2024-04-01T00:00:00Z")


def test_an_upgrade_of_the_component_keeps_the_package_key():
    newer = LODASH | {"version": "4.17.5", "purl": "pkg:npm/lodash@4.17.5"}
    [old], [new] = findings(bill(vulnerability())), findings(bill(vulnerability(), components=[newer]))
    assert old.keys()[-1] == new.keys()[-1]
    assert old.keys()[0] != new.keys()[0]


def test_vulnerabilities_within_components_of_the_old_extension_are_read():
    content = xml(
        '<components><component type="library" bom-ref="l"><name>lodash</name><version>4.17.4</version>'
        '<v:vulnerabilities xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0">'
        '<v:vulnerability ref="l"><v:id>CVE-2019-10744</v:id><v:ratings><v:rating>'
        "<v:score><v:base>9.1</v:base></v:score><v:method>CVSSv3</v:method></v:rating></v:ratings></v:vulnerability></v:vulnerabilities>"
        "</component></components>",
        "1.3",
    )
    [found] = findings_of(content)
    assert (found.component, found.severity, found.cvss_score) == ("lodash", 4, 9.1)


def test_a_broken_vulnerability_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"vulnerability 2.*affects\[0\]"):
        findings(bill(vulnerability(), vulnerability(affects=["l"])))


def test_components_nested_without_end_are_refused():
    deep: dict = {"name": "x"}
    for _ in range(200):
        deep = {"name": "x", "components": [deep]}
    with pytest.raises(BadFile, match="nested"):
        findings(bill(components=[deep]))


@pytest.mark.parametrize(("response", "state"), [([], "accepted"), (["update"], "confirmed")])
def test_what_an_update_fixes_is_not_accepted_where_only_the_old_version_stays_as_it_is(response, state):
    analysis = {"state": "exploitable", "response": ["will_not_fix", *response]}
    [found] = findings(bill(vulnerability(analysis=analysis)))
    assert found.state == state


def test_the_tools_own_word_beside_a_bare_score_is_the_severity():
    ratings = [{"severity": "low"}, {"score": 8.2, "method": "CVSSv31"}]
    [found] = findings(bill(vulnerability(ratings=ratings)))
    assert (found.severity, found.cvss_score) == (1, 8.2)


def test_a_distributions_own_word_is_the_severity_beside_the_score_of_another():
    ratings = [
        {"source": {"name": "nvd"}, "score": 9.8, "severity": "critical", "method": "CVSSv31"},
        {"source": {"name": "debian"}, "severity": "low"},
    ]
    [found] = findings(bill(vulnerability(ratings=ratings, source={"name": "debian"})))
    assert (found.severity, found.cvss_score) == (1, 9.8)
