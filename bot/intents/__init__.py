"""What a flow may ask the house and the hospital to do: plain data, no client, no store.

A local intent is executed inside the commit (bot/ops/); a hospital intent leaves with the commit (bot/calls.py).
"""

from bot.intents._declare import Intent

__all__ = ["Intent"]
