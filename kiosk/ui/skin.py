"""How a widget finds the skin of its window, and the few colour helpers painting needs."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from kiosk.ui.tokens import DEFAULT_SKIN, Skin


@runtime_checkable
class Skinned(Protocol):
    """A window that carries a skin."""

    @property
    def skin(self) -> Skin: ...


def skin_of(widget: QWidget) -> Skin:
    """The skin of the window the widget stands in; the day theme for a widget on its own."""
    window = widget.window()
    return window.skin if isinstance(window, Skinned) else DEFAULT_SKIN


def colour(value: str, alpha: float = 1.0) -> QColor:
    """``#rrggbb`` as a QColor with an opacity of 0..1."""
    made = QColor(value)
    made.setAlphaF(alpha)
    return made
