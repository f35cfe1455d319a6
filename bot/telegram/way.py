"""The way to Telegram: straight, or through a proxy."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

_KEPT_OPEN = 30  # seconds: an idle connection is given up before the other side does so, unseen
_MOST = 1200  # connections: a thousand calls of the courier, and room for answers
_LONGEST = 120  # characters of a reason


@dataclass(frozen=True, slots=True)
class Way:
    """How calls get to Telegram. `proxy` is the address of one, with its password; None: straight.

    HTTP proxies are aiohttp's own affair, an argument of each call; for SOCKS the connections are
    made by aiohttp-socks, which is imported only then. The proxy looks names up, and never we.
    """

    proxy: URL | None = None

    @property
    def name(self) -> str:
        """The proxy as it may be shown: whatever else stands in its address may be a secret."""
        return str(self.proxy.origin()) if self.proxy else ""

    @property
    def secret(self) -> str:
        """The proxy's password, as it stands in the address; empty without one."""
        return (self.proxy and self.proxy.raw_password) or ""

    @property
    def _is_socks(self) -> bool:
        return self.proxy is not None and self.proxy.scheme.startswith("socks")

    def connector(self) -> aiohttp.TCPConnector:
        """What makes and keeps the connections."""
        if self.proxy is None or not self._is_socks:
            return aiohttp.TCPConnector(limit=_MOST, keepalive_timeout=_KEPT_OPEN)
        from aiohttp_socks import ProxyConnector

        return ProxyConnector(
            self.proxy.host or "",
            self.proxy.port or 1080,
            username=self.proxy.user,
            password=self.proxy.password,
            rdns=True,
            limit=_MOST,
            keepalive_timeout=_KEPT_OPEN,
        )

    def arguments(self) -> dict[str, Any]:
        """What each call of aiohttp's takes besides."""
        if self.proxy is None or self._is_socks:
            return {}
        arguments: dict[str, Any] = {"proxy": self.proxy.with_user(None)}
        if self.proxy.user:
            given = (self.proxy.user, self.proxy.password or "")
            arguments["proxy_auth"] = aiohttp.BasicAuth(*given, encoding="utf-8")
        return arguments

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What is raised when the proxy cannot be used: no call got further than there."""
        if self._is_socks:
            from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

            return ProxyConnectionError, ProxyError, ProxyTimeoutError
        if self.proxy is not None:
            # The only name that we look up is the proxy's own.
            return (
                aiohttp.ClientHttpProxyError,
                aiohttp.ClientProxyConnectionError,
                aiohttp.ClientConnectorDNSError,
            )
        return ()

    def failure(self, error: Exception) -> str:
        """The same in words."""
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return f"the proxy {self.name} refuses ({error.status} {error.message})"
        why = in_words(error)
        if self._is_socks:  # words that know no password
            why = f"{why}: {error}"[:_LONGEST]
        return f"the proxy {self.name} does not answer, or cannot go on ({why})"


def in_words(error: Exception) -> str:
    """What is to be read of an error of the network: its kind, and the system's word if it has one,
    which knows neither token nor password."""
    name = type(error).__name__
    told = error.os_error.strerror if isinstance(error, aiohttp.ClientConnectorError) else None
    return f"{name}: {told}"[:_LONGEST] if told else name


STRAIGHT = Way()
