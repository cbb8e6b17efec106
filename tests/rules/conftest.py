"""People and objects of the access table, made once for all addresses."""

from tests.rules.shared import browser_of, house, objects, organisation, sessions

__all__ = ["browser_of", "house", "objects", "organisation", "sessions"]
