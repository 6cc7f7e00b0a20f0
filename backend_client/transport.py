"""The one seam to the network: ``async (Request) -> Response``. aiohttp in production, a function in tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from backend_client.errors import OutcomeUnknown, Unreachable


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


Transport = Callable[[Request], Awaitable[Response]]


class AiohttpTransport:
    """ONE session per hospital. Raises Unreachable when nothing was sent, OutcomeUnknown when no answer came."""

    def __init__(self, connect_seconds: float = 5.0, total_seconds: float = 20.0) -> None:
        self._timeout = aiohttp.ClientTimeout(total=total_seconds, sock_connect=connect_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, request: Request) -> Response:
        if self._session is None:  # aiohttp wants a running loop, so not in __init__
            self._session = aiohttp.ClientSession(timeout=self._timeout, auto_decompress=True)
        try:
            async with self._session.request(
                request.method, request.url, headers=dict(request.headers), data=request.body, allow_redirects=False
            ) as answer:
                body = await answer.read()
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Response(answer.status, headers, body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable("no-connection", type(error).__name__) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise OutcomeUnknown("no-answer", type(error).__name__) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
