"""`python -m bot`, and the command line `linli`."""

import signal


def main() -> None:
    """Run the command line. While what it is made of is imported there is nothing to clear away:
    Ctrl-C ends the process at once and without a word, as others expect."""
    pythons = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if pythons:  # else a script has it ignored, say
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.cli import main as run

    if pythons:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
