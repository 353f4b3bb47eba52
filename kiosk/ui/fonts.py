"""One family for Chinese and Latin, so that both sit on one line; the list goes on where it is missing."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

PREFERRED_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "DejaVu Sans",
)
"""First found first; ``fonts-noto-cjk`` (see script/system-packages.txt) gives the first."""

CHINESE_FAMILIES = PREFERRED_FAMILIES[:-1]


def available_families() -> list[str]:
    """The preferred families this machine has, in order."""
    present = set(QFontDatabase.families())
    return [family for family in PREFERRED_FAMILIES if family in present]


def chinese_available() -> bool:
    """False when Chinese would be drawn as empty boxes."""
    return any(family in CHINESE_FAMILIES for family in available_families())


def base_font() -> QFont:
    """The application's font. Hinting is off so that text is laid out alike at every size and platform plug-in."""
    font = QFont(available_families() or list(PREFERRED_FAMILIES))
    font.setPixelSize(22)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return font
