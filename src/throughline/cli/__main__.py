"""`python -m throughline.cli`, for where the script is not on the path."""

from throughline.cli import main

main(prog_name="throughline")
