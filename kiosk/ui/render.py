"""The one module that makes pictures: of rehearsed and of drawn screens only, never of a person (R-45)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QWidget

from kiosk.ui.station_window import StationWindow


class PictureRefused(Exception):
    """A picture of a screen was asked for outside a rehearsal. ``code``: not_rehearsal."""

    code = "not_rehearsal"


def save_screen(widget: QWidget, path: Path, rehearsal: bool, with_photos: bool = False) -> None:
    """Save what ``widget`` shows as PNG. The live zone becomes a drawn head unless ``with_photos``.

    Raises PictureRefused when not rehearsing and OSError when the file cannot be written.
    """
    if not rehearsal:
        raise PictureRefused("screens are saved in rehearsal only")
    if isinstance(widget, StationWindow) and not with_photos:
        widget.show_placeholder(True)
        try:
            saved = widget.grab().save(str(path), "PNG")
        finally:
            widget.show_placeholder(False)
    else:
        saved = widget.grab().save(str(path), "PNG")
    if not saved:
        raise OSError(f"cannot write {path}")


def drawn_screen(window: StationWindow) -> bytes:
    """What ``window`` shows as PNG, in memory; the live zone, were it open, is a drawn head."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.show_placeholder(True)
    try:
        window.grab().save(buffer, "PNG")
    finally:
        window.show_placeholder(False)
    return bytes(buffer.data().data())
