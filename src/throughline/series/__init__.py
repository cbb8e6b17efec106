"""Figures that come from elsewhere: dated values pushed, imported or entered by hand."""
