"""The close screen as a program: its application, its window, its end."""

from __future__ import annotations

import sys
import time

from kiosk.certificate_screen import certificate_view
from kiosk.closing.leftovers import Verdict
from kiosk.closing_screen import ClosingScreen
from kiosk.config.event import EventConfig, Mode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.text import Texts
from kiosk.ui.app_setup import make_application
from kiosk.ui.certificate_window import CertificateWindow
from kiosk.ui.close_window import CloseFacts, CloseWindow


def close_on_screen(place: EventPlace, event: EventConfig, counts: dict[str, int]) -> Verdict | None:
    """Ask, close, show, until the person leaves the screen. None when the event was not closed to the end."""
    language = event.languages[0]
    application = make_application(sys.argv[:1], language.value)
    facts = CloseFacts(event.name[language], counts.get("tickets"), counts.get("admitted"))
    window = CloseWindow(Texts, language.value, time.time, rehearsal=event.mode is Mode.REHEARSAL)
    screen = ClosingScreen(window, place, facts, Texts(language.value))
    screen.left.connect(lambda: application.exit(0))
    window.show_full_screen()
    try:
        application.exec()
    finally:
        screen.wait()
        window.allow_close()
        window.close()
    return screen.verdict


def show_certificate(place: EventPlace) -> None:
    """The event's certificate, until the person leaves the screen."""
    try:
        event = load_event(place.event_file)
    except ConfigFaults:
        language, name, rehearsal = "zh", place.event_id, False
    else:
        language, name = event.languages[0].value, event.name[event.languages[0]]
        rehearsal = event.mode is Mode.REHEARSAL
    application = make_application(sys.argv[:1], language)
    window = CertificateWindow(Texts, language, time.time, rehearsal=rehearsal)
    window.show_certificate(certificate_view(place, Texts(language)), name)
    window.finished.connect(lambda: application.exit(0))
    window.show_full_screen()
    try:
        application.exec()
    finally:
        window.allow_close()
        window.close()
