"""The close screen as a program: its application, its window, its end."""

from __future__ import annotations

import sys
import time
from functools import partial

from kiosk.certificate_screen import certificate_view
from kiosk.cli.trail import device_log
from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict
from kiosk.closing.paper_process import paper_of
from kiosk.closing_screen import ClosingScreen
from kiosk.config.event import EventConfig, Mode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.config.texts import Language
from kiosk.text import Texts
from kiosk.ui.app_setup import make_application
from kiosk.ui.certificate_window import CertificateWindow
from kiosk.ui.close_view import CloseFacts
from kiosk.ui.close_window import CloseWindow
from kiosk.workers.looks import dress


def close_on_screen(place: EventPlace, event: EventConfig, counts: dict[str, int], by: str) -> Verdict | None:
    """Ask, close, show, until the person leaves the screen. None when the event was not closed to the end."""
    language = event.languages[0]
    application = make_application(sys.argv[:1], language.value)
    facts = CloseFacts(event.name[language], counts.get("tickets"), counts.get("admitted"))
    window = CloseWindow(Texts, language.value, time.time, rehearsal=event.mode is Mode.REHEARSAL)
    paper = CertificateWindow(Texts, language.value, time.time, rehearsal=event.mode is Mode.REHEARSAL)
    for each in (window, paper):
        dress(each, DevicePlace(place.data_dir, place.key_dir))
    log = device_log(place.data_dir, place.key_dir)
    closer = partial(close_event, audit=log, by=by, make_paper=paper_of)
    screen = ClosingScreen(window, place, facts, Texts(language.value), closer)
    window.certificate_wanted.connect(lambda: _show(paper, place, language.value, facts.event_name))
    paper.finished.connect(paper.hide)
    screen.left.connect(lambda: application.exit(0))
    window.show_full_screen()
    try:
        application.exec()
    finally:
        screen.wait()
        for each in (paper, window):
            each.allow_close()
            each.close()
    return screen.verdict


def show_certificate(place: EventPlace) -> None:
    """The event's certificate, until the person leaves the screen."""
    try:
        event = load_event(place.event_file)
    except ConfigFaults:
        language, name, rehearsal = Language.CHINESE, place.event_id, False
    else:
        language, rehearsal = event.languages[0], event.mode is Mode.REHEARSAL
        name = event.name[language]
    application = make_application(sys.argv[:1], language.value)
    window = CertificateWindow(Texts, language.value, time.time, rehearsal=rehearsal)
    dress(window, DevicePlace(place.data_dir, place.key_dir))
    window.finished.connect(lambda: application.exit(0))
    _show(window, place, language.value, name)
    try:
        application.exec()
    finally:
        window.allow_close()
        window.close()


def _show(window: CertificateWindow, place: EventPlace, language: str, event_name: str) -> None:
    window.show_certificate(certificate_view(place, Texts(language)), event_name)
    window.show_full_screen()
