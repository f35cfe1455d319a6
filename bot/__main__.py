"""`python -m bot` is the command line `linli`."""

from bot.cli import main

main()
