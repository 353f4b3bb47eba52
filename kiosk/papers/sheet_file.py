"""A PDF in memory: whole pages painted one after the other, and the same every time it is made from the same values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QPainter, QPdfWriter

from kiosk.papers.canvas import Canvas, set_up

_WHEN_AND_WHICH = re.compile(
    rb"(\(D:|xmp:(?:Create|Modify|Metadata)Date=\"|uuid:|/ID \[ <)([^)\"\]]{14,180})(?=[)\"\]])"
)
"""Where Qt writes the time and a random id: the beginning that is kept, and what is not."""


def pdf_of(title: str, pages: Sequence[Callable[[Canvas], None]], size_mm: tuple[float, float] = (210, 297)) -> bytes:
    """One page for each painter. Needs a QGuiApplication."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    set_up(writer, title, size_mm)
    painter = QPainter(writer)
    canvas = Canvas(painter)
    for number, paint in enumerate(pages):
        if number:
            writer.newPage()
        paint(canvas)
    painter.end()
    buffer.close()
    return timeless(bytes(data.data()))


def timeless(pdf: bytes) -> bytes:
    """The same file without when it was made and without its random id, as long as before: offsets in it stay right."""
    return _WHEN_AND_WHICH.sub(lambda found: found[1] + re.sub(rb"[0-9a-f]", b"0", found[2]), pdf)
