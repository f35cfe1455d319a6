"""What the load server could do: a trivial client that asks as fast as it is answered.

`python -m tests.benchmarks.ceiling <port> <requests> <method>` prints requests a second. It calls
what the product calls, with bodies as long, over as many connections as the peer may open.
"""

import asyncio
import sys
import time

CONNECTIONS = 64
_BODY = b'{"chat_id":5000000000,"text":"%s"}' % (b"x" * 600)


class Client(asyncio.Protocol):
    """Sends one request after another."""

    def __init__(self, requests: int, method: str, body: bytes) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self._left = requests
        head = f"POST /bot1:x/{method} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}"
        self._request = head.encode() + b"\r\n\r\n" + body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, _data: bytes) -> None:
        self._ask()

    def _ask(self) -> None:
        if not self._left:
            self._transport.close()
            self.done.set_result(None)
            return
        self._left -= 1
        self._transport.write(self._request)  # type: ignore[attr-defined]


async def main(port: int, requests: int, method: str) -> float:
    loop = asyncio.get_running_loop()
    began = time.monotonic()
    clients = []
    for _ in range(CONNECTIONS):
        made = await loop.create_connection(
            lambda: Client(requests // CONNECTIONS, method, _BODY), "127.0.0.1", port
        )
        clients.append(made[1].done)
    await asyncio.wait_for(asyncio.gather(*clients), 60)
    return requests // CONNECTIONS * CONNECTIONS / (time.monotonic() - began)


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))}\n")
