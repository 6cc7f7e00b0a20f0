"""Browser tests: the sandbox page in a real Chromium on the real sandbox server."""
