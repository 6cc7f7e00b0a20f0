"""For tests: what a person would see, folded from the Says, and the transcript as text."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.dialog.plain import Press, Say, post_key


def name_of(press: Press) -> str:
    """A button as a test names it: its label, else its option id, with its role in front."""
    mark = {"on": "+", "off": "-", "keep": "keep: "}.get(press.role, "")
    return f"{mark}{press.label or press.option or press.label_key}"


def line_of(say: Say) -> str:
    """One line of a transcript: kind, locale key, words, what is wrong, answer, buttons, flags."""
    parts = [say.kind, say.key or say.step]
    parts += [f"{k}={v!r}" for k, v in say.words.items()]
    parts += [f"wrong:{say.wrong[0]}"] if say.wrong else []
    parts += [f"= {name_of(press)}" for press in say.chosen]
    parts += [" ".join(f"[{name_of(press)}]" for press in row) for row in say.buttons]
    parts += [f"({', '.join(say.flags)})"] if say.flags else []
    parts += [f"-> {say.to}"] if say.to else []
    return " ".join(parts)


@dataclass(slots=True)
class Screen:
    """``posts``: what stands, by post key, oldest first. ``log``: everything that was ever done and said."""

    dialog: str
    posts: dict[str, Say] = field(default_factory=dict[str, Say])
    log: list[str] = field(default_factory=list[str])

    def show(self, says: tuple[Say, ...]) -> None:
        for say in says:
            self.log.append(f"  {line_of(say)}")
            key = f"c:{say.card_key}" if say.kind == "card" else post_key(self.dialog, say)
            if say.kind in ("checking", "already"):
                key += f":{say.kind}"
            if "withdrawn" in say.flags or "delete" in say.flags:
                self.posts.pop(key, None)
            else:
                self.posts[key] = say

    def button(self, wanted: str) -> Press | None:
        """The newest button with this option id, label or locale key."""
        for say in reversed(self.posts.values()):
            for row in say.buttons:
                for press in row:
                    if wanted in (press.option, press.label, press.label_key, name_of(press)):
                        return press
        return None
