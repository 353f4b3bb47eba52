"""A picture of every screen of the catalogue, in the chosen languages, sizes, themes and text scales.

The live zone is a drawn head, the event and the people are invented. File names say what is shown:
``1080x1920-zh-choice.png``, with ``-night`` and ``-150`` where theme or text are not the usual ones.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from kiosk.config.look import Theme
from kiosk.rehearsal.catalogue import STAGES, Entry, Props, Stage, rehearsal_props
from kiosk.rehearsal.comfort import scales_offered, show_entry
from kiosk.ui.app_setup import make_application
from kiosk.ui.comfort_bar import TEXT_SCALES
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.render import save_screen
from kiosk.ui.tokens import DAY, LANDSCAPE_PX, NIGHT, PORTRAIT_PX

SIZES = (PORTRAIT_PX, LANDSCAPE_PX)
LANGUAGES = ("zh", "en")
THEMES = {Theme.DAY: DAY, Theme.NIGHT: NIGHT}
SCALES_PERCENT = tuple(round(scale * 100) for scale in TEXT_SCALES)


@dataclass(frozen=True)
class Wish:
    """What to render. ``only``: entries whose name contains it. Texts grow only where somebody at the window can choose
    that."""

    languages: tuple[str, ...] = LANGUAGES
    sizes: tuple[tuple[int, int], ...] = SIZES
    themes: tuple[Theme, ...] = (Theme.DAY,)
    scales_percent: tuple[int, ...] = (100,)
    only: str = ""

    def entries(self, stage: Stage) -> tuple[Entry, ...]:
        return tuple(entry for entry in stage.entries if self.only in entry.name)

    def scales(self, window: KioskWindow) -> tuple[int, ...]:
        """Those that can be chosen at this window; where none of them can, the usual size."""
        offered = scales_offered(window)
        return tuple(scale for scale in self.scales_percent if scale in offered) or (100,)


def file_name(size: tuple[int, int], language: str, entry: str, theme: Theme, scale_percent: int) -> str:
    dark = "-night" if theme is Theme.NIGHT else ""
    larger = f"-{scale_percent}" if scale_percent != 100 else ""
    return f"{size[0]}x{size[1]}-{language}-{entry}{dark}{larger}.png"


def save(folder: Path, wish: Wish, said: Callable[[str], None] = lambda _name: None) -> int:
    """Save every picture of ``wish``; their number. ``said`` hears each file's name. Needs a QApplication."""
    folder.mkdir(parents=True, exist_ok=True)
    count, props = 0, rehearsal_props()
    for language, stage in product(wish.languages, STAGES):
        for name in _save_stage(folder, wish, stage, props, language):
            said(name)
            count += 1
    return count


def _save_stage(folder: Path, wish: Wish, stage: Stage, props: Props, language: str) -> Iterator[str]:
    entries = wish.entries(stage)
    if not entries:
        return
    window = stage.make(props, language)
    for size in wish.sizes:
        window.show_as_window(*size)
        for theme, scale in product(wish.themes, wish.scales(window)):
            window.set_theme(THEMES[theme])
            for entry in entries:
                show_entry(window, entry, scale)
                QApplication.processEvents()
                name = file_name(size, language, entry.name, theme, scale)
                save_screen(window, folder / name, rehearsal=True)
                yield name
    end(window)


def end(window: KioskWindow) -> None:
    """Close a window that refuses to be closed, and free it."""
    window.allow_close()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def save_all(folder: Path, with_photos: bool = False) -> int:
    """Render everything in a process of its own, offscreen; the number of pictures. ``with_photos`` is for the live
    zone of a running rehearsal and changes nothing here: these screens show nobody."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "kiosk.rehearsal.pictures", "--dir", str(folder)],
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    return len(list(folder.glob("*.png")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    application = make_application(sys.argv[:1], "zh")
    save(options.dir, Wish(only=options.only))
    application.quit()


if __name__ == "__main__":
    main()
