"""Which names were looked up already, so that nobody's press asks the database for it again."""

MOST = 50_000  # some five megabytes


class SeenNames:
    """Remembers for each Telegram id the last name that was compared with the one that is kept."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}

    def are_known(self, telegram_id: int, name: str) -> bool:
        return self._seen.get(telegram_id) == hash(name)

    def keep(self, telegram_id: int, name: str) -> None:
        if len(self._seen) >= MOST:
            self._seen.clear()
        self._seen[telegram_id] = hash(name)
