"""Files: upload, file ids, sizes, albums, download, refusals.

Sources: three ways of sending and their limits, ids that keep their kind: "Sending files"; photos of 10 MB and
width + height of 10000: sendPhoto; 20 MB and the link: getFile; 2 to 10 of an album as separate messages:
sendMediaGroup, Message.media_group_id; 1024 characters: sendPhoto.caption. Sizes of 1280 pixels: the size "y" in
"Uploading and Downloading Files" of core.telegram.org/api. Texts ("wrong file identifier ...", "IMAGE_PROCESS_FAILED"):
tdlib/telegram-bot-api, Client.cpp, and the errors of the server behind it.
"""

from __future__ import annotations

import io
import json
from typing import Any

import aiohttp
import pytest
from PIL import Image

from sandbox.control import Control

from .conftest import LI, Api, png


@pytest.fixture
async def started(control: Control, api: Api) -> Api:
    await control.say(LI, "/start")
    return api


async def upload(api: Api, method: str, files: dict[str, bytes], **args: Any) -> dict[str, Any]:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in args.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, body in files.items():
        form.add_field(name, io.BytesIO(body), filename=f"{name}.bin")
    async with api.session.post(f"{api.server.url}/bot{api.server.token}/{method}", data=form) as response:
        return await response.json()


async def test_a_photo_is_made_jpeg_of_1280_pixels_and_can_be_sent_again(started: Api) -> None:
    sent = (await upload(started, "sendPhoto", {"photo": png(1600, 800)}, chat_id=LI))["result"]
    sizes = [(s["width"], s["height"]) for s in sent["photo"]]
    assert sizes == [(320, 160), (1280, 640)]
    again = await started.ok("sendPhoto", chat_id=LI, photo=sent["photo"][0]["file_id"])
    assert again["photo"] == sent["photo"]
    file = await started.ok("getFile", file_id=sent["photo"][-1]["file_id"])
    url = f"{started.server.url}/file/bot{started.server.token}/{file['file_path']}"
    async with started.session.get(url) as response:
        body = await response.read()
    assert len(body) == file["file_size"]
    with Image.open(io.BytesIO(body)) as image:
        assert (image.format, image.size) == ("JPEG", (1280, 640))


async def test_a_small_jpeg_stays_as_it_is(started: Api) -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 100), "blue").save(out, "JPEG")
    sent = (await upload(started, "sendPhoto", {"photo": out.getvalue()}, chat_id=LI))["result"]
    assert [(s["width"], s["file_size"]) for s in sent["photo"]] == [(200, len(out.getvalue()))]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(b"no picture", "Bad Request: IMAGE_PROCESS_FAILED", id="no-picture"),
        pytest.param(b"", "Bad Request: file must be non-empty", id="empty"),
        pytest.param(png(2100, 100), "Bad Request: PHOTO_INVALID_DIMENSIONS", id="too-long"),
        pytest.param(
            b"x" * (10 * 1024 * 1024 + 1),
            "Bad Request: file of size 10485761 bytes is too big for a photo",
            id="too-big",
        ),
    ],
)
async def test_photos_are_refused(started: Api, body: bytes, error: str) -> None:
    answer = await upload(started, "sendPhoto", {"photo": body}, chat_id=LI)
    assert answer["description"].startswith(error)


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("sendPhoto", {}, "Bad Request: there is no photo in the request"),
        ("sendDocument", {}, "Bad Request: there is no document in the request"),
        ("sendPhoto", {"photo": "AgAC"}, "Bad Request: wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "attach://x"}, "Bad Request: wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "https://a.b/c.png"}, "Bad Request: failed to get HTTP URL content"),
        ("sendMediaGroup", {"media": []}, "Bad Request: there are no media in the request"),
    ],
)
async def test_file_arguments_are_refused(started: Api, method: str, args: dict[str, Any], error: str) -> None:
    assert await started.refused(method, chat_id=LI, **args) == error


async def test_a_file_keeps_its_kind(started: Api) -> None:
    sent = (await upload(started, "sendDocument", {"document": b"pdf"}, chat_id=LI))["result"]
    assert sent["document"]["file_name"] == "document.bin"
    refused = await started.refused("sendPhoto", chat_id=LI, photo=sent["document"]["file_id"])
    assert refused == "Bad Request: can't use file of type Document as Photo"
    assert await started.refused("getFile", file_id="nothing") == "Bad Request: invalid file_id"


async def test_big_files_are_not_downloaded(started: Api) -> None:
    sent = (await upload(started, "sendDocument", {"document": b"x" * (20 * 1024 * 1024 + 1)}, chat_id=LI))["result"]
    assert await started.refused("getFile", file_id=sent["document"]["file_id"]) == "Bad Request: file is too big"


async def test_an_album_is_several_messages(control: Control, started: Api) -> None:
    media = [
        {"type": "photo", "media": "attach://a", "caption": "<b>one</b>", "parse_mode": "HTML"},
        {"type": "photo", "media": "attach://b"},
    ]
    sent = (await upload(started, "sendMediaGroup", {"a": png(), "b": png(50)}, chat_id=LI, media=media))["result"]
    assert len({m["media_group_id"] for m in sent}) == 1
    assert sent[0]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert sent[1]["message_id"] == sent[0]["message_id"] + 1
    broken = await upload(started, "sendMediaGroup", {"a": png(), "b": b"x"}, chat_id=LI, media=media)
    assert broken["description"] == (
        'Bad Request: failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'
    )
    assert len(await control.messages(LI)) == 2


async def test_captions(started: Api) -> None:
    sent = (await upload(started, "sendPhoto", {"photo": png()}, chat_id=LI, caption="x"))["result"]
    where = {"chat_id": LI, "message_id": sent["message_id"]}
    assert "caption" not in await started.ok("editMessageCaption", **where)
    long = await started.refused("editMessageCaption", **where, caption="x" * 1025)
    assert long == "Bad Request: message caption is too long"
    text = await started.refused("editMessageText", **where, text="x")
    assert text == "Bad Request: there is no text in the message to edit"
    new = {"type": "photo", "media": "attach://n", "caption": "new"}
    edited = (await upload(started, "editMessageMedia", {"n": png(60)}, **where, media=new))["result"]
    assert (edited["caption"], edited["photo"][0]["width"]) == ("new", 60)
