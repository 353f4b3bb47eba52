"""The QApplication of every window: no system theme, our fonts, touch, no scaling but our own."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from kiosk.ui.fonts import base_font
from kiosk.ui.tokens import DAY
from kiosk.ui.training_band import mark_windows


def make_application(argv: Sequence[str], language: str, *, training: bool = False) -> QApplication:
    """Make (or adapt) the one QApplication. ``language`` sets the locale for line breaking and digits; ``training``:
    every window made from now on says that it is one.
    """
    existing = QApplication.instance()
    if not isinstance(existing, QApplication):
        os.environ.setdefault("QT_QPA_PLATFORMTHEME", "")  # the desktop's theme must not leak into a kiosk
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        existing = QApplication(list(argv))
    QLocale.setDefault(QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English))
    existing.setStyle(QStyleFactory.create("Fusion"))
    existing.setFont(base_font())
    existing.setPalette(_palette())
    mark_windows(existing, training=training)
    existing.setApplicationName("Venue Kiosk")
    existing.setQuitOnLastWindowClosed(True)
    existing.setAttribute(Qt.ApplicationAttribute.AA_SynthesizeMouseForUnhandledTouchEvents, True)
    return existing


def _palette() -> QPalette:
    """Whatever a style sheet does not reach still has our colours."""
    palette = QPalette(QColor(DAY.surface), QColor(DAY.ground))
    for role, value in (
        (QPalette.ColorRole.WindowText, DAY.ink),
        (QPalette.ColorRole.Text, DAY.ink),
        (QPalette.ColorRole.ButtonText, DAY.ink),
        (QPalette.ColorRole.Base, DAY.surface),
        (QPalette.ColorRole.Highlight, DAY.accent),
        (QPalette.ColorRole.HighlightedText, DAY.on_accent),
    ):
        palette.setColor(role, QColor(value))
    return palette
