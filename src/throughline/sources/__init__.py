"""Getting findings in: formats, mappings, imports."""
