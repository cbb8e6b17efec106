"""The REST API: what programs read and write, with the rights of the person behind their token."""
