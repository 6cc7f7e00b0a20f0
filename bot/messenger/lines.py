"""Lines to the messenger that stay open: a small call of JSON at a third of what aiohttp's client costs (ADR 56).

HTTP/1.1 (RFC 9112) over the standard library's streams. What goes through a proxy, uploads and files are aiohttp's.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from functools import cache

from aiohappyeyeballs import start_connection  # pyright: ignore[reportUnknownVariableType]
from telegram.error import NetworkError, TimedOut
from yarl import URL

from bot.messenger.errors import NeverLeft

IDLE = 15.0  # s after which a line that waits is not used again: servers close theirs later
STAGGER = 0.25  # s after which a second address of the host is tried beside the first (RFC 8305)
MOST = 1 << 20  # bytes of an answer; the messenger's own have some thousands
_EXTENT = re.compile(rb"\r\n(content-length|transfer-encoding):[ \t]*([^\r\n]*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_EMPTY = (b"204", b"304")  # statuses of answers that have no body
_LAST = re.compile(rb"HTTP/1\.0|\r\nconnection:[ \t]*close", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)[ \r]")

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Lines:
    """At most so many calls at a time; whoever finds no room waits."""

    def __init__(self, most: int) -> None:
        self._room = asyncio.Semaphore(most)
        self._free: dict[tuple[str, str], list[tuple[Line, float]]] = {}  # by server: lines, and since when, monotonic
        self._open = True

    async def post(self, url: URL, body: bytes, read: float, connect: float) -> tuple[int, bytes]:
        """Status and body of the answer. ``read``, ``connect``: s for each.

        Raises NeverLeft where nothing was sent, TimedOut or NetworkError where it may have arrived.
        """
        if self._room.locked():
            await self._wait(connect)
        else:
            await self._room.acquire()
        free = self._free.setdefault((url.scheme, url.raw_authority), [])
        try:
            return await self._ask(await _line(free, url, connect), free, url, body, read)
        finally:
            self._room.release()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._room.acquire()
        except TimeoutError:
            raise NeverLeft("no line is free") from None

    def close(self) -> None:
        """Calls that are on their way go on, and their lines close behind them."""
        self._open = False
        for (_, writer), _ in [one for free in self._free.values() for one in free]:
            writer.close()
        self._free.clear()

    async def _ask(
        self, line: Line, free: list[tuple[Line, float]], url: URL, body: bytes, read: float
    ) -> tuple[int, bytes]:
        reader, writer = line
        kept = False
        try:
            writer.write(_head(url) % len(body) + body)
            async with asyncio.timeout(read):
                head, answer = await _answer(reader)
            kept = not _LAST.search(head)
            return int(head[9:12]), answer
        except TimeoutError:
            raise TimedOut from None
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:  # broken off, or no HTTP
            raise NetworkError(type(error).__name__) from error
        finally:
            if kept and self._open:
                free.append((line, asyncio.get_running_loop().time()))
            else:  # also where whoever asked was cancelled: its answer is nobody's
                writer.close()


async def _line(free: list[tuple[Line, float]], url: URL, connect: float) -> Line:
    """The one that was used last, or a new one."""
    now = asyncio.get_running_loop().time()
    while free:
        line, since = free.pop()
        if now - since < IDLE and _is_quiet(*line):
            return line
        line[1].close()
    try:
        async with asyncio.timeout(connect):
            return await _opened(url)
    except OSError as error:  # so are TimeoutError and SSLError
        raise NeverLeft(type(error).__name__) from error


def _is_quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Whether nothing came on it since its last answer, neither its end nor words (some servers say 408 before they
    close): those would be taken for the answer to the next call. What nobody has read yet has no public name.
    """
    return not (vars(reader).get("_buffer", "unknown") or reader.at_eof() or writer.is_closing())


async def _opened(url: URL) -> Line:
    """By whichever of the host's addresses answers first."""
    there = await asyncio.get_running_loop().getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    sock = await start_connection(there, happy_eyeballs_delay=STAGGER)
    secret = url.scheme == "https"
    try:
        return await asyncio.open_connection(
            sock=sock, ssl=_secured() if secret else None, server_hostname=url.host if secret else None
        )
    except BaseException:
        sock.close()
        raise


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body. ValueError or LimitOverrunError where it is no HTTP/1.1, or where its end cannot be told for sure
    (RFC 9112 section 6.3: with two lengths the rest of one answer could be read as the next).
    """
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        if not (status := _STATUS.match(head)):
            raise ValueError("no HTTP")
        if status[1][:1] != b"1":  # what goes before the answer
            break
    if status[1] in _EMPTY:
        return head, b""
    match [(name.lower(), value.lower()) for name, value in _EXTENT.findall(head)]:
        case [(b"content-length", length)] if length.isdigit():
            return head, await reader.readexactly(_allowed(int(length)))
        case [(b"transfer-encoding", b"chunked")]:
            return head, await _chunks(reader)
        case []:
            return head + b"\r\nconnection: close", await _until_the_end(reader)
        case _:
            raise ValueError("an answer of no clear length")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readuntil(b"\n")).partition(b";")[0], 16):
        _allowed(len(body) + size)
        body += await reader.readexactly(size)
        if await reader.readexactly(2) != b"\r\n":
            raise ValueError("a chunk without end")
    while (await reader.readuntil(b"\n")).strip():
        pass  # a field behind the body
    return bytes(body)


async def _until_the_end(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while part := await reader.read(MOST):
        body += part
        _allowed(len(body))
    return bytes(body)


def _allowed(size: int) -> int:
    if size > MOST:
        raise ValueError("too long for an answer")
    return size


@cache
def _secured() -> ssl.SSLContext:
    return ssl.create_default_context()


@cache
def _head(url: URL) -> bytes:
    """Of the few methods that are called so."""
    lines = (
        f"POST {url.raw_path_qs} HTTP/1.1",
        f"Host: {url.raw_authority}",
        "User-Agent: medrelay",
        "Content-Type: application/json",
        "Content-Length: ",
    )
    return "\r\n".join(lines).replace("%", "%%").encode() + b"%d\r\n\r\n"
