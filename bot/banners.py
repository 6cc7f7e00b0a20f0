"""What stands above a question while something is not as usual: one sentence, read once of a slow service, at the
beginning of each dialog of an emergency. All of it from the rows."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Alert, Heard, Post, Text
from bot.model.names import name_in
from bot.phrases import menu_key
from bot.turn import Turn

SLOW, EMERGENCY = "slow", "emergency"
ASKED = "asked:"  # how a question's ``holds`` begins


async def headed(turn: Turn, post: Post) -> Post:
    """The same post, with what its reader is to know first."""
    content, opens = post.content, _opens(turn, post)
    if not opens or not isinstance(content, Text):
        return post
    for alert in await turn.find(Alert, over=0):
        if not await concerns(turn, alert, post.chat):
            continue
        id = f"{alert.id}:{post.chat}" if alert.kind == SLOW else f"{alert.id}:{post.chat}:{opens}"
        heard = await turn.get(Heard, id)
        if heard is None:
            turn.put(Heard(id, alert.id, post.chat, post.key))
        again = post.anew and alert.kind == SLOW  # the newest menu replaces one that said so: that is read once
        if heard is None or (heard.post == post.key and not again):
            head = f"{await sentence(turn, alert, post.chat)}\n\n"
            if head not in content.html:  # [More] leaves the same message with another button
                content = replace(content, html=head + content.html)
    return post if content is post.content else replace(post, content=content)


def _opens(turn: Turn, post: Post) -> str:
    """What a private post opens: the dialog that asks, or "tell" where it offers buttons to who wrote. "" = none."""
    if post.chat <= 0:
        return ""
    if post.holds.startswith(ASKED):
        return post.holds.removeprefix(ASKED)
    spot = getattr(turn.arrival.body, "spot", None)
    said = post.key.startswith("t:") or post.key == menu_key(post.chat)
    mine = spot is not None and spot.chat == post.chat == spot.person and said
    return "tell" if mine and isinstance(post.content, Text) and post.content.buttons else ""


async def concerns(turn: Turn, alert: Alert, account: int) -> bool:
    """By the compound that somebody orders for, or that he serves."""
    if not alert.places:
        return True
    person = await turn.person(account)
    own = {str(person.facts.get("compound", "")), *(one.id for one in person.roles if one.role == "serves")}
    return bool(own & {*alert.places})


async def sentence(turn: Turn, alert: Alert, chat: int) -> str:
    """What is so, in the reader's language."""
    words, lang = turn.services.words, await turn.lang_of(chat)
    if alert.kind == SLOW:
        return words.say(lang, "alert.slow", {"since": alert.since})
    said = {"words": name_in(alert.sealed.get("words", {}), lang), "phone": alert.sealed.get("phone", "")}
    return words.say(lang, "alert.emergency", said)
