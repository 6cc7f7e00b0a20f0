"""PTB's request seam, a quarter of the CPU of its default: plain data by lines of our own, all else by an aiohttp
session. It tells what never left.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from backend_client.pairs import paired
from bot.book import Told
from bot.messenger.errors import NeverLeft, TooMany
from bot.messenger.lines import Lines

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
UPLOAD_SECONDS = 30.0
CONNECTIONS = 128  # the sender's flights, and as many answers to presses


class PlainData:
    """The arguments of a call as JSON, without PTB's objects, in place of its RequestData. What is None is left out."""

    __slots__ = ("body",)

    def __init__(self, args: Mapping[str, Any]) -> None:
        self.body = orjson.dumps({name: value for name, value in args.items() if value is not None})


JSON = {"Content-Type": "application/json"}


class AiohttpRequest(BaseRequest):
    """``proxy`` is the URL of an HTTP proxy, "" for none.

    Raises what PTB expects, and where it matters more precisely: NeverLeft (nothing was sent), TimedOut or NetworkError
    (it may have arrived), TooMany (429).
    """

    __slots__ = ("_lines", "_proxy", "_read", "_session", "_told")

    def __init__(self, read: float = READ_SECONDS, proxy: str = "", told: Told | None = None) -> None:
        self._read = read
        self._told = told
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession | None = None
        self._lines = Lines(CONNECTIONS)

    @property
    def read_timeout(self) -> float | None:
        return self._read

    async def initialize(self) -> None:
        if self._session is None:
            self._lines = Lines(CONNECTIONS)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "medrelay"},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            self._lines.close()
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | PlainData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._told is None:
            return await self._ask(url, method, request_data, read_timeout, connect_timeout, pool_timeout)
        began, code = asyncio.get_running_loop().time(), "cut-short"
        try:
            answer = await self._ask(url, method, request_data, read_timeout, connect_timeout, pool_timeout)
            code = str(answer[0])
            return answer
        except TelegramError as error:
            code = "429" if isinstance(error, TooMany) else type(error).__name__
            raise
        finally:
            self._told(_called(url), code, asyncio.get_running_loop().time() - began)

    async def _ask(
        self,
        url: str,
        method: str,
        data: RequestData | PlainData | None,
        read_timeout: Any,
        connect_timeout: Any,
        pool_timeout: Any,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NeverLeft("not initialised: call initialize() first")
        connect = _given(connect_timeout, CONNECT_SECONDS)
        if isinstance(data, PlainData) and self._proxy is None:
            return _checked(
                *await self._lines.post(_address(url), data.body, _given(read_timeout, self._read), connect)
            )
        plain = isinstance(data, PlainData)
        body, uploads = (data.body, False) if isinstance(data, PlainData) else _body(data)
        read = _given(read_timeout, UPLOAD_SECONDS if uploads else self._read)
        limit = _limit(_given(pool_timeout, CONNECT_SECONDS), connect, read)
        try:
            async with self._session.request(
                method, _address(url), data=body, timeout=limit, proxy=self._proxy, headers=JSON if plain else None
            ) as answer:
                payload = await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NeverLeft(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error
        return _checked(answer.status, payload)

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Of an answer; a file that is fetched never comes here."""
        whole = paired(payload)
        try:
            return orjson.loads(whole)
        except ValueError:
            pass
        try:
            return json.loads(whole.decode("utf-8", "replace"))
        except ValueError:  # PTB's own way logs it whole, with what people said
            raise TelegramError("Invalid server response") from None


def _checked(status: int, payload: bytes) -> tuple[int, bytes]:
    if status == 429:
        raise TooMany(_seconds(payload))
    return status, payload


def _called(url: str) -> str:
    """The method's name, never a file's: it may be told."""
    return "file" if "/file/bot" in url else url.partition("?")[0].rpartition("/")[2]


_address = lru_cache(64)(URL)  # the methods' addresses are few; that of a poll changes


@lru_cache(64)
def _limit(pool: Any, connect: Any, read: Any) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(connect=pool, sock_connect=connect, sock_read=read)


def _given(value: Any, default: float) -> Any:
    return default if value is BaseRequest.DEFAULT_NONE else value


def _body(data: RequestData | None) -> tuple[Any, bool]:
    if data is None:
        return None, False
    if not data.contains_files:
        return data.json_parameters, False
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, True


def _seconds(payload: bytes) -> float:
    """retry_after of a 429; 5 s when the answer does not say (ResponseParameters of the Bot API)."""
    try:
        return max(1.0, float(json.loads(payload)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return 5.0
