"""The peers: other ways to send one message to many, each a process of its own.

`python -m tests.benchmarks.peers.<name> <address> <messages> <a second>`. Each does as its
documentation says, with the settings that suit it best here, and honours what Telegram answers. A
message that it gives up is written to its output. None of them keeps a record of what was sent.
"""
