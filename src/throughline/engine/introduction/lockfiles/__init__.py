"""Lockfiles, read: bytes to the versions of each package that were locked.

Only what names a package and its version is read, line by line where the format allows: a history holds
hundreds of versions of a file of megabytes.
"""
