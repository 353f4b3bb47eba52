"""The walk over every screen of the catalogue: what has to hold of each, as functions that list what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible, QImage, QRegion
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from kiosk.rehearsal.catalogue import Audience, Entry, Stage
from kiosk.rehearsal.comfort import scales_offered, show_entry
from kiosk.ui.buttons import ChoiceButton
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.pages.board import Board
from kiosk.ui.pages.plan import Plan
from kiosk.ui.pages.table import Table
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.station_window import StationWindow
from kiosk.ui.tokens import DAY, NIGHT, PRIMARY_MIN_PX, TARGET_GAP_PX, TARGET_MIN_PX, Palette, contrast
from kiosk.ui.words import Words
from kiosk.visit.view import Screen
from tests.helpers.ui import clipped_texts, overlapping_texts, place, shown, target_faults

LEAST_CONTRAST, LEAST_STRONG = 4.5, 7.0
STRONG_SCREENS = frozenset(
    {
        Screen.CHOICE,
        Screen.PRIOR_CHOICE,
        Screen.WELCOME,
        Screen.WHERE_TO_GO,
        Screen.SEE_STAFF,
        Screen.STAFF_CHOSEN,
        Screen.OUT_OF_SERVICE,
    }
)
"""The choice and the verdicts: 7:1 (R-101)."""
STOPPED = frozenset({Screen.PRESENT_DOCUMENT, Screen.READING, Screen.LOOK_HERE})
"""Where *Stop* has to be (R-10)."""
NAME, SEAT, CODE = "甲乙丙丁戊", "CANARY-seat", "CANARYCODE"
CANARY = {"masked_name": NAME, "seat_area": SEAT, "dispute_code": CODE}
ROLES = frozenset(
    {QAccessible.Role.Button, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.PushButton}
)


@dataclass(frozen=True)
class Setting:
    language: str
    size: tuple[int, int]
    palette: Palette = DAY
    scale_percent: int = 100

    def __str__(self) -> str:
        theme = "night" if self.palette == NIGHT else "day"
        return f"{self.language} {self.size[0]}x{self.size[1]} {theme} {self.scale_percent} %"


@dataclass
class Found:
    """What the walk saw: faults by screen, and how much it looked at."""

    screens: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, setting: Setting, entry: Entry, faults: Sequence[str]) -> None:
        self.screens += 1
        self.faults += [f"{entry.name} ({setting}): {fault}" for fault in faults]


def walk(window: KioskWindow, stage: Stage, setting: Setting, found: Found, *, colours: bool = False) -> None:
    """Show every entry of ``stage`` in ``window``, in letters that can be chosen there, and note what is wrong.
    ``colours``: also of the painted picture."""
    assert setting.scale_percent in scales_offered(window)
    window.show_as_window(*setting.size)
    window.set_theme(setting.palette)
    for entry in stage.entries:
        show_entry(window, entry, setting.scale_percent)
        QApplication.processEvents()
        faults = list(layout_faults(window))
        if stage.audience is Audience.ATTENDEE:
            faults += attendee_faults(window, entry, setting)
        if colours:
            strong = entry.view is not None and entry.view.screen in STRONG_SCREENS
            faults += contrast_faults(window, LEAST_STRONG if strong else LEAST_CONTRAST)
        found.add(setting, entry, faults)


def layout_faults(window: KioskWindow) -> Iterator[str]:
    """Clipped, overlapping, too small, too near, or without a name."""
    yield from clipped_texts(window)
    yield from overlapping_texts(window)
    yield from target_faults(window, TARGET_MIN_PX, TARGET_GAP_PX)
    yield from small_primaries(window)
    yield from nameless(window)
    yield from elided(window)
    for table in shown(window, Table):
        assert isinstance(table, Table)
        yield from (f"cell {cell!r}" for cell in table.cut_off())
    for drawn in (*shown(window, Board), *shown(window, Plan)):
        assert isinstance(drawn, Board | Plan)
        yield from (f"drawn {text!r}" for text in drawn.cut_off())


def small_primaries(window: KioskWindow) -> Iterator[str]:
    """Buttons a visit turns on, lower than 96 px. Nothing turns on a page's acts but the page."""
    for button in shown(window, QPushButton):
        large = getattr(button, "_large", False) or isinstance(button, ChoiceButton)
        if large and not button.objectName().startswith("office_") and button.height() < PRIMARY_MIN_PX:
            yield f"primary button {button.accessibleName()!r} is {button.height()} px high"


def nameless(window: KioskWindow) -> Iterator[str]:
    """Controls that a screen reader would not name, or would not take for a button."""
    for button in shown(window, QAbstractButton):
        interface = QAccessible.queryAccessibleInterface(button)
        name = interface.text(QAccessible.Text.Name) if interface else ""
        if not name.strip():
            yield f"{type(button).__name__} {button.objectName()!r} has no accessible name"
        elif interface.role() not in ROLES:
            yield f"{button.objectName()!r} says it is {interface.role()}"


def elided(window: KioskWindow) -> Iterator[str]:
    """A label that is none of ours could cut its text without a word."""
    for label in shown(window, QLabel):
        if not isinstance(label, Words) and isinstance(label, QLabel) and label.text():
            yield f"a plain label says {label.text()[:20]!r}"


def attendee_faults(window: KioskWindow, entry: Entry, setting: Setting) -> Iterator[str]:
    """Help on every screen; *Stop* wherever something is going on (R-10, R-105); both ways in alike (R-04); letters and
    height as they were chosen, and what is touched within reach (R-104, R-106)."""
    assert isinstance(window, StationWindow)
    assert entry.view is not None
    if not window.call_button.isVisible():
        yield "no way to call staff"
    must_stop = entry.view.screen in STOPPED
    if must_stop and not window.stop_button.isVisible():
        yield "no way to stop"
    page = window.page
    if isinstance(page, ChoicePage) and page.face.isVisible() and page.face.size() != page.staff.size():
        yield f"ways in of {page.face.size().toTuple()} and {page.staff.size().toTuple()}"
    if window.skin.metrics.text_scale != setting.scale_percent / 100:
        yield f"letters of {window.skin.metrics.text_scale:.0%}"
    if entry.low and window.skin.metrics.portrait:
        high = [one for one in shown(window, QAbstractButton) if place(one, window).top() < window.height() // 2]
        yield from (f"{one.objectName()!r} is in the upper half" for one in high)


def personal_faults(window: StationWindow, stage: Stage) -> Iterator[str]:
    """Render each entry for somebody whose every fact is a marker: only what R-38 allows may be shown."""
    for entry in stage.entries:
        assert entry.view is not None
        window.show_view(replace(entry.view, masked_name=NAME, seat_area=SEAT, dispute_code=CODE))
        said = everything_said(window)
        allowed = {
            "masked_name": entry.view.screen is Screen.WELCOME,
            "seat_area": entry.view.screen is Screen.WELCOME,
            "dispute_code": entry.view.screen is Screen.SEE_STAFF,
        }
        for name, marker in CANARY.items():
            if marker in said and not allowed[name]:
                yield f"{entry.name} shows {name}"


def everything_said(window: QWidget) -> str:
    """Every text of every widget, shown or not, by what a screen reader hears and by what is painted."""
    parts: list[str] = []
    for widget in window.findChildren(QWidget):
        text = getattr(widget, "text", None)
        parts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()]
        if callable(text):
            parts.append(str(text()))
    return "\n".join(parts)


# --- colours -------------------------------------------------------------------------------------


def contrast_faults(window: KioskWindow, least: float) -> Iterator[str]:
    """Texts whose colour is too near to what they are painted on, measured in the picture of the window."""
    picture = pixels(window.grab().toImage())
    for words in shown(window, Words):
        assert isinstance(words, Words)
        where = place(words, window).intersected(visible_rect(words, window))
        if not words.text() or where.width() < 4 or where.height() < 4:
            continue
        ink = words.palette().color(words.foregroundRole()).name()
        ground = commonest(picture[where.top() : where.bottom() + 1, where.left() : where.right() + 1])
        ratio = contrast(ink, ground)
        if ratio < least:
            yield f"{words.text()[:24]!r}: {ink} on {ground} is {ratio:.1f}:1"
    for button in shown(window, QPushButton):
        assert isinstance(button, QPushButton)
        if button.text() and button.isEnabled():
            rect = place(button, window).adjusted(6, 6, -6, -6).intersected(window.rect())
            ground, ink = two_colours(picture[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1])
            ratio = contrast(ink, ground)
            if ratio < LEAST_CONTRAST:
                yield f"button {button.text()!r}: {ink} on {ground} is {ratio:.1f}:1"


def visible_rect(widget: QWidget, window: QWidget) -> QRect:
    region: QRegion = widget.visibleRegion()
    rect = region.boundingRect()
    return QRect(widget.mapTo(window, rect.topLeft()), rect.size())


Pixels = npt.NDArray[np.uint32]


def pixels(image: QImage) -> Pixels:
    """Rows x columns of 0xRRGGBB."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(plain.constBits(), dtype=np.uint32)
    whole: Pixels = flat.reshape(plain.height(), plain.bytesPerLine() // 4)[:, : plain.width()] & np.uint32(0xFFFFFF)
    return whole


def commonest(part: Pixels) -> str:
    values, counts = np.unique(part[::2, ::2], return_counts=True)
    return f"#{int(values[counts.argmax()]):06x}"


def two_colours(part: Pixels) -> tuple[str, str]:
    """The ground, and of the other colours that are painted often the one that differs most."""
    values, counts = np.unique(part, return_counts=True)
    ground = f"#{int(values[counts.argmax()]):06x}"
    often = values[counts >= max(8, counts.sum() // 2000)]
    inks = [f"#{int(value):06x}" for value in often]
    return ground, max(inks, key=lambda ink: contrast(ink, ground))


# --- shapes --------------------------------------------------------------------------------------


def alike_in_grey(pictures: dict[str, Pixels], least: float = 5.0) -> list[str]:
    """Pairs that look the same once colour and overall lightness are taken away (R-101)."""
    return [
        f"{first} looks like {second}"
        for first, second in combinations(pictures, 2)
        if _difference(pictures[first], pictures[second]) <= least
    ]


def _difference(first: Pixels, second: Pixels) -> float:
    greys = [_grey(each) for each in (first, second)]
    centred = [grey - grey.mean() for grey in greys]
    return float(np.abs(centred[0] - centred[1]).mean())


def _grey(part: Pixels) -> npt.NDArray[np.float64]:
    weights = ((16, 0.299), (8, 0.587), (0, 0.114))
    grey: npt.NDArray[np.float64] = np.sum([((part >> shift) & 255) * weight for shift, weight in weights], axis=0)
    return grey


def small_picture(widget: QWidget, side_px: int = 48) -> Pixels:
    image = widget.grab().toImage().scaled(side_px, side_px)
    return pixels(image).copy()
