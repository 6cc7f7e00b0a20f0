"""A page of another site, open in the same browser as the sandbox, gets nothing and changes nothing there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from tests.browser.scene import WANG, Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = """<!doctype html><title>at work</title><body><iframe name=sink></iframe><script>
const at = new URLSearchParams(location.search).get("at");
const bot = `${at}/bot${new URLSearchParams(location.search).get("token")}`;
const hook = encodeURIComponent(`${at}/hook`);
const settled = [];
const until = (make) => settled.push(new Promise((done) => make(done)));
const image = (url, policy) => until((done) => {
  const one = new Image();
  one.onload = one.onerror = done;
  if (policy) one.referrerPolicy = policy;
  one.src = url;
  document.body.append(one);
});
const post = (url, body) => settled.push(fetch(url, { method: "POST", mode: "no-cors", body }).catch(() => 0));
image(`${bot}/setWebhook?url=${hook}`);
image(`${bot}/setWebhook?url=${hook}`, "no-referrer");
post(`${bot}/setWebhook?url=${hook}`);
post(`${at}/control/people/1001/say`, '{"text": "not mine"}');
post(`${at}/control/switches`, '{"bot": "kill"}');
const keep = (text) => (window.got = text);
settled.push(fetch(`${at}/control/world`).then((answer) => answer.text()).then(keep).catch(() => 0));
until((done) => {
  const socket = new WebSocket(`${at.replace("http", "ws")}/control/live`);
  socket.onmessage = (event) => done((window.got = event.data));
  socket.onclose = done;
});
until((done) => {
  const form = document.createElement("form");
  form.method = "post";
  form.enctype = "text/plain";
  form.target = "sink";
  form.action = `${at}/control/people/1001/say`;
  const field = document.createElement("input");
  field.name = '{"text": "by a form", "x": "';
  field.value = '"}';
  form.append(field);
  document.body.append(form);
  document.querySelector("iframe").onload = done;
  form.submit();
});
Promise.all(settled).then(() => (document.title = "done"));
</script>"""


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere() -> AsyncIterator[str]:
    """A web site of its own: Chromium takes every name below localhost for this machine, and for another site."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://evil.localhost:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_it_gets_nothing_and_changes_nothing(scene: Scene, elsewhere: str, name: str) -> None:
    await scene.begin(WANG)
    before = await scene.control("GET", f"people/{WANG}/sees")
    at = scene.url.replace("127.0.0.1", name)
    context = await scene.browser.new_context()
    page = await context.new_page()
    await page.goto(f"{elsewhere}/?at={at}&token={scene.token}")
    await page.wait_for_function("document.title === 'done'")
    assert await page.evaluate("window.got === undefined")
    await context.close()
    assert (await scene.bot("getWebhookInfo"))["url"] == ""
    assert (await scene.control("GET", f"people/{WANG}/sees"))["chats"] == before["chats"]
    assert "bot" not in await scene.control("GET", "switches")
