"""Which messages show what: a screen that stands there already is not drawn again."""

from content.screen import Screen

MOST = 20_000  # messages; some two megabytes


class Drawn:
    """Remembers the screen that each message was given last."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, int], int] = {}

    def shows(self, chat_id: int, message_id: int, screen: Screen) -> bool:
        """Whether it is this one, as far as is known."""
        return self._drawn.get((chat_id, message_id)) == hash(screen)

    def keep(self, chat_id: int, message_id: int | None, screen: Screen) -> None:
        """A message became this screen; None: it is owed, and nobody knows."""
        if message_id is None:
            return
        if len(self._drawn) >= MOST:
            self._drawn.clear()
        self._drawn[chat_id, message_id] = hash(screen)

    def forget(self, chat_id: int, message_id: int) -> None:
        """It is being changed."""
        self._drawn.pop((chat_id, message_id), None)
