"""Numbers and dates beyond all measure are answered, never a failure of ours."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.sources.test_importing import imported

from throughline.vulnerabilities.models import Vulnerability

NINES = "9" * 5000


@pytest.mark.parametrize("until", ["9999-12-31", "2201-01-01"])
def test_a_risk_is_not_accepted_for_ever_by_a_date(organisation, browser_of, until):
    imported("id,title\nA,one\n")
    record = Vulnerability.objects.get()
    form = {"state": "accepted", "reason": "isolated", "until": until}
    answer = browser_of(organisation.max).post(f"/vulnerabilities/{record.pk}/triage/", form)
    assert "by the year 2200" in answer.content.decode()
    record.refresh_from_db()
    assert record.accepted_until is None


@pytest.mark.parametrize("number", [NINES, "9" * 18, "²"])
def test_a_file_cannot_replace_one_of_an_impossible_number(
    organisation, browser_of, settings, tmp_path, number
):
    settings.HOME = tmp_path
    given = {"file": SimpleUploadedFile("a.csv", b"id,title\nA,one\n"), "instead_of": number}
    assert browser_of(organisation.max).post("/imports/new", given).status_code in {302, 404}


@pytest.mark.parametrize("address", ["/imports/?page=", "/audit/?before=", "/imports/", "/people/"])
@pytest.mark.parametrize("number", [NINES, "²", "9" * 19])
def test_a_number_in_an_address_may_be_anything(organisation, browser_of, address, number):
    assert browser_of(organisation.ada).get(f"{address}{number}", follow=True).status_code in {200, 404}
