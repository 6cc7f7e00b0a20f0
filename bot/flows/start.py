"""/start, /menu and /help: who are you, and what can be done from here."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import people
from bot.phrases import menu, menu_key, work


@flow("start", start=Start(command="start", leaves=True))
async def start(ask: Ask) -> None:
    """The menu, for whoever says hello."""
    me = await ask.once("me", people.me())
    await ask.card(menu_key(ask.place.chat), "start.menu", to=None, anew=True, buttons=menu(me.roles))


@flow("menu", start=Start(command="menu", action="menu", means="greeting", leaves=True))
async def menu_again(ask: Ask) -> None:
    """The menu by a button."""
    await ask.sub("again", "start")


@flow("help", start=Start(command="help", listed=5, means="lost"))
async def help_(ask: Ask) -> None:
    """What can be said here, by everybody and by whoever works here."""
    me = await ask.once("me", people.me())
    await ask.tell("how", work=work(me.roles), buttons=[Option("menu", action="menu")])


@flow("language", start=Start(command="language", listed=4, action="language", menu=5, means="language"), aside=True)
async def language(ask: Ask) -> None:
    """One tap for another language."""
    plain = Option("plainly", action="plainly")
    tags = [Option("zh-CN", label="中文"), Option("en", label="English"), plain]
    tag = await ask.choice("tag", options=tags, typed=True)
    await ask.once("set", people.language(tag))
    await ask.tell("done", buttons=[Option("menu", action="menu")])


@flow("plainly", start=Start(command="plain", action="plainly"), aside=True)
async def plainly(ask: Ask) -> None:
    """Two buttons at a time, no signs, numbers and days in words: for whoever reads with difficulty, or by ear."""
    how = await ask.choice("how", options=["on", "off"], typed=True)
    await ask.once("set", people.plainly(how == "on"))
    back = [Option("menu", action="menu")]
    if how == "on":
        await ask.tell("on", buttons=back)
    else:
        await ask.tell("off", buttons=back)
