"""The ideas: pure calculation on dataclasses and NumPy arrays; no Django, no clock, no I/O."""
