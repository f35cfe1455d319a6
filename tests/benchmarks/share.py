"""How much of an enforced limit is used: by the product and, in the same rounds, by the peers.

Everybody is told the limit. A share is what was accepted in the first so many seconds from the
first message, divided by what the limit lets through in that time. The product sends its push to
the end, and then server and database are compared: nothing may be lost, nothing may come twice.
The peers are stopped after a shorter time, which bounds the benchmark and changes no share.
"""

import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import broadcasting, pushing
from tests.benchmarks.outcome import Outcome, ratios
from tests.benchmarks.processes import HANG, ceiling, limited_server
from tests.benchmarks.together import Together, at_once, in_turn

MUST = 0.99
MOST_REFUSED = 0.001
PENALTIES = (0, 3)  # seconds for which everything is refused after one refusal
_SETTLE = 1.0  # seconds in which something might still come twice


def run30(seconds: int = 180, peer_seconds: int = 30, rounds: int = 5) -> Outcome:
    """Telegram's published limit. Both penalties at once: 30 a second is little work."""
    return _run("share30", 30, seconds, peer_seconds, rounds, at_once)


def run1000(seconds: int = 20, peer_seconds: int = 5, rounds: int = 5) -> Outcome:
    """The limit of paid broadcasts. One after another: each takes a processor."""
    return _run("share1000", 1000, seconds, peer_seconds, rounds, in_turn)


def _run(
    row: str, limit: int, seconds: int, peer_seconds: int, rounds: int, together: Together
) -> Outcome:
    with tempfile.TemporaryDirectory() as name:
        details = measure(Path(name), limit, seconds, peer_seconds, rounds, together)
    penalties = [_summary(details["rounds"], penalty) for penalty in PENALTIES]
    details["by_penalty"] = penalties
    return Outcome(
        row,
        f"share of an enforced {limit:,} messages a second used in {seconds} s, with a penalty of "
        f"{' and '.join(map(str, PENALTIES))} s for a refusal (peers: {peer_seconds} s)",
        f"≥ {MUST:.0%}, ≤ {MOST_REFUSED:.1%} 429s, 0 lost, 0 twice",
        "; ".join(_told(each) for each in penalties)
        + broadcasting.told_of_skipped(details["skipped"]),
        all(each["met"] for each in penalties),
        details,
    )


def measure(
    folder: Path, limit: int, seconds: int, peer_seconds: int, rounds: int, together: Together
) -> dict[str, Any]:
    """Every round: with each penalty the product, then each of the peers."""
    found: dict[str, Any] = {"limit": limit, "seconds": seconds, "peer_seconds": peer_seconds}
    found["skipped"] = broadcasting.skipped()
    found["rounds"] = []
    for _ in range(rounds):
        ours = [partial(push, folder, limit, p, seconds) for p in PENALTIES]
        theirs = [partial(_peers, folder, limit, p, peer_seconds) for p in PENALTIES]
        pairs = zip(together(*ours), together(*theirs), strict=True)
        found["rounds"].append([{"product": own} | peers for own, peers in pairs])
    with limited_server(folder) as server:
        found["server_ceiling_per_second"] = ceiling(folder, server, method="sendMessage")
    return found


def push(
    folder: Path,
    limit: int,
    penalty: int,
    seconds: int,
    on: str = pushing.SQLITE,
    **more: Any,
) -> dict[str, Any]:
    """The product sends a push of `seconds` at the limit, from a database `on` one of
    `pushing.databases`; `more` is for the server."""
    members = limit * seconds
    with tempfile.TemporaryDirectory(dir=folder) as name:
        own = Path(name)
        with pushing.database_on(on, own, members) as url:
            pushing.owe(url, pushing.begin(url))
            with limited_server(own) as server:
                server.begin(limit, penalty=penalty, **more)
                with pushing.running(own, server, url, limit):
                    server.wait(HANG + 2 * seconds, accepted=members)
                    server.wait(_SETTLE)
                found = server.result()
            kept = pushing.left(url)
    found["database"] = kept.as_json()
    found["lost"] = members - found["messages"]
    found["recorded"] = kept.sent == members == sum(kept.counted.values())
    return _with_shares(found, limit, seconds)


def _peers(folder: Path, limit: int, penalty: int, seconds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        found = broadcasting.measure_all(Path(name), [(0, limit)], penalty, seconds)
    return {who: _with_shares(each, limit, seconds) for who, each in found.items()}


def _with_shares(found: dict[str, Any], limit: int, seconds: int) -> dict[str, Any]:
    found["share"] = sum(found["accepted_in"][:seconds]) / (limit * seconds)
    found["refused_share"] = found["refused"] / max(1, found["refused"] + found["accepted"])
    return found


def _summary(rounds: list[list[dict[str, Any]]], penalty: int) -> dict[str, Any]:
    """What all rounds with one penalty came to."""
    mine = [each[PENALTIES.index(penalty)] for each in rounds]
    every = {who: [each[who] for each in mine] for who in mine[0]}
    shares = {who: [each["share"] for each in found] for who, found in every.items()}
    ours = every.pop("product")
    lost = sum(each["lost"] for each in ours)
    twice = sum(each["twice"] for each in ours)
    refused = max(each["refused_share"] for each in ours)
    share = median(shares["product"])
    recorded = all(each["recorded"] for each in ours)
    return {
        "penalty": penalty,
        "shares": shares,
        "share": share,
        "lost": lost,
        "twice": twice,
        "refused_share": refused,
        "peers": {
            who: {
                "share": median(shares[who]),
                "refused_share": median(each["refused_share"] for each in found),
                "lost": sum(each["lost"] for each in found),
                "ratio": ratios(shares["product"], shares[who]),
            }
            for who, found in every.items()
        },
        "met": share >= MUST and refused <= MOST_REFUSED and not lost and not twice and recorded,
    }


def _told(found: dict[str, Any]) -> str:
    shares = found["shares"]["product"]
    text = (
        f"penalty {found['penalty']} s: {found['share']:.1%} "
        f"({min(shares):.1%} to {max(shares):.1%}), {found['refused_share']:.2%} 429s, "
        f"{found['lost']} lost, {found['twice']} twice"
    )
    if not found["peers"]:
        return text
    ranked = sorted(found["peers"].items(), key=lambda item: -item[1]["share"])
    peers = ", ".join(
        f"{who} {peer['share']:.0%} ({peer['refused_share']:.0%} 429s)" for who, peer in ranked
    )
    best = ranked[0][1]["ratio"]
    return (
        f"{text}, {best['median']:.2f} × ({best['lowest']:.2f} to {best['highest']:.2f}) "
        f"the best of {peers}"
    )
