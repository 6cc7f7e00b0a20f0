"""Tests of the sandbox Bot API server, through its outer interface wherever that is possible."""
