"""The one seam to the network: ``async (Request) -> Response``. aiohttp in production, a function in tests."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from backend_client.errors import Broken, HospitalError, OutcomeUnknown, Unintelligible, Unreachable

MOST_BYTES = 8_000_000  # of one answer, unpacked
CHUNK = 65_536


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
    """ONE session per hospital. Raises Unreachable when nothing was sent, OutcomeUnknown when no answer came.

    An address or a certificate that cannot be right is Broken: ``bad-url``, ``unknown-host``, ``tls``.
    """

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
                body = await _whole(answer)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Response(answer.status, headers, body)
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, ValueError) as error:
            raise Broken("bad-url", type(error).__name__) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _unconnected(error) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise OutcomeUnknown("no-answer", type(error).__name__) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def timed(way: Transport, told: Callable[[str, str, float], None]) -> Transport:
    """The same way, where ``told`` hears of each request: method, status or the error's code, s it took."""

    async def ask(request: Request) -> Response:
        began, code = asyncio.get_running_loop().time(), "cut-short"
        try:
            answer = await way(request)
            code = str(answer.status)
            return answer
        except HospitalError as error:
            code = error.code
            raise
        finally:
            told(request.method, code, asyncio.get_running_loop().time() - began)

    return ask


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unintelligible("too-large", str(answer.status))
    return bytes(body)


def _unconnected(error: Exception) -> HospitalError:
    """Nothing was sent. What no waiting mends is an operator's."""
    why = type(error).__name__
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError):
        return Broken("tls", why)
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
        return Broken("unknown-host", why)
    return Unreachable("no-connection", why)
