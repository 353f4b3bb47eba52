"""Taps about people who come in together, and about whoever goes out, from the desk's window to the desk."""

from __future__ import annotations

from kiosk.station.desk import Desk
from kiosk.ui.desk_window import DeskWindow


def wire_party(window: DeskWindow, desk: Desk) -> None:
    """Connect what was tapped; the desk decides."""
    window.gather_tapped.connect(desk.on_gather)
    window.party.left_out.connect(desk.on_left_out)
    window.party.admit_tapped.connect(desk.on_admit_party)
    window.party.dropped.connect(desk.on_left)
    window.exit_tapped.connect(desk.on_exit)
