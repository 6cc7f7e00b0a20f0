"""The two kinds of refusal: to the bot (in the Bot API's own words) and to the control interface."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer with ok=false. `parameters` is a ResponseParameters object."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON the real server answers with."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad(text: str, parameters: dict[str, Any] | None = None) -> ApiError:
    """400 with the real server's text."""
    return ApiError(400, f"Bad Request: {text}", parameters)


def forbidden(text: str) -> ApiError:
    """403 with the real server's text."""
    return ApiError(403, f"Forbidden: {text}")


def too_many(seconds: int) -> ApiError:
    """429; `seconds` is what the bot must wait."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


class Refused(Exception):
    """The control interface cannot do it; the text says what to do instead."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
