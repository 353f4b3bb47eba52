"""Rehearsing by hand, without windows: where they go, which cards there are, whose photographs, what is said."""

from __future__ import annotations

import locale
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rehearsal import hands_on, hands_on_display
from kiosk.rehearsal.hands_on import CannotRehearse, machine_language, open_rehearsal
from kiosk.rehearsal.hands_on_credits import readable_credits
from kiosk.rehearsal.hands_on_display import NoDisplay, find_display
from kiosk.rehearsal.hands_on_layout import (
    SMALLEST_DISPLAY_PX,
    SMALLEST_LANDSCAPE_PX,
    Area,
    DisplayTooSmall,
    arrange,
)
from kiosk.rehearsal.photos import PhotosUnavailable

ROWS = """
| File | Person | Source | Author | License |
|------|--------|--------|--------|---------|
| `a.jpg` | Somebody (2014) | [The Commons](https://example.org/A_(2014).jpg) | A. Photographer | CC BY 3.0 |
| `b.jpg` | Another | [The Commons](https://example.org/b.jpg) | An Office | Public domain |
"""


@given(width=st.integers(800, 5200), height=st.integers(480, 3000), x=st.integers(0, 4000), y=st.integers(0, 200))
def test_every_window_is_reachable_on_every_display(width: int, height: int, x: int, y: int) -> None:
    screen = Area(x, y, width, height)
    if width < SMALLEST_DISPLAY_PX[0] or height < SMALLEST_DISPLAY_PX[1]:
        with pytest.raises(DisplayTooSmall):
            arrange(screen)
        return
    layout = arrange(screen)
    for area in (layout.gate, layout.desk, layout.panel):
        assert x <= area.x
        assert area.x + area.width <= x + width
        assert y <= area.y
        assert area.y + area.height <= y + height
    assert layout.panel.x >= max(layout.gate.x + layout.gate.width, layout.desk.x + layout.desk.width)
    assert layout.overlapping == (layout.desk.x < layout.gate.x + layout.gate.width)
    assert layout.desk.width >= SMALLEST_LANDSCAPE_PX[0]
    assert layout.desk.height >= SMALLEST_LANDSCAPE_PX[1]


@pytest.mark.parametrize(("size", "overlapping"), [((1920, 1080), False), ((2560, 1440), False), ((1366, 768), True)])
def test_usual_displays(size: tuple[int, int], overlapping: bool) -> None:
    assert arrange(Area(0, 0, *size)).overlapping is overlapping


def test_credits_are_lines_for_people() -> None:
    assert readable_credits(ROWS).splitlines() == [
        "Somebody (2014). A. Photographer. The Commons. CC BY 3.0",
        "Another. An Office. The Commons. Public domain",
    ]


@pytest.mark.parametrize("text", ["", "Photo: A. Photographer", ROWS.replace("| CC BY 3.0 |", "|")])
def test_credits_in_another_form_are_shown_as_they_are(text: str) -> None:
    assert readable_credits(text) == text


@pytest.mark.parametrize(
    ("code", "language"), [("zh_CN", "zh"), ("zh_TW", "zh"), ("en_GB", "en"), ("de_DE", "en"), (None, "en")]
)
def test_the_machines_language(monkeypatch: pytest.MonkeyPatch, code: str | None, language: str) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda: (code, "UTF-8"))
    assert machine_language() == language


def test_the_display_is_asked_in_another_process() -> None:
    area = find_display()  # Qt's offscreen platform has one screen
    assert area.width >= 640
    assert area.height >= 480


def test_a_display_nobody_answers_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", ":4095")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(NoDisplay, match="--headless"):
        find_display()


def test_windows_without_their_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = "ImportError: libEGL.so.1: cannot open shared object file: No such file or directory"
    monkeypatch.setattr(hands_on_display, "_LOOK", f"raise SystemExit({complaint!r})")
    with pytest.raises(NoDisplay, match="kiosk doctor"):
        find_display()


def test_missing_photographs_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise PhotosUnavailable("The photographs are not here.")

    monkeypatch.setattr(hands_on, "find_display", lambda: Area(0, 0, 1920, 1080))
    monkeypatch.setattr(hands_on, "people", missing)
    with pytest.raises(CannotRehearse, match=r"^The photographs are not here\.$"):
        open_rehearsal("en")


def test_nothing_of_qt_is_loaded_before_the_display_was_found() -> None:
    source = Path(hands_on.__file__).read_text(encoding="utf-8")
    before = source.partition("def _rehearse")[0]
    assert "PySide6" not in before
    assert "kiosk.ui" not in before
