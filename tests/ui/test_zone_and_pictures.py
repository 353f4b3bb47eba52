"""The live zone: mirrored, bounded in repaints, forgotten at once; and the one module that saves pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from drivers.sensitive_memory import sensitive_count
from kiosk.ui.render import PictureRefused, save_screen
from kiosk.ui.screens.look import LookPage
from kiosk.ui.station_window import StationWindow
from kiosk.ui.zone_view import ZoneView
from kiosk.visit.view import Screen, View
from tests.helpers.ui import STATION_VIEWS

Make = Callable[..., StationWindow]
LOOK = STATION_VIEWS["look-centre"]
LEFT, RIGHT = QColor("#ff0000"), QColor("#0000ff")


def half_and_half() -> npt.NDArray[np.uint8]:
    """Blue-green-red: the left half LEFT, the right half RIGHT."""
    picture = np.zeros((240, 200, 3), np.uint8)
    picture[:, :100], picture[:, 100:] = (0, 0, 255), (255, 0, 0)
    return picture


def test_the_zone_is_mirrored(station: Make, qapp: QApplication) -> None:
    window = station()
    window.show_view(LOOK)
    window.set_preview(half_and_half())
    zone = _zone(window)
    picture = zone.grab().toImage()
    oval = zone.oval()
    middle = round(oval.center().y())
    assert picture.pixelColor(round(oval.left() + oval.width() * 0.3), middle) == RIGHT
    assert picture.pixelColor(round(oval.left() + oval.width() * 0.7), middle) == LEFT


def test_a_burst_of_frames_is_painted_once(station: Make, qtbot: QtBot, qapp: QApplication) -> None:
    window = station()
    window.show_view(LOOK)
    qapp.processEvents()
    window.set_preview(half_and_half())
    qapp.processEvents()
    before = window.preview_frames_painted
    for _ in range(50):
        window.set_preview(half_and_half())
        qapp.processEvents()
    painted_in_burst = window.preview_frames_painted - before
    assert painted_in_burst < 50
    qtbot.waitUntil(lambda: not _zone(window)._later.isActive(), timeout=1000)


def test_the_last_frame_is_gone_with_the_screen(station: Make, qapp: QApplication) -> None:
    window = station()
    window.show_view(LOOK)
    window.set_preview(half_and_half())
    qapp.processEvents()
    zone = _zone(window)
    window.show_view(View(Screen.WELCOME))
    assert zone._picture is None
    assert "preview" not in sensitive_count().living
    window.set_preview(half_and_half())  # a late frame finds no taker
    assert zone._picture is None


def test_the_preview_is_one_overwritten_picture(station: Make, qapp: QApplication) -> None:
    """Qt draws from our memory and copies nothing; what is dropped is zeroes."""
    window = station()
    window.show_view(LOOK)
    window.set_preview(half_and_half())
    picture = _zone(window)._picture
    assert picture is not None
    pixels = picture._pixels.array
    window.set_preview(half_and_half())
    assert _zone(window)._picture is picture
    assert picture.image.constBits()[:4] == pixels[0, 0].tobytes()
    window.set_preview(None)
    assert not pixels.any()


def test_a_picture_is_saved_in_rehearsal_only(station: Make, tmp_path: Path) -> None:
    window = station()
    target = tmp_path / "screen.png"
    with pytest.raises(PictureRefused):
        save_screen(window, target, rehearsal=False)
    assert not target.exists()
    save_screen(window, target, rehearsal=True)
    assert QImage(str(target)).size() == window.size()


def test_a_saved_picture_shows_a_drawing_instead_of_the_person(station: Make, tmp_path: Path) -> None:
    window = station()
    window.show_view(LOOK)
    window.set_preview(half_and_half())
    drawn, real = tmp_path / "drawn.png", tmp_path / "real.png"
    save_screen(window, drawn, rehearsal=True)
    save_screen(window, real, rehearsal=True, with_photos=True)
    assert not _has_colour(QImage(str(drawn)), LEFT)
    assert _has_colour(QImage(str(real)), LEFT)


def test_an_unwritable_place_is_an_error(station: Make, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot write"):
        save_screen(station(), tmp_path / "no" / "such" / "folder.png", rehearsal=True)


def _zone(window: StationWindow) -> ZoneView:
    look = window.findChild(LookPage)
    assert look is not None
    return look.zone


def _has_colour(image: QImage, wanted: QColor) -> bool:
    return any(
        image.pixelColor(x, y) == wanted for y in range(0, image.height(), 4) for x in range(0, image.width(), 4)
    )
