"""The metric language: text to tokens to a tree, the tree checked against the fields, and written again."""
