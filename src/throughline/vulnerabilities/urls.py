"""Addresses of vulnerabilities."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.vulnerabilities import bulk_pages, pages, record, rule_pages

urlpatterns: list[URLPattern] = [
    path("vulnerabilities/", pages.vulnerabilities, name="vulnerabilities"),
    path("vulnerabilities.csv", pages.vulnerabilities_csv, name="vulnerabilities-csv"),
    path("vulnerabilities.json", pages.vulnerabilities_json, name="vulnerabilities-json"),
    path("vulnerabilities/originals/", bulk_pages.originals_of, name="vulnerabilities-originals"),
    path("vulnerabilities/triage/", bulk_pages.triage_many, name="vulnerabilities-triage"),
    path("vulnerabilities/undo/", bulk_pages.undo_many, name="vulnerabilities-undo"),
    path("vulnerabilities/<int:id>/", record.vulnerability, name="vulnerability"),
    path("vulnerabilities/<int:id>.json", record.vulnerability_json, name="vulnerability-json"),
    path("vulnerabilities/<int:id>/triage/", record.triage, name="vulnerability-triage"),
    path("triage-rules/", rule_pages.triage_rules, name="triage-rules"),
    path("triage-rules.json", rule_pages.triage_rules_json, name="triage-rules-json"),
    path("triage-rules/new", rule_pages.new, name="triage-rule-new"),
    path("triage-rules/tried", rule_pages.tried, name="triage-rule-tried"),
    path("triage-rules/<int:id>/", rule_pages.triage_rule, name="triage-rule"),
    path("triage-rules/<int:id>/switch/", rule_pages.switch, name="triage-rule-switch"),
    path("vulnerabilities/<int:id>/undo/", record.undo, name="vulnerability-undo"),
]
