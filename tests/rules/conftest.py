"""People and objects of the access table, made once for all addresses."""

from tests.rules.shared import house, objects, organisation

__all__ = ["house", "objects", "organisation"]
