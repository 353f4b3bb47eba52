"""What the windows need of an event, per language: plain values, filled from the event file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Direction(StrEnum):
    """Where something lies for a person who faces the screen."""

    LEFT = "left"
    RIGHT = "right"
    AHEAD = "ahead"
    BEHIND = "behind"


@dataclass(frozen=True)
class NoticePart:
    """One of the notice's statements: who, why, how, how long, ... (FRM Art. 5)."""

    heading: str
    text: str


@dataclass(frozen=True)
class EventWords:
    """The event in one language. The mappings go from an id to what a person reads.

    A session's name may hold one line break (day, name).
    """

    event_name: str
    gate_name: str
    desk_place: str
    short_notice: str
    full_notice: tuple[NoticePart, ...]
    gate_names: Mapping[str, str] = field(default_factory=dict)
    gate_places: Mapping[str, str] = field(default_factory=dict)
    session_names: Mapping[str, str] = field(default_factory=dict)
    hold_ground: str = ""
    hold_hours: float = 0.0

    def gate(self, gate_id: str) -> str:
        return self.gate_names.get(gate_id, gate_id)

    def session(self, session_id: str) -> str:
        return self.session_names.get(session_id, session_id)


@dataclass(frozen=True)
class EventScene:
    """One station's event: words by language, and where desk and other gates lie."""

    words: Mapping[str, EventWords]
    desk_direction: Direction | None = None
    gate_directions: Mapping[str, Direction] = field(default_factory=dict)
