"""The lines of `medrelay check`, and the one about how updates come."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messenger.port import Hook


@dataclass(frozen=True, slots=True)
class Line:
    """``mark``: ok; note = worth knowing, and nothing to mend; WRONG = to be mended, ``told`` tells how."""

    mark: str
    what: str
    told: str

    def __str__(self) -> str:
        return f"{self.mark:<6}{self.what:<14}{self.told}"


def ok(what: str, said: str) -> Line:
    return Line("ok", what, said)


def note(what: str, said: str) -> Line:
    return Line("note", what, said)


def wrong(what: str, said: str) -> Line:
    return Line("WRONG", what, said)


def updates(url: str, stands: Hook) -> Line:
    """``url``: our webhook's address, "" = updates are fetched. Whose another address is may be anybody's: not told."""
    what = "updates"
    if stands.url not in ("", url):
        return wrong(what, "the messenger delivers to another address than MEDRELAY_WEBHOOK_URL: stop whatever else"
                     " runs with this token, then start the bot, which puts it right")  # fmt: skip
    if not url:
        return ok(what, "are fetched")
    if not stands.url:
        return note(what, "are fetched until now: the next start has them delivered to MEDRELAY_WEBHOOK_URL")
    if stands.waiting and stands.failed_at:
        return wrong(what, f"{stands.waiting} wait, and a delivery failed: see that the bot runs and that"
                     " MEDRELAY_WEBHOOK_URL reaches MEDRELAY_HTTP_PORT")  # fmt: skip
    return ok(what, f"are delivered, {stands.waiting} wait")
