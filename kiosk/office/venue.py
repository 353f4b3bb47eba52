"""The venue for whoever supervises it: every station at a glance, looked at again by itself; the way to conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.base.seen import Use, VenueSeen
from kiosk.office.conflicts import ConflictPages
from kiosk.office.subject import Room, Subject
from kiosk.office.venue_words import venue_page
from kiosk.office.view import Act, PlanPage, Told

AGAIN_S = 2.0


@dataclass(frozen=True)
class VenuePort:
    """Looks that wait for the base, no longer than its limits; each asks the role table first.

    ``look`` and ``conflicts`` raise BaseAway and BaseRefused. ``paper``: the list as PDF, in this language; raises
    PaperUnavailable. ``folders``: where a paper may be put.
    """

    look: Callable[[], VenueSeen]
    conflicts: Callable[[], list[Use]]
    paper: Callable[[list[Use], str], bytes]
    folders: tuple[Path, ...]


class VenuePages(Subject):
    def __init__(self, room: Room, port: VenuePort) -> None:
        self._room, self._port = room, port
        self._last: PlanPage | None = None

    def open(self, told: Told | None = None) -> None:
        """Now, and every two seconds while it is looked at."""
        self._room.ask(self._port.look, self._show, self._say)

    def act(self, name: str, row: str) -> None:
        if name == "conflicts":
            port = self._port
            self._room.enter(lambda room: ConflictPages(room, port.conflicts, port.paper, port.folders))

    def _show(self, seen: VenueSeen) -> None:
        texts = self._room.texts
        acts = (Act("conflicts", texts("office.venue.conflicts")),)
        self._last = venue_page(seen, texts, acts)
        self._room.show(self._last)
        self._room.later(AGAIN_S, self.open)

    def _say(self, told: Told) -> None:
        """What was seen last stays, below the sentence why there is nothing newer."""
        before = self._last or PlanPage(self._room.texts("office.venue.title"), ())
        self._room.show(PlanPage(before.title, before.groups, "", told, before.acts))
        self._room.later(AGAIN_S, self.open)
