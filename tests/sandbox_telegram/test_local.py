"""Nobody but this machine's programs and the sandbox's own page comes in, by whatever path; nothing leaves the machine.

Sources: Fetch and Fetch Metadata (Origin, Referer, Sec-Fetch-Site) for what a browser says of a page; RFC 9110 7.2
for Host; that all of it is refused is the sandbox's own rule (docs/sandbox-control.md).
"""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from sandbox.control import Control, ControlError
from sandbox.telegram.server import Running, running

from .conftest import LI, Api, png
from .hook import webhook
from .test_server import get

FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": "localhost:80@evil.example"},
    {"Host": "localhost:99999", "Origin": "http://localhost:99999"},
    {"Host": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9"},
    {"Referer": "http://evil.example/page"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
]
PATHS = [
    "/bot{token}/getMe", "/bot{token}/test/getMe", "/bot1:AAxx/getMe", "/file/bot{token}/photos/file_1.jpg",
    "/control/world", "/control/live", "/control/files/x", "/control/tray", "/", "/page/main.js", "/nothing/here",
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_a_foreign_page_or_name_is_refused_on_every_path(server: Running, headers: dict[str, str]) -> None:
    for path in PATHS:
        status, body = await get(server, path.format(token=server.token), **headers)
        assert (status, "only programs of this machine" in body) == (403, True), path


@pytest.mark.parametrize("path", ["/bot{token}/getMe", "/control/world", "/", "/page/main.js"])
async def test_programs_the_own_page_and_a_typed_address_come_in(server: Running, path: str) -> None:
    own = server.url
    for headers in (
        {},
        {"Host": f"localhost:{server.port}"},
        {"Host": "[::1]:9000"},
        {"Host": "LOCALHOST"},
        {"Origin": own, "Referer": f"{own}/", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
    ):
        assert (await get(server, path.format(token=server.token), **headers))[0] == 200, headers


@pytest.mark.parametrize(
    "browser",
    [{"User-Agent": "Mozilla/5.0 (an old one)"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Dest": "image"}],
    ids=str,
)
async def test_an_address_alone_changes_nothing_in_a_browser(
    server: Running, api: Api, browser: dict[str, str]
) -> None:
    async with webhook() as hook:
        for call in (f"setWebhook?url={hook.url}", "SETWEBHOOK?url=", "getUpdates?offset=9", "sendMessage?chat_id=1"):
            status, body = await get(server, f"/bot{server.token}/{call}", **browser)
            assert (status, "send a POST" in body) == (403, True), call
        assert (await api.ok("getWebhookInfo"))["url"] == ""
        assert (await get(server, f"/bot{server.token}/getMe", **browser))[0] == 200
        assert (await get(server, f"/bot{server.token}/setWebhook?url={hook.url}"))[0] == 200  # a program's own GET


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/hook",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://192.168.1.4/hook",
        "http://0.0.0.0:80/",
        "http://localhost.evil.example/",
        "http://[2001:db8::1]/",
        "http://evil.example#@127.0.0.1/",
    ],
)
async def test_a_webhook_is_on_this_machine(api: Api, url: str) -> None:
    assert "this machine" in await api.refused("setWebhook", url=url)
    assert (await api.ok("getWebhookInfo"))["url"] == ""


async def test_a_webhook_that_was_kept_from_before_is_let_go(tmp_path: Path) -> None:
    db = str(tmp_path / "t.sqlite")
    async with running(db=db) as server:
        server.world.state.delivery.url = "http://evil.example/"
        server.world.state.keep(server.world.state.delivery)
    async with running(db=db) as server, aiohttp.ClientSession() as session:
        assert (await Api(server, session).ok("getWebhookInfo"))["url"] == ""


async def test_a_webhook_cannot_send_us_elsewhere(api: Api, control: Control) -> None:
    """Telegram follows no redirection either; the update waits."""
    async with webhook() as other, webhook() as hook:
        await api.ok("setWebhook", url=hook.url)
        await control.say(LI, "secret")
        (await hook.next()).reply(307, Location=other.url)
        (await hook.next()).reply()
        assert other.seen == []


# ---------------------------------------------------------------- files by path


async def laid(tray: Path) -> None:
    """A tray with a picture, one in a folder, and ways out of it."""
    (tray / "more").mkdir(parents=True)
    for name in ("paper.png", "more/second.png", "../private.png"):
        (tray / name).write_bytes(png())
    (tray / "out.png").symlink_to(tray.parent / "private.png")
    (tray / "away").symlink_to(tray.parent)
    (tray / "in.png").symlink_to(tray / "paper.png")


async def test_a_path_is_a_picture_of_the_tray(tmp_path: Path) -> None:
    tray = tmp_path / "tray"
    await laid(tray)
    async with running(tray=tray) as server, Control(server.url) as control:
        await control.person("Li", id=LI)
        for path in ("paper.png", "more/second.png", "in.png", str(tray / "paper.png"), "more/../paper.png"):
            await control.call("POST", f"/people/{LI}/photo", {"photos": [{"path": path}]})
        sent = (await control.sees(LI))["chats"][0]["messages"]
        assert [message["kind"] for message in sent] == ["photo"] * 5


@pytest.mark.parametrize("where", ["photo", "send"])
@pytest.mark.parametrize(
    "path",
    [
        "../private.png", "out.png", "away/private.png", "more/../../private.png", "/etc/passwd", "{tmp}/private.png",
        "more", ".", "none.png", "x\0y", "/dev/zero", "~/x",
    ],
)  # fmt: skip
async def test_no_path_leads_out_of_the_tray(tmp_path: Path, where: str, path: str) -> None:
    tray = tmp_path / "tray"
    await laid(tray)
    source = {"path": path.format(tmp=tmp_path)}
    body = {"photos": [source]} if where == "photo" else {"kind": "document", **source}
    async with running(tray=tray) as server, Control(server.url) as control:
        await control.person("Li", id=LI)
        with pytest.raises(ControlError, match="no such file on the tray") as caught:
            await control.call("POST", f"/people/{LI}/{where}", body)
        assert caught.value.status == 400
        assert (await control.sees(LI))["chats"][0]["messages"] == []


async def test_without_a_tray_no_file_is_read_by_path(control: Control, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    for path in ("/etc/passwd", str(tmp_path / "a.png")):
        with pytest.raises(ControlError, match="base64"):
            await control.call("POST", f"/people/{LI}/photo", {"photos": [{"path": path}]})


async def test_the_python_client_reads_its_files_itself(control: Control, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(60))
    await control.photo(LI, [tmp_path / "a.png", str(tmp_path / "a.png")])
    await control.send(LI, "document", tmp_path / "a.png", name="a.png")
    *album, document = (await control.sees(LI))["chats"][0]["messages"]
    assert [message["kind"] for message in album] == ["photo", "photo"]
    assert await control.file(document["file"]["url"]) == png(60)
