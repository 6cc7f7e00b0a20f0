"""A person's words that may stand twice say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.decoding import Unreadable
from bot.messenger import limits
from bot.model import Attached, Person, Picture, Place, Post, Priority, Text
from bot.store.port import Store


async def said_again(post: Post, store: Store, again: Callable[[str], str]) -> Post:
    """``again``: a language -> what they begin with; the door left room for it."""
    content = post.content
    if post.priority is not Priority.RELAY or not isinstance(content, Text | Picture | Attached):
        return post
    most = limits.TEXT if isinstance(content, Text) else limits.CAPTION
    html = f"{again(await _lang(store, post.chat))}\n{content.html}".strip()
    return replace(post, content=replace(content, html=html)) if limits.visible(html) <= most else post


async def _lang(store: Store, chat: int) -> str:
    """ "" where nothing is known of the chat."""
    try:
        row = await store.get(Person, chat) if chat > 0 else await store.get(Place, chat)
    except Unreadable:
        return ""
    return row.lang if row else ""
