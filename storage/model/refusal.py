"""The one root error of the product: a wish that cannot be granted, with the key of the words."""


class Refusal(Exception):
    """A wish that cannot be granted. `key` names the text that explains it kindly.

    Raised inside an action, it rolls the action back: a refusal changes nothing.
    """

    def __init__(self, key: str, **names: object) -> None:
        super().__init__(key)
        self.key = key
        self.names = names
