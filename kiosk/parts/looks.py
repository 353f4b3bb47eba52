"""How a station's window looks, and at a desk the sheet that says so."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.access import Principal
from kiosk.parts.common import Common, device_place
from kiosk.station.look_sheet import LookSheet
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.workers.looks import LookWatch


def follow_look(common: Common, window: KioskWindow) -> LookWatch:
    """Dress ``window`` as the machine's look says, now and until the watch is stopped."""
    config = common.config
    watch = LookWatch.of(device_place(config), config.machine.window, common.store.queue, common.clock.now)
    watch.follow(window)
    watch.start()
    return watch


def look_sheet(window: DeskWindow, watch: LookWatch, principal: Callable[[], Principal]) -> LookSheet:
    """The sheet, hearing what is tapped in the desk's window. What the desk shows, its maker has to pass on."""
    sheet = LookSheet(window, watch, principal, lambda: Texts(window.language))
    window.look_tapped.connect(sheet.on_tapped)
    window.sheet.chosen.connect(sheet.on_chosen)
    window.sheet.went_back.connect(sheet.on_back)
    window.language_chosen.connect(sheet.on_back)
    window.login_shown.connect(sheet.on_login)
    for other in (window.alert_tapped, window.overrides_tapped, window.venue_tapped):
        other.connect(sheet.on_covered)
    return sheet
