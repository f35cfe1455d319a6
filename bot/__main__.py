"""`python -m bot`, and the command line `linli`."""

import signal


def main() -> None:
    """Run the command line. While what it is made of is imported there is nothing to clear away:
    Ctrl-C ends the process at once and without a word, as others expect."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # a script may have it ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.cli import main as run

    signal.signal(signal.SIGINT, before)
    run()


if __name__ == "__main__":
    main()
