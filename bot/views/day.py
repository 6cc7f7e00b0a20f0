"""What an ambassador's list of today shows; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.model.names import Names

Todo = Literal["call_on", "going", "half_done", "runs_out", "at_gate", "at_door", "one_home"]


@dataclass(frozen=True, slots=True)
class TodoView:
    """One thing to do. ``about``: what its button is about; of a form the whole action that goes on with it.

    ``label``: a parcel's. ``until``: ISO day it runs out. ``count``: parcels at the gate, or people of one home.
    """

    kind: Todo = "half_done"
    about: str = ""
    name: Names = field(default_factory=dict[str, str], repr=False)
    building: str = field(default="", repr=False)
    urgent: bool = False
    label: str = ""
    until: str = ""
    count: int = 0
