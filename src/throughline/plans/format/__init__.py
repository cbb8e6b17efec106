"""The plan as a document: read with its places, checked and written, without Django or a database."""
