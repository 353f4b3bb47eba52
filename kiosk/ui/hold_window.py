"""What is held of one disputed check, for a supervisor: a picture, the figures, and seconds that run down."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.framed_window import FramedWindow
from kiosk.ui.icons import Icon
from kiosk.ui.still_picture import StillPicture
from kiosk.ui.tokens import DAY, Palette, Role
from kiosk.ui.words import Words

SHOWN_S = 60
ASPECT = 1.24
"""Height over width of the place for a face with its margin."""
_TICK_MS, _UNLIMITED = 250, 16_777_215
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class HoldView:
    """``live``: rows x columns x 3, blue-green-red; copied. ``score``: null when none was reached."""

    code: str
    live: Picture
    score: float | None
    threshold: float
    engine: str

    def __repr__(self) -> str:
        return "HoldView(...)"


class HoldWindow(FramedWindow):
    """``finished``: the time is over, or the supervisor is done; the picture is overwritten by then.

    ``monotonic``: seconds for the time left.
    """

    finished = Signal()

    def __init__(
        self,
        texts: Texts,
        now: Callable[[], float],
        monotonic: Callable[[], float],
        *,
        rehearsal: bool = False,
        palette_tokens: Palette = DAY,
        motion: bool = True,
    ) -> None:
        super().__init__(now, palette_tokens=palette_tokens, motion=motion)
        self._texts, self._monotonic = texts, monotonic
        self._mark = texts("common.rehearsal") if rehearsal else ""
        self._live = _Shown(texts("hold.live"))
        self._figures, self._engine = Words(Role.LEAD), Words(Role.SMALL, "soft")
        self._left = Words(Role.LEAD, "soft")
        self.done = Button("primary", Icon.CROSS, large=True)
        self.done.setObjectName("hold_done")
        self.done.say(texts("hold.close"))
        self.done.clicked.connect(self.end)
        self._lay_out()
        self._until_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    def show_hold(self, view: HoldView, event_name: str) -> None:
        """Show the picture for a minute."""
        texts = self._texts
        self.say_bar(texts("hold.view_title", code=f"{view.code[:3]} {view.code[3:]}"), event_name, self._mark)
        self._live.show_picture(view.live)
        score = texts("hold.no_score") if view.score is None else f"{view.score:.3f}"
        self._figures.say(texts("hold.figures", score=score, threshold=f"{view.threshold:.3f}"))
        self._engine.say(texts("hold.engine", engine=view.engine))
        self._until_s = self._monotonic() + SHOWN_S
        self._timer.start()
        self.tick()
        self.settle()

    def tick(self) -> None:
        left_s = self._until_s - self._monotonic()
        if left_s <= 0:
            self.end()
        else:
            self._left.say(self._texts("hold.seconds_left", seconds=math.ceil(left_s)))

    def end(self) -> None:
        """Overwrite the picture and say so, once."""
        if self._timer.isActive():
            self._timer.stop()
            self._forget()
            self.finished.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._forget()
        super().hideEvent(event)

    def dressed(self) -> None:
        metrics = self.skin.metrics
        margin = metrics.margin
        self._page.setContentsMargins(margin, metrics.px(40, 22), margin, metrics.px(48, 22))
        self._page.setSpacing(metrics.px(28, 16))
        width = self.width() - 2 * margin
        self._live.limit_height(round(width * ASPECT) if metrics.portrait else None)  # upright: the words follow it
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._both.setDirection(down if metrics.portrait else across)
        self._both.setSpacing(metrics.px(28, 36))

    def _forget(self) -> None:
        self._live.forget()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.addWidget(self._figures)
        words.addWidget(self._engine)
        words.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.addWidget(self._live, 1)
        self._both.addLayout(words, 1)
        end = QHBoxLayout()
        end.addWidget(self._left, 1)
        end.addWidget(self.done)
        self._page = QVBoxLayout()
        self._page.addLayout(self._both, 1)
        self._page.addLayout(end)
        self.fill(self._page)


class _Shown(QWidget):
    """One picture with a word above it, as large as fits; its pixels are in memory of ours alone."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption, self._glass = Words(Role.LABEL, "accent"), StillPicture(smooth=True)
        self._caption.say(caption)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._caption)
        column.addWidget(self._glass, 1)

    def show_picture(self, picture: Picture) -> None:
        self._glass.show_picture(picture)

    def limit_height(self, height_px: int | None) -> None:
        self._glass.setMaximumHeight(_UNLIMITED if height_px is None else height_px)
        self._glass.setMinimumHeight(0 if height_px is None else height_px)

    def forget(self) -> None:
        self._glass.forget()
