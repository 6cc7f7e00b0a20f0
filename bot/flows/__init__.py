"""One file per dialog or notice; importing this package registers them all. A new file is one more name below."""

from bot.flows import (
    announce,
    arrived,
    cancel,
    confirm,
    consult,
    enrol,
    hand_over,
    mandate,
    offices,
    order_card,
    prescribe,
    refill,
    review,
    run_sheet,
    settle,
    start,
)

__all__ = [
    "announce",
    "arrived",
    "cancel",
    "confirm",
    "consult",
    "enrol",
    "hand_over",
    "mandate",
    "offices",
    "order_card",
    "prescribe",
    "refill",
    "review",
    "run_sheet",
    "settle",
    "start",
]
