"""A stateful Telegram Bot API 10.0 server for one bot, with people who act through a control interface.

Uses nothing of bot/ or backend_client/: any bot in any language can be run against it over HTTP.
"""
