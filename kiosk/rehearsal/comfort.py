"""Letters and buttons as an attendee has chosen them, on any screen: by the window's own buttons, on the first one."""

from __future__ import annotations

from dataclasses import replace

from kiosk.rehearsal.catalogue import Entry
from kiosk.ui.comfort_bar import ComfortBar
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen, View


def scales_offered(window: KioskWindow) -> tuple[int, ...]:
    """Text sizes in per cent that somebody at this window can choose; 100 alone where it has no buttons for it."""
    bar = window.findChild(ComfortBar)
    return tuple(round(scale * 100) for scale in bar.scales) if bar is not None else (100,)


def show_entry(window: KioskWindow, entry: Entry, scale_percent: int = 100) -> None:
    """Show ``entry`` to somebody who has chosen ``scale_percent`` (one of ``scales_offered``) and the entry's height of
    buttons."""
    if not isinstance(window, StationWindow):
        entry.show(window)
        return
    assert entry.view is not None
    first = entry.view.screen is Screen.CHOICE  # a new choice is somebody else's: it is made there
    if not first and not _is_chosen(window, entry, scale_percent):
        window.show_view(View(Screen.CHOICE))
        _choose(window, entry, scale_percent)
    entry.show(window)
    if first and not _is_chosen(window, entry, scale_percent):
        if entry.view.idle_warning:  # it came after the choice of letters
            window.show_view(replace(entry.view, idle_warning=False))
        _choose(window, entry, scale_percent)
        if entry.view.idle_warning:
            window.show_view(entry.view)


def _is_chosen(window: StationWindow, entry: Entry, scale_percent: int) -> bool:
    metrics = window.skin.metrics
    return (metrics.text_scale, window.skin.low) == (scale_percent / 100, entry.low and metrics.portrait)


def _choose(window: StationWindow, entry: Entry, scale_percent: int) -> None:
    comfort = window.comfort
    comfort.scales[scale_percent / 100].click()
    if comfort.low.isVisible() and comfort.low.isChecked() != entry.low:
        comfort.low.click()
