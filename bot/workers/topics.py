"""Keeps a forum topic's name and closed state as wanted. Topics are made with the first post in them (delivery.py)."""

from __future__ import annotations

import logging

from bot.messenger.errors import Flooded, MessengerError, Moved, NotDelivered, OutcomeUnknown, ThreadLost
from bot.messenger.port import Messenger
from bot.model import Topic
from bot.store.port import Store
from bot.workers.landing import DONE, Landing, Spend

log = logging.getLogger(__name__)

PAUSE = 600.0  # s before a topic that we may not change is tried again


async def keep(topic: Topic, store: Store, messenger: Messenger, spend: Spend) -> Landing:
    """Rename, close or reopen one topic. One that somebody deleted is forgotten unless it was to be closed."""
    thread = topic.thread
    if thread is None:
        return DONE
    if topic.gone:
        return await _delete(topic, thread, store, messenger)
    try:
        if topic.shown != topic.name:
            await messenger.rename_topic(topic.chat, thread, topic.name)
            spend(topic.chat)
        await (messenger.close_topic if topic.closed else messenger.reopen_topic)(topic.chat, thread)
    except ThreadLost:
        if not topic.closed:
            await store.topic_lost(topic.key)
            return Landing(reread=True)
    except MessengerError as error:
        return await _trouble(topic, error, store)
    now = await store.get(Topic, topic.key)
    if now is not None and (now.name, now.closed) == (topic.name, topic.closed):
        await store.topic_shown(topic.key, topic.name)
    return DONE


async def _delete(topic: Topic, thread: int, store: Store, messenger: Messenger) -> Landing:
    """With all that is in it. Where we may not, it stays closed under the order's number, as an exception, until we may
    (``back`` in bot/ops/groups.py).
    """
    try:
        await messenger.delete_topic(topic.chat, thread)
    except ThreadLost:
        pass
    except (Flooded, Moved, NotDelivered, OutcomeUnknown) as error:
        return await _trouble(topic, error, store)
    except MessengerError as error:
        await store.topic_gone(topic.key, stays=topic.order)
        await store.dead_letter("rights", str(topic.chat), error.code)
        return DONE
    await store.topic_gone(topic.key)
    return DONE


async def _trouble(topic: Topic, error: MessengerError, store: Store) -> Landing:
    match error:
        case Flooded():
            return Landing(rest=error.seconds, flooded=True)
        case Moved():
            await store.moved(topic.chat, error.to)
            return Landing(reread=True)
        case NotDelivered() | OutcomeUnknown():
            return Landing(rest=None)
        case _:
            log.warning("topic %s cannot be changed, trying again in %d s: %s", topic.key, PAUSE, error.code)
            return Landing(aside=PAUSE)
