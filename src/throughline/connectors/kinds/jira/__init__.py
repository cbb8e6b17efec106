"""Jira, Cloud and Data Center: issues with their changelogs, as records with their open spells."""

from __future__ import annotations

from throughline.connectors.kinds.jira.kind import Jira

kind = Jira()
