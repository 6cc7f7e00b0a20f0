"""The text or caption of a call: parse mode or entities to what the message finally says."""

from __future__ import annotations

from collections.abc import Callable

from . import entities, html_text, markdown_text, views
from .entities import Entity
from .errors import bad
from .records import Json
from .world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_MODES: dict[str, Callable[[str], tuple[str, list[Entity]]]] = {
    "html": html_text.parse,
    "markdownv2": markdown_text.parse,
    "markdown": markdown_text.parse_old,
}


def formatted(world: World, text: str, mode: str | None, own: list[Entity] | None) -> tuple[str, list[Entity]]:
    """Text and entities after parsing and trimming; mentions by id become users, unknown ones plain text."""
    mode = "" if (mode or "").lower() == "none" else (mode or "").lower()
    if mode and mode not in _MODES:
        raise bad("unsupported parse_mode")
    if mode:
        text, found = _MODES[mode](text)
    else:
        found = entities.given(text, own or [])
    return entities.finish(text, [entity for entity in map(_mention(world), found) if entity])


def _mention(world: World) -> Callable[[Entity], Entity | None]:
    def resolve(entity: Entity) -> Entity | None:
        who = entity.get("user")
        if who is None:
            return entity
        user_id = who if isinstance(who, int) else who["id"]
        known = user_id in world.state.people or user_id == world.bot.id
        return {**entity, "user": views.user(world, user_id)} if known else None

    return resolve


def text_content(world: World, args: Json) -> Json:
    """{text, entities, link_preview_options} of a call; 400 when it is empty or longer than 4096 UTF-16 units."""
    text, found = formatted(world, args["text"], args.get("parse_mode"), args.get("entities"))
    if not text:
        raise bad("text must be non-empty")
    if entities.length(text) > TEXT_LIMIT:
        raise bad("message is too long")
    preview = {name: value for name, value in (args.get("link_preview_options") or {}).items() if value}
    shown: Json = {"link_preview_options": preview} if preview else {}
    return ({"text": text, "entities": found} if found else {"text": text}) | shown


def caption_content(world: World, args: Json) -> Json:
    """{caption, caption_entities} of a call or of an InputMedia; {} without one."""
    source = args.get("caption")
    if not source:
        return {}
    text, found = formatted(world, source, args.get("parse_mode"), args.get("caption_entities"))
    if entities.length(text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    if not text:
        return {}
    above = {"show_caption_above_media": True} if args.get("show_caption_above_media") else {}
    return {"caption": text, **({"caption_entities": found} if found else {}), **above}
