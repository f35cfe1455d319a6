"""A press on the buttons under pushes and events, through the whole product, against bare aiogram.

Both poll a load server of their own and stand ready; rounds are run in turn. A round begins when
its first batch is served and ends with the last expected call: the product must also have edited
the message, and its database must hold every effect at the end.
"""

import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import prefill
from tests.benchmarks.outcome import Miscounted, Outcome, measured, ratios
from tests.benchmarks.processes import Server, ceiling, load_server, peer, product

MUST = 0.5
AIM = 0.8


def run(members: int = 4000, rounds: int = 7) -> Outcome:
    """`members` presses in each of `rounds` rounds, after one to warm up."""
    with tempfile.TemporaryDirectory() as name:
        details = measure(Path(name), members, rounds)
    ours, theirs = details["product_per_second"], details["peer_per_second"]
    ratio = details["ratio"] = ratios(ours, theirs)
    return Outcome(
        "press",
        "a press through the whole product ÷ a bare aiogram dispatcher that only answers",
        f"≥ {MUST} × (aim {AIM} ×)",
        f"{ratio['median']:.2f} × ({ratio['lowest']:.2f} to {ratio['highest']:.2f}): "
        f"{median(ours):,.0f} against {median(theirs):,.0f} presses/s",
        ratio["median"] >= MUST,
        details,
    )


def measure(folder: Path, members: int, rounds: int) -> dict[str, Any]:
    url = prefill.new_database(folder, members)
    found: dict[str, Any] = {"presses_in_a_round": members, "rounds": []}
    with (
        load_server(folder) as our_server,
        load_server(folder) as their_server,
        product(folder, our_server, url) as us,
        peer(folder, their_server, "press") as them,
    ):
        for number in range(rounds + 1):
            ours = measured(us, partial(product_round, our_server, members, number))
            theirs = measured(them, partial(peer_round, their_server, members, number))
            if number:  # the first one warms up
                found["rounds"].append({"product": ours, "peer": theirs})
        found["server_ceiling_per_second"] = ceiling(folder, our_server)
    found["effects"] = prefill.effects(url)
    check_effects(found["effects"], members * (rounds + 1))
    for who in ("product", "peer"):
        found[f"{who}_per_second"] = [each[who]["per_second"] for each in found["rounds"]]
        used = [each[who]["cpu_microseconds"] for each in found["rounds"]]
        found[f"{who}_cpu_microseconds"] = median(used)
    return found


def product_round(server: Server, members: int, number: int) -> dict[str, Any]:
    """Round `number`: every member presses a button that they did not press before."""
    return server.round(
        prefill.presses(members, prefill.items()[number], number + 1),
        {"answerCallbackQuery": members, "editMessageText": members},
        texts=prefill.shown_texts(),
    )


def peer_round(server: Server, members: int, number: int) -> dict[str, Any]:
    """The same presses; this one only answers."""
    return server.round(
        prefill.presses(members, prefill.items()[number], number + 1),
        {"answerCallbackQuery": members},
        texts=prefill.shown_texts(),
    )


def check_effects(effects: dict[str, int], presses: int) -> None:
    """Every press took effect once and nothing is left over. Raises Miscounted."""
    wrong = (
        effects["acknowledgements"] + effects["sign_ups"] != presses
        or effects["taken"] != effects["sign_ups"]
        or effects["updates"] != presses
        or effects["unhandled"]
        or effects["set_aside"]
    )
    if wrong:
        raise Miscounted(f"{presses} presses left {effects}")
