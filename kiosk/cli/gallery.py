"""``kiosk gallery``: every screen and component of the product, to look at or as pictures."""

from __future__ import annotations

import os
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.saying import BAD_USAGE, require_display, stop, stop_at
from kiosk.config.look import Theme


class ShownLanguage(StrEnum):
    ZH = "zh"
    EN = "en"
    PSEUDO = "pseudo"


class ShownSize(StrEnum):
    PORTRAIT = "1080x1920"
    LANDSCAPE = "1280x800"

    @property
    def px(self) -> tuple[int, int]:
        width, height = self.value.split("x")
        return int(width), int(height)


class ShownTheme(StrEnum):
    DAY = "day"
    NIGHT = "night"


class ShownScale(StrEnum):
    USUAL = "100"
    LARGER = "150"
    DOUBLE = "200"


Languages = Annotated[list[ShownLanguage] | None, typer.Option("--language", help="Repeat for several.")]
Sizes = Annotated[list[ShownSize] | None, typer.Option("--size", help="Of the window, in pixels; repeat for several.")]
Themes = Annotated[list[ShownTheme] | None, typer.Option("--theme", help="Repeat for several.")]
Scales = Annotated[
    list[ShownScale] | None,
    typer.Option("--text-scale", help="Of attendees' screens, in per cent; repeat for several."),
]


def gallery(
    screens: Annotated[
        Path | None, typer.Option("--screens", help="Save a picture of each here instead.", file_okay=False)
    ] = None,
    language: Languages = None,
    size: Sizes = None,
    theme: Themes = None,
    text_scale: Scales = None,
    only: Annotated[str, typer.Option("--only", help="Screens whose name contains this.")] = "",
) -> None:
    """Look at every screen and component in every state. The event and the people are invented.

    Pictures come in Chinese and English, both sizes, by day, in the usual text size, unless others are asked for.
    """
    if screens is None:
        require_display()
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from kiosk.rehearsal.catalogue import STAGES  # windows are loaded only by who wants one
    from kiosk.rehearsal.pictures import Wish, save
    from kiosk.ui.app_setup import make_application

    usual = Wish()
    wish = Wish(
        tuple(each.value for each in language or ()) or usual.languages,
        tuple(each.px for each in size or ()) or usual.sizes,
        tuple(Theme(each.value) for each in theme or ()) or usual.themes,
        tuple(int(each.value) for each in text_scale or ()) or usual.scales_percent,
        only,
    )
    if not any(wish.entries(stage) for stage in STAGES):
        stop(f"No screen's name contains '{only}'.", BAD_USAGE)
    application = make_application(sys.argv[:1], wish.languages[0])
    if screens is None:
        _browse(wish)
        application.quit()
        return
    try:
        count = save(screens, wish)
    except OSError as error:
        stop_at(error, screens)
    typer.echo(f"{count} pictures in {screens}")


def _browse(wish: object) -> None:
    from PySide6.QtWidgets import QApplication

    from kiosk.rehearsal.gallery_window import GalleryWindow
    from kiosk.rehearsal.pictures import Wish
    from kiosk.text import PSEUDO, Texts

    assert isinstance(wish, Wish)
    first = wish.languages[0]
    window = GalleryWindow(Texts("en" if first == PSEUDO else first), time.time, wish)
    window.show_as_window(1280, 800)
    window.begin()
    QApplication.exec()
    window.let_go()
