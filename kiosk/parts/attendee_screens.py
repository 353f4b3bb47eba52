"""What an attendee would see with an event's settings: the real pages, drawn into pictures. Window's thread.

No camera is behind them and nobody is in them, so that these may be made outside a rehearsal, too (R-45).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kiosk.config.event import AttackSignals, EventConfig, Mode
from kiosk.office.view import Picture
from kiosk.scene import event_scene
from kiosk.text import Texts
from kiosk.ui.render import drawn_screen
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen, View

SIZE_PX = (720, 1280)


def attendee_screens(event: EventConfig, gate_group: str) -> tuple[Picture, ...]:
    """The first screen in each language of the event; the notice stands on it."""
    return tuple(_first_screen(event, gate_group, language.value) for language in event.languages)


def _first_screen(event: EventConfig, gate_group: str, language: str) -> Picture:
    others = [each.value for each in event.languages if each.value != language]
    window = StationWindow(
        Texts,
        event_scene(event, gate_group),
        (language, *others),
        rehearsal=event.mode is Mode.REHEARSAL,
        face_offered=event.face.enabled,
        challenge=event.face.attack_signals is AttackSignals.CHALLENGE,
        motion=False,
    )
    try:
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.show_as_window(*SIZE_PX)
        window.show_view(View(Screen.CHOICE))
        QApplication.sendPostedEvents()
        return Picture(Texts(language)("language_name"), drawn_screen(window))
    finally:
        window.allow_close()
        window.close()
        window.deleteLater()
