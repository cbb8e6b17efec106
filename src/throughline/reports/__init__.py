"""The quarter told to those who pay for it: one page, and the whole document behind it."""
