"""`python -m lurewatch` is the command `lurewatch`."""

from lurewatch.cli import main

main()
