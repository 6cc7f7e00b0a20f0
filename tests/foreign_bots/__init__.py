"""Bots on libraries of other houses, unchanged but for the API root, against the sandbox messenger."""
