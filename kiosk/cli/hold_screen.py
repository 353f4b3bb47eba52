"""What is held under one code, in a window for a minute; the event's closing ends it at once."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QTimer

from kiosk.closing.bound import is_rehearsal
from kiosk.closing.state import OVER, EventState, read_state
from kiosk.config.event import EventConfig
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.holding.captures import Captures
from kiosk.text import Texts
from kiosk.ui.app_setup import make_application
from kiosk.ui.hold_window import HoldView, HoldWindow
from kiosk.vault.core_dumps import leave_no_core, refuse_attaching
from kiosk.workers.looks import dress

LOOK_EVERY_MS = 500


def show_hold(place: EventPlace, event: EventConfig, code: str, captures: Captures) -> None:
    """Show ``captures`` until the supervisor is done, the minute is over, or the event is not open any more."""
    leave_no_core()
    rehearsal = is_rehearsal(place)
    if not rehearsal:
        refuse_attaching()
    language = event.languages[0]
    application = make_application(sys.argv[:1], language.value)
    window = HoldWindow(Texts(language.value), time.time, time.monotonic, rehearsal=rehearsal)
    dress(window, DevicePlace(place.data_dir, place.key_dir))
    window.finished.connect(lambda: application.exit(0))
    watch = QTimer()
    watch.setInterval(LOOK_EVERY_MS)
    watch.timeout.connect(lambda: _end_with_the_event(place, window))
    watch.start()
    figures = captures.figures
    view = HoldView(code, captures.live, figures.score, figures.threshold, figures.engine)
    window.show_full_screen()
    window.show_hold(view, event.name[language])
    try:
        application.exec()
    finally:
        watch.stop()
        window.end()
        window.allow_close()
        window.close()


def _end_with_the_event(place: EventPlace, window: HoldWindow) -> None:
    if read_state(place.state_file) in {EventState.CLOSING, *OVER}:
        window.end()
