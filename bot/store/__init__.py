"""Everything that is kept: rows, messages, commands, timers, the audit. The only place that knows SQLAlchemy.

``port.Store`` is what the house sees; ``sqlite.open_sqlite`` gives one.
"""
