"""The columnar copy of the record: derived from it, followed by change sequence, provable, disposable."""
