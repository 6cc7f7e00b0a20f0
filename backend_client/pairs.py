"""JSON whose strings were cut in the middle of a character, as by a server that counts in UTF-16 units."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


def paired(body: bytes) -> bytes:
    r"""JSON text without halves of a surrogate pair: ``\ud83d`` alone becomes U+FFFD.

    RFC 8259, 8.2 calls what software does with one unpredictable: no database and no message takes it.
    """
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
