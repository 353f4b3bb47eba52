"""Whoever listens in on a station: nobody in service, the conductor in a rehearsal."""

from __future__ import annotations

from typing import Protocol

from kiosk.station.desk_view import DeskView
from kiosk.station.ports import VisitFacts
from kiosk.visit.view import Screen, View


class Observer(Protocol):
    """Hears what was shown and what came of each visit; cannot change anything."""

    def view_shown(self, view: View) -> None: ...

    def desk_shown(self, view: DeskView) -> None: ...

    def painted(self, screen: Screen) -> None: ...

    def camera(self, on: bool) -> None: ...

    def visit_ended(self, facts: VisitFacts) -> None: ...


class Silent:
    """The observer of the product in service."""

    def view_shown(self, view: View) -> None:
        """Nothing."""

    def desk_shown(self, view: DeskView) -> None:
        """Nothing."""

    def painted(self, screen: Screen) -> None:
        """Nothing."""

    def camera(self, on: bool) -> None:
        """Nothing."""

    def visit_ended(self, facts: VisitFacts) -> None:
        """Nothing."""
