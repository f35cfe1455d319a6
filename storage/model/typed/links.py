"""A button's label and the address that it opens, as staff type them."""

import re

from storage.model.message import Link

# Chinese keyboards make full-width signs; each is one character, so that places stay the same.
_PUNCTUATION = "，。、；！（）《》“”「」"  # in Chinese; no part of an address
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _PUNCTUATION}
_HOST = re.compile(
    rf"(?:https?|tg)://[\w.:@-]+(?:[/?#][^\s{_PUNCTUATION}]*)?", re.IGNORECASE | re.ASCII
)
_OTHER = re.compile(r"(?:https?|tg)://\S+", re.IGNORECASE)
_BESIDE = f" \t\n:：,;-—–→>＞|｜()<[]【】!.{_PUNCTUATION}"
_BEHIND = ".,;!"


def read_link(text: str, unnamed: str) -> Link:
    """A link with its label before or behind it: "报名：https://…", "Sign up https://…"; `unnamed`
    is the label of an address alone. Raises Refusal if there is no address."""
    found = _HOST.search(half := text.translate(_HALF)) or _OTHER.search(half)
    if found is None:
        return Link(unnamed, text.strip())  # which says that it is no address
    url = found[0].rstrip(_BEHIND)
    scheme, _, rest = url.partition("://")
    said = (text[: found.start()], text[found.start() + len(url) :])
    label = " ".join(filter(None, (" ".join(each.strip(_BESIDE).split()) for each in said)))
    return Link(label or unnamed, f"{scheme.lower()}://{rest}")
