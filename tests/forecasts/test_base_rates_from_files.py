"""Base rates counted in files that people have: KEV, EPSS and lists of breaches, by upload."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.forecasts.rooms import a_scenario

from throughline.forecasts.models import BaseRate
from throughline.forecasts.rate_files import MOST_BYTES
from throughline.forecasts.rates import updated_rates

pytestmark = pytest.mark.django_db
KEV = (
    b"cveID,vendorProject,product,dateAdded\n"
    b"CVE-2022-0001,Fortinet,FortiOS,2022-01-03\n"
    b"CVE-2022-0002,Cisco,IOS,2023-06-01\n"
    b"CVE-2024-0003,Fortinet,FortiWeb,2024-12-31\n"
)
EPSS = (
    b"#model_version:v1,score_date:2026-11-20T12:00:00Z\n"
    b"cve,epss,percentile\nCVE-2024-0001,0.1,0.9\nCVE-2024-0002,0.2,0.95\n"
)
BREACHES = (
    b"date,organisation,sector\n2023-01-01,Acme,Health\n2024-06-01,Beta,Health\n2024-12-30,Gamma,Retail\n"
)


def sent(browser, of, content: bytes, name: str = "file.csv", **given):
    address = reverse("base-rate-import", args=[of.key])
    return browser.post(address, {"file": SimpleUploadedFile(name, content), **given})


def test_the_entries_of_a_vendor_in_kev_become_events_over_the_years_of_the_catalogue(
    organisation, browser_of
):
    of = a_scenario()
    answer = sent(browser_of(organisation.mia), of, KEV, kind="kev", vendor="Fortinet")
    assert answer.status_code == 302
    rate = BaseRate.objects.get()
    assert (rate.kind, rate.events, rate.title) == ("gamma_poisson", 2, "Entries of CISA's KEV for Fortinet")
    assert rate.exposure == pytest.approx(3, abs=0.01)
    assert rate.source == "file.csv, 2022-01-03 to 2024-12-31"


def test_scores_of_cves_become_the_chance_that_one_is_exploited_in_the_period(organisation, browser_of):
    of = a_scenario()
    sent(browser_of(organisation.mia), of, EPSS, kind="epss", cves="CVE-2024-0001, CVE-2024-0002")
    [told] = updated_rates(of)
    assert told.rate.chance == pytest.approx(0.28)
    assert told.chance.value == pytest.approx(1 - 0.72 ** (365 / 4 / 30))
    assert told.counted == "28 % for at least one of 2 CVEs in 30 days"
    assert told.said.endswith(" in a quarter")


def test_breaches_of_a_sector_are_those_of_one_organisation_where_it_is_said_how_many_there_are(
    organisation, browser_of
):
    of, mia = a_scenario(), browser_of(organisation.mia)
    sent(mia, of, BREACHES, kind="breaches", sector="Health")
    sent(mia, of, BREACHES, kind="breaches", sector="Health", organisations="400")
    all_of_them, one = BaseRate.objects.order_by("id")
    assert (all_of_them.events, one.events) == (2, 2)
    assert one.exposure == pytest.approx(400 * all_of_them.exposure)
    assert one.title == "Breaches in Health, of one among 400 organisations"


@pytest.mark.parametrize(
    ("content", "given", "said"),
    [
        (b"a,b\n1,2\n", {"kind": "kev"}, "cveID"),
        (KEV, {"kind": "kev", "vendor": "Fortinette"}, "Fortinet"),
        (EPSS, {"kind": "epss"}, "names no CVE"),
        (EPSS, {"kind": "epss", "cves": "CVE-1999-9999"}, "not the CVE asked for"),
        (BREACHES, {"kind": "breaches", "organisations": "many"}, "such as 400"),
        (BREACHES.replace(b"2024-06-01", b"June"), {"kind": "breaches"}, "file.csv:3, column"),
        (b"", {"kind": "kev"}, "empty"),
        (b"x" * (MOST_BYTES + 1), {"kind": "kev"}, "more than 20 MB"),
        (KEV, {"kind": "tea leaves"}, "tea leaves"),
    ],
    ids=range(9),
)
def test_what_cannot_be_counted_is_said_with_its_place_and_nothing_is_kept(
    content, given, said, organisation, browser_of
):
    answer = sent(browser_of(organisation.mia), a_scenario(), content, **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not BaseRate.objects.exists()
