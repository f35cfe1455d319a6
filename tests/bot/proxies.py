"""Real proxies on this machine, a few lines each: HTTP (CONNECT and forward) and SOCKS5.

Whatever they are asked for, they lead to one target, as names are for a proxy to look up.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PKI = Path(__file__).parent / "pki"
BEHIND = "localhost:1"  # where nobody listens: only a proxy leads to Telegram
CERTIFICATE = PKI / "localhost.crt"


@dataclass
class Proxy:
    """What it asks for, and what it was asked."""

    target: int  # a port of this machine
    user: str = ""
    password: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)  # how, and for what
    port: int = 0
    _server: asyncio.Server | None = None
    _pipes: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._met, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, and cut what goes through."""
        if self._server is not None:
            self._server.close()
            for writer in self._pipes:
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._pipes.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            first = await reader.readexactly(1)
            meet = self._socks if first == b"\x05" else self._http
            if (onward := await meet(first, reader, writer)) is not None:
                await self._pipe(onward, reader, writer)
        writer.close()
        self._pipes.discard(writer)

    async def _http(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes | None:
        head = first + await reader.readuntil(b"\r\n\r\n")
        line, *headers = head.decode().split("\r\n")
        verb, target, _ = line.split()
        self.asked.append((verb, target))
        if not self._known(headers):
            writer.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n"
                b"Connection: close\r\n\r\n"
            )
            await writer.drain()
            return None
        if verb != "CONNECT":
            return head  # a server takes the whole address, too
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return b""

    def _known(self, headers: list[str]) -> bool:
        given = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return not self.user or f"Proxy-Authorization: Basic {given}" in headers

    async def _socks(
        self, _: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes | None:
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x02" if self.user else b"\x05\x00")
        if self.user:
            await reader.readexactly(1)
            user = await reader.readexactly((await reader.readexactly(1))[0])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            known = (user.decode(), password.decode()) == (self.user, self.password)
            writer.write(b"\x01\x00" if known else b"\x01\x01")
            if not known:
                self.asked.append(("SOCKS5", "a wrong password"))
                return None
        kind = (await reader.readexactly(4))[3]
        length = (await reader.readexactly(1))[0] if kind == 3 else 4
        host = await reader.readexactly(length)
        port = int.from_bytes(await reader.readexactly(2))
        name = host.decode() if kind == 3 else ".".join(map(str, host))
        self.asked.append(("SOCKS5", f"{name}:{port}"))
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        return b""

    async def _pipe(
        self, onward: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        back.write(onward)
        await asyncio.wait(
            [
                asyncio.ensure_future(_copy(reader, back)),
                asyncio.ensure_future(_copy(there, writer)),
            ]
        )


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while found := await source.read(65536):
            sink.write(found)
            await sink.drain()
    sink.close()


@asynccontextmanager
async def proxy_to(target: int, user: str = "", password: str = "") -> AsyncIterator[Proxy]:
    """A proxy that listens within this block."""
    proxy = Proxy(target, user, password)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()


@asynccontextmanager
async def with_tls(target: int) -> AsyncIterator[int]:
    """A port that speaks TLS as `localhost`, before a plain one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.wait(
            [
                asyncio.ensure_future(_copy(reader, back)),
                asyncio.ensure_future(_copy(there, writer)),
            ]
        )

    async with AsyncExitStack() as stack:
        server = await asyncio.start_server(met, "127.0.0.1", 0, ssl=context)
        stack.callback(server.close)
        yield server.sockets[0].getsockname()[1]
