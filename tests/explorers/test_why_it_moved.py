"""Why a metric moved: the page, its files and the API say the same."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.api.programs import Program


def test_the_page_its_files_and_the_api_answer_alike(register, organisation, browser_of):
    browser = browser_of(organisation.max)
    asked = {"metric": "count()", "by": "severity", "from": "2026-01-01", "to": "2026-07-01"}
    page = browser.get("/metrics/why/", asked | {"against": "2025-07-01..2026-01-01"})
    assert page.status_code == 200, page.context["problem"]
    told = browser.get("/metrics/why.json", asked | {"against": "2025-07-01..2026-01-01"}).json()
    assert told["said"] in page.content.decode()
    lines = browser.get("/metrics/why.csv", asked).getvalue().decode().splitlines()
    assert lines[0].startswith("severity,then,n_then")
    words = urlencode(asked | {"against": "2025-07-01..2026-01-01"})
    api = Program(organisation.max).get(f"/metrics/why?{words}").json()
    assert (api["change"], api["groups"]) == (told["change"], told["groups"])
    wrong = browser.get("/metrics/why/", asked | {"by": "srvice"})
    assert wrong.status_code == 400
    assert 'aria-describedby="problem"' in wrong.content.decode()
    assert "Choose a metric" in browser.get("/metrics/why/").content.decode()
    link = browser.get("/metrics/", {"metric": "count()"}).context["why_address"]
    assert browser.get(link).status_code in (200, 400)
