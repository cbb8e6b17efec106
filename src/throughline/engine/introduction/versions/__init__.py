"""Versions as each ecosystem orders them, and whether an advisory's ranges hold one."""
