"""Lines of our own to the messenger: what is sent, what is read, and what is told of a call that was cut off."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from telegram.error import NetworkError, TimedOut
from yarl import URL

from bot.messenger import lines
from bot.messenger.errors import NeverLeft, TooMany
from bot.messenger.lines import Lines
from bot.messenger.request import AiohttpRequest, PlainData

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Server:
    """Answers call after call with these bytes, on whatever line they come: b"" breaks the line, b"-" says nothing."""

    answers: list[bytes]
    closes: bool = False  # after each answer, without saying so
    heard: list[bytes] = field(default_factory=list[bytes])
    opened: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # since somebody cleared it
    writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    url: URL = field(default_factory=URL)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heard.append(
                    head + await reader.readexactly(int(head.partition(b"Content-Length: ")[2].split()[0]))
                )
                self.asked.set()
                said = self.answers.pop(0)
                if said != b"-":
                    writer.write(said)
                    await writer.drain()
                if self.closes or not said:
                    break
        writer.close()


@asynccontextmanager
async def answering(
    *answers: bytes, closes: bool = False, secret: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    server = Server([*answers], closes)
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=secret)
    server.url = URL(f"{'https' if secret else 'http'}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/botX/send")
    try:
        yield server
    finally:
        listening.close()
        for writer in server.writers:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()


@pytest.fixture
async def made() -> AsyncIterator[Lines]:
    made = Lines(2)
    yield made
    made.close()


async def posted(made: Lines, server: Server, read: float = 5, connect: float = 5) -> tuple[int, bytes]:
    return await made.post(server.url, b'{"a":1}', read, connect)


async def test_a_line_is_used_again(made: Lines) -> None:
    async with answering(OK, OK) as server:
        assert [await posted(made, server), await posted(made, server)] == [(200, b"{}")] * 2
    assert server.opened == 1
    assert (
        server.heard[0]
        == (
            f"POST /botX/send HTTP/1.1\r\nHost: {server.url.raw_authority}\r\nUser-Agent: medrelay\r\n"
            'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}'
        ).encode()
    )


async def test_another_server_is_another_line(made: Lines) -> None:
    async with answering(OK) as one, answering(OK) as other:
        assert [await posted(made, one), await posted(made, other)] == [(200, b"{}")] * 2
    assert (len(one.heard), len(other.heard)) == (1, 1)


@pytest.mark.parametrize(
    ("said", "status", "body"),
    [
        (b"HTTP/1.1 400 Bad Request\r\ncontent-length:3\r\n\r\nabc", 400, b"abc"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, b"{}"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n", 301, b""),
        (
            b"HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3;a=b\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX: 1\r\n\r\n",
            502,
            b"abc0123456789",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000, 200, b"x" * 100_000),
    ],
    ids=["plain", "hints", "empty", "no body", "moved", "chunked", "long"],
)
async def test_an_answer_is_read_whole(made: Lines, said: bytes, status: int, body: bytes) -> None:
    async with answering(said, OK) as server:
        assert await posted(made, server) == (status, body)
        assert await posted(made, server) == (200, b"{}")
    assert server.opened == 1


@pytest.mark.parametrize(
    "said",
    [LAST, b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 200 OK\r\n\r\n{}"],
    ids=["said so", "old", "without length"],
)
async def test_a_line_that_ends_is_not_used_again(made: Lines, said: bytes) -> None:
    async with answering(said, said, closes=True) as server:
        assert [await posted(made, server), await posted(made, server)] == [(200, b"{}")] * 2
    assert server.opened == 2


async def test_a_line_that_was_closed_meanwhile_is_not_used_again(made: Lines) -> None:
    async with answering(OK, OK, closes=True) as server:
        assert await posted(made, server) == (200, b"{}")
        ((reader, _), _) = made._free["http", server.url.raw_authority][0]  # pyright: ignore[reportPrivateUsage]
        assert await reader.read() == b""  # its end has come
        assert await posted(made, server) == (200, b"{}")
    assert server.opened == 2


@pytest.mark.parametrize(
    "said",
    [
        OK + b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        OK + OK,
        b"HTTP/1.1 204 No Content\r\n\r\n{}",
    ],
    ids=["farewell", "twice", "a body too many"],
)
async def test_what_nobody_asked_for_is_not_the_next_answer(made: Lines, said: bytes) -> None:
    async with answering(said, b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"mine":1}') as server:
        await posted(made, server)
        assert await posted(made, server) == (200, b'{"mine":1}')
    assert server.opened == 2


async def test_what_came_while_it_waited_is_not_the_next_answer(made: Lines) -> None:
    async with answering(OK, LAST) as server:
        await posted(made, server)
        ((reader, _), _) = made._free["http", server.url.raw_authority][0]  # pyright: ignore[reportPrivateUsage]
        reader.feed_data(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        reader.feed_eof()
        assert await posted(made, server) == (200, b"{}")
    assert server.opened == 2


async def test_a_line_that_waited_long_is_not_used_again(made: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "IDLE", -1.0)
    async with answering(OK, OK) as server:
        assert [await posted(made, server), await posted(made, server)] == [(200, b"{}")] * 2
    assert server.opened == 2


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"220 mail.example ESMTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        CHUNKED + b"0" * 200_000,
        CHUNKED + b"2\r\n{}XX0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
    ],
    ids=[
        "nothing", "half a head", "half a body", "no number", "no HTTP", "no end", "no end of a size",
        "longer than said", "two ways", "packed", "two lengths", "less than nothing",
    ],
)  # fmt: skip
async def test_what_breaks_off_may_have_arrived(made: Lines, said: bytes) -> None:
    async with answering(said, OK, closes=True) as server:
        with pytest.raises(NetworkError) as error:
            await posted(made, server)
        assert not isinstance(error.value, NeverLeft)
        assert await posted(made, server) == (200, b"{}")


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n{",
        CHUNKED + b"3B9ACA00\r\n{",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (lines.MOST + 1),
    ],
    ids=["said so", "in chunks", "without length"],
)
async def test_nobody_waits_for_an_answer_that_is_far_too_long(made: Lines, said: bytes) -> None:
    async with answering(said) as server:
        with pytest.raises(NetworkError, match="ValueError") as error:
            await posted(made, server)
    assert not isinstance(error.value, NeverLeft)


async def test_a_late_answer_is_nobodys(made: Lines) -> None:
    async with answering(b"-", b"-", OK) as server:
        with pytest.raises(TimedOut):
            await posted(made, server, read=0.05)
        server.asked.clear()
        waits = asyncio.create_task(posted(made, server))
        await server.asked.wait()
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits
        assert await posted(made, server) == (200, b"{}")
    assert server.opened == 3


async def test_nothing_was_sent(made: Lines) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = Server([], url=URL(f"http://127.0.0.1:{taken.getsockname()[1]}/x"))
        with pytest.raises(NeverLeft):
            await posted(made, nobody)
    async with answering(b"-") as server:
        alone = Lines(1)
        first = asyncio.create_task(posted(alone, server))
        await server.asked.wait()
        with pytest.raises(NeverLeft):
            await posted(alone, server, connect=0.05)
        first.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await first
    assert len(server.heard) == 1


async def test_a_line_is_not_kept_after_the_end() -> None:
    made = Lines(2)
    async with answering(OK) as server:
        call = asyncio.create_task(posted(made, server))
        await server.asked.wait()
        made.close()
        assert await call == (200, b"{}")
    assert not any(made._free.values())  # pyright: ignore[reportPrivateUsage]


# ---------------------------------------------------------------- secured


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key, and a certificate for 127.0.0.1 that it signed itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox")])
    now = datetime.datetime.now(datetime.UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = built.add_extension(names, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (path := tmp_path / "both.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


async def test_a_secured_line_is_for_whom_the_system_trusts(
    made: Lines, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with answering(OK, secret=context) as server:
        with pytest.raises(NeverLeft, match="SSLCertVerificationError"):
            await posted(made, server)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        lines._secured.cache_clear()  # pyright: ignore[reportPrivateUsage]
        assert await posted(made, server) == (200, b"{}")
    lines._secured.cache_clear()  # pyright: ignore[reportPrivateUsage]


# ---------------------------------------------------------------- as PTB's request


@asynccontextmanager
async def request_(proxy: str = "") -> AsyncIterator[AiohttpRequest]:
    made = AiohttpRequest(proxy=proxy)
    await made.initialize()
    yield made
    await made.shutdown()


async def test_plain_data_goes_by_a_line() -> None:
    flood = b'{"ok":false,"parameters":{"retry_after":7}}'
    many = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: %d\r\n\r\n%s" % (len(flood), flood)
    async with answering(many) as server, request_() as made:
        given: object = PlainData({"chat_id": 1, "text": None})
        with pytest.raises(TooMany) as error:
            await made.post(str(server.url), given)  # pyright: ignore[reportArgumentType]
        assert error.value.seconds == 7
    assert server.heard[0].endswith(b'{"chat_id":1}')


async def test_plain_data_goes_by_the_proxy_too() -> None:
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"ok":true,"result":7}'
    async with answering(answer) as server, request_(str(server.url.origin())) as made:
        given: object = PlainData({"chat_id": 1})
        assert await made.post("http://telegram.invalid/botX/sendMessage", given) == 7  # pyright: ignore[reportArgumentType]
    assert server.heard[0].startswith(b"POST http://telegram.invalid/botX/sendMessage ")
