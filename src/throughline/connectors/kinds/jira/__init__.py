"""Jira, Cloud and Data Center: issues with their changelogs, as records with their open spells."""

from throughline.connectors.kinds.jira.tool import kind

__all__ = ["kind"]
