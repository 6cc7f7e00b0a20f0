"""The process that looks at pictures: reads requests on stdin, answers on stdout. A crash here costs one retry.

Frame: four bytes of length, JSON, then as many raw bytes as its ``size`` says.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
import time
from typing import Any, BinaryIO, Final

LENGTH: Final = struct.Struct(">I")
ADDRESS_SPACE: Final = 3 * 1024**3  # bytes of virtual memory; resident memory is watched by the reader


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """One request; None at the end of input."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    body: dict[str, Any] = json.loads(stream.read(LENGTH.unpack(head)[0]))
    return body, stream.read(int(body.get("size", 0)))


def frame(body: dict[str, Any], data: bytes = b"") -> bytes:
    """The bytes of one frame."""
    text = json.dumps({**body, "size": len(data)}, ensure_ascii=False).encode()
    return LENGTH.pack(len(text)) + text + data


def main() -> None:
    """Serve until input ends. The first frame says hello: the drug list and the key of the picture hash."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing a library prints may enter the answers
    _confine()
    hello = read_frame(sys.stdin.buffer)
    if hello is None:
        return
    from bot.photo.serving import Server  # the heavy libraries, after the limits are set

    server = Server(hello[0]["rows"], bytes.fromhex(hello[0]["key"]))
    out.write(frame({"ready": True}))
    out.flush()
    while (request := read_frame(sys.stdin.buffer)) is not None:
        body, data = request
        began = time.process_time()
        answer, picture = server.answer(body, data)
        answer["cpu_ms"] = round(1000 * (time.process_time() - began))
        answer["peak_kb"] = _peak_kb()
        out.write(frame(answer, picture))
        out.flush()


def _peak_kb() -> int:
    """Resident memory ever used, in kB. Not ru_maxrss where it can be helped: that begins with the size of the parent
    process, which a new program keeps through exec."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123 one line, no import
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it never writes a file
    os.nice(5)  # the bot's own turns come first


if __name__ == "__main__":
    main()
