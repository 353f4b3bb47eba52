"""``kiosk gallery``: the browsing window by touch, and pictures from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from typer.testing import CliRunner

from kiosk.cli.main import app
from kiosk.rehearsal.catalogue import COMPONENTS, rehearsal_props
from kiosk.rehearsal.gallery_window import GalleryWindow
from kiosk.rehearsal.pictures import Wish
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.tokens import DAY, NIGHT
from tests.helpers.ui import NOON_UTC, clipped_texts, tap, target_faults


@pytest.fixture
def gallery(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Iterator[GalleryWindow]:
    window = GalleryWindow(Texts("en"), lambda: NOON_UTC, Wish(only="see-staff"))
    keep(window)
    window.show_as_window(1280, 800)
    window.begin()
    qapp.processEvents()
    yield window
    window.let_go()


def test_a_screen_is_chosen_by_name_and_dressed_by_touch(gallery: GalleryWindow, qapp: QApplication) -> None:
    rows = gallery.table.rows
    assert "see-staff" in gallery._bar.gate_name.text()
    tap(gallery, rows, rows.box_of("see-staff-code").center())
    qapp.processEvents()
    assert "see-staff-code" in gallery._bar.gate_name.text()
    day = gallery.glass.picture.toImage()
    assert day.pixelColor(day.width() // 2, day.height() - 4).name() == DAY.staff
    tap(gallery, gallery.options.buttons["theme", "night"])
    tap(gallery, gallery.options.buttons["size", "1280x800"])
    tap(gallery, gallery.options.buttons["language", "pseudo"])
    qapp.processEvents()
    night = gallery.glass.picture.toImage()
    assert (night.width(), night.height()) == (1280, 800)
    assert night.pixelColor(640, 796).name() == NIGHT.staff
    assert "1280x800-pseudo-see-staff-code-night" in gallery._bar.gate_name.text()


def test_nothing_of_the_gallery_itself_is_clipped(gallery: GalleryWindow) -> None:
    assert not clipped_texts(gallery)
    assert not target_faults(gallery)


def test_no_component_opens_as_a_window(keep: Callable[[KioskWindow], None], qapp: QApplication) -> None:
    before = set(qapp.topLevelWidgets())
    window = COMPONENTS.make(rehearsal_props(), "zh")
    keep(window)
    assert not [widget for widget in set(qapp.topLevelWidgets()) - before if widget.isVisible()]
    window.show_as_window(1280, 800)
    for entry in COMPONENTS.entries:
        entry.show(window)
        qapp.processEvents()
        assert not clipped_texts(window), entry.name


def test_pictures_from_the_command_line(qapp: QApplication, tmp_path: Path) -> None:
    command = [
        "gallery",
        "--screens",
        str(tmp_path),
        "--only",
        "staff-called",
        "--language",
        "en",
        "--size",
        "1280x800",
    ]
    asked = CliRunner().invoke(app, [*command, "--theme", "day", "--theme", "night", "--text-scale", "150"])
    assert asked.exit_code == 0, asked.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "1280x800-en-staff-called-150.png",
        "1280x800-en-staff-called-night-150.png",
    }
    assert QImage(str(tmp_path / "1280x800-en-staff-called-150.png")).width() == 1280


def test_a_name_that_no_screen_has(qapp: QApplication, tmp_path: Path) -> None:
    asked = CliRunner().invoke(app, ["gallery", "--screens", str(tmp_path), "--only", "nowhere"])
    assert asked.exit_code == 2
    assert "nowhere" in asked.output
