"""Two scanners see one vulnerability: one record, known since the first, gone with the last."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from throughline.sources.actions import import_file
from throughline.sources.models import Finding
from throughline.sources.scans.proof import differences
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.models import Vulnerability

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def every_row_follows_from_its_history():
    yield
    assert list(bulk.unlike_their_history()) == []
    assert list(differences()) == []


def when(day):
    return f"{DAY + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"


def trivy(*ids, day=0, image="shop/api:1"):
    found = [
        {"VulnerabilityID": id, "PkgName": "lodash", "InstalledVersion": "4.17.4", "Severity": "HIGH"}
        for id in ids
    ]
    target = {
        "Target": "app/package-lock.json",
        "Class": "lang-pkgs",
        "Type": "npm",
        "Vulnerabilities": found,
    }
    head = {
        "SchemaVersion": 2,
        "CreatedAt": when(day),
        "ArtifactName": image,
        "ArtifactType": "container_image",
    }
    return {**head, "Results": [target]}


def grype(*ids, day=0, image="shop/api:2"):
    found = [
        {
            "vulnerability": {"id": f"GHSA-35jh-r3h4-6jh{id[-1]}", "severity": "High"},
            "relatedVulnerabilities": [{"id": id}],
            "artifact": {
                "name": "lodash",
                "version": "4.17.4",
                "type": "npm",
                "locations": [{"path": "/app/package-lock.json"}],
            },
        }
        for id in ids
    ]
    source = {"type": "image", "target": {"userInput": image}}
    return {"matches": found, "source": source, "descriptor": {"name": "grype", "timestamp": when(day)}}


def put_in(document, *, day=0, **wish):
    result = import_file(
        io.BytesIO(json.dumps(document).encode()),
        name="report.json",
        wish=Wish(**{"full": True, **wish}),
        actor="tests",
        now=DAY + timedelta(days=day),
    )
    return {name: count for name, count in result.counts.items() if count and name != "read"}


def test_what_a_second_scanner_sees_of_the_same_image_is_the_same_vulnerability():
    assert put_in(trivy("CVE-2021-23337")) == {"created": 1}
    assert put_in(grype("CVE-2021-23337", day=3), day=3) == {"linked": 1}
    found = Vulnerability.objects.get()
    assert (found.identified_at, Finding.objects.filter(vulnerability=found).count()) == (DAY, 2)


def test_the_earlier_of_two_discoveries_wins_whichever_came_in_first():
    put_in(grype("CVE-2021-23337", day=3), day=3)
    put_in(trivy("CVE-2021-23337", day=0), day=4)
    assert Vulnerability.objects.get().identified_at == DAY


def test_it_is_open_until_both_let_go():
    put_in(trivy("CVE-2021-23337"))
    put_in(grype("CVE-2021-23337", day=1), day=1)
    for day in (2, 3):
        put_in(trivy(day=day), day=day)
    assert Vulnerability.objects.get().mitigated_at is None
    for day in (4, 5):
        put_in(grype(day=day), day=day)
    found = Vulnerability.objects.get()
    assert (found.mitigated_at, found.mitigated_basis) == (DAY + timedelta(days=4), "presumed")


def test_another_image_or_another_service_is_another_vulnerability():
    put_in(trivy("CVE-2021-23337"))
    assert put_in(grype("CVE-2021-23337", image="shop/web:1", day=1), day=1) == {"created": 1}
    put_in(trivy("CVE-2020-8203", image="a"), day=2, service="api", source="one")
    assert put_in(grype("CVE-2020-8203", image="b"), day=2, service="web") == {"created": 1}


def test_a_service_that_both_name_links_scans_of_different_things():
    put_in(trivy("CVE-2021-23337", image="registry/shop:1"), service="shop")
    assert put_in(grype("CVE-2021-23337", image="dir:."), service="shop", day=1) == {"linked": 1}


def test_a_scanner_that_sees_it_twice_is_linked_once():
    put_in(trivy("CVE-2021-23337"))
    assert put_in(grype("CVE-2021-23337", "CVE-2021-23337", day=1), day=1) == {"linked": 1, "created": 1}


def test_an_image_whose_name_begins_as_another_ones_keeps_its_own_findings():
    put_in(trivy("CVE-2021-23337", image="registry/shop:1"))
    assert put_in(trivy("CVE-2021-23337", image="registry/shop/worker:1", day=1), day=1) == {"created": 1}
    for day in (2, 3):
        put_in(trivy(image="registry/shop:1", day=day), day=day)
    assert Vulnerability.objects.filter(mitigated_at=None).count() == 1


def test_what_another_source_knew_earlier_dates_it_though_its_report_comes_in_later():
    put_in(trivy("CVE-2021-23337", day=3), day=3)
    day = f"{DAY:%Y-%m-%d}T09:00:00Z"
    assert put_in(grype("CVE-2021-23337", image="shop/api:1"), day=4, as_of=day) == {"linked": 1}
    assert Vulnerability.objects.get().identified_at == DAY


def test_two_images_of_one_service_in_one_source_are_two():
    put_in(trivy("CVE-2021-23337", image="shop/api:1"), service="shop")
    assert put_in(trivy("CVE-2021-23337", image="shop/web:1", day=1), service="shop", day=1) == {"created": 1}
