"""A command: what it begins, or what it does to the dialog that is open."""

from __future__ import annotations

from bot.dialog import events
from bot.handlers.offering import ask_again, asks_below, show_menu
from bot.model import Dialog, PlaceKind, Said, Spot
from bot.ops.placing import unwant
from bot.running import QUESTIONS, advance, begin
from bot.turn import Turn
from bot.wiring import COMMANDS, IN_GROUPS, LINKS, SECRET, STARTS

BUILT_IN = {"back": events.Back(), "cancel": events.Cancel()}  # of the open dialog, whichever that is


async def foreground(turn: Turn, spot: Spot) -> Dialog | None:
    """The dialog that holds this person's attention here: open, or sent and not yet answered."""
    found = await turn.find(Dialog, chat=spot.chat, person=spot.person, state=("open", "sent"))
    here = [dialog for dialog in found if dialog.thread == spot.thread]
    return next((d for d in here if d.state == "open"), None) or next(iter(here), None)


async def command(turn: Turn, body: Said, kind: PlaceKind) -> None:
    word, _, rest = body.text[1:].partition(" ")
    word, _, addressed = word.partition("@")
    if addressed and addressed.lower() != turn.services.bot_name.lower():
        return
    word = word.lower()
    if kind is not PlaceKind.PRIVATE and word not in {*IN_GROUPS, "cancel"}:
        return
    if word == "start" and rest:
        await _deep_link(turn, body.spot, rest.strip())
    elif word in BUILT_IN:
        await _on_dialog(turn, body, BUILT_IN[word])
    elif word in COMMANDS:
        await _begins(turn, body.spot, COMMANDS[word])
    elif kind is PlaceKind.PRIVATE:
        asking = await foreground(turn, body.spot)
        await show_menu(turn, body.spot, "handlers.unknown_command")
        await asks_below(turn, asking)


async def _begins(turn: Turn, spot: Spot, flow: str) -> None:
    """What only tells something is said above the question that stands open; the menu is asked for to leave it."""
    asking = await foreground(turn, spot)
    played = await begin(turn, flow, spot)
    if played.end and not STARTS[flow].leaves and spot.chat > 0:
        await asks_below(turn, asking)


async def _deep_link(turn: Turn, spot: Spot, parameter: str) -> None:
    purpose, _, ref = parameter.partition("-")
    if purpose not in LINKS:
        await begin(turn, COMMANDS["start"], spot)
        return
    secret = {"parameter": parameter} if purpose in SECRET else {}
    await begin(turn, LINKS[purpose], spot, args={"ref": ref, **secret})


async def _on_dialog(turn: Turn, body: Said, event: events.Back | events.Cancel) -> None:
    dialog = await foreground(turn, body.spot)
    if dialog is None:
        back = isinstance(event, events.Back)
        await show_menu(turn, body.spot, "handlers.nothing_to_go_back_in" if back else "handlers.nothing_open")
        return
    played = await advance(turn, dialog, event)
    if dialog.kind == "submit" and isinstance(event, events.Cancel):
        await unwant(turn, dialog)
    if played.end == "cancelled":
        await show_menu(turn, body.spot, "handlers.cancelled")
    elif isinstance(event, events.Back) and played.verdict == "not-for-this-step" and dialog.kind in QUESTIONS:
        await ask_again(turn, dialog, "handlers.first_question")
