"""Where gate, desk and panel go on one display. Pure arithmetic in pixels."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.rehearsal.venue import Sizes

FRAME_PX = 40
"""Room for the title bar that a window manager gives the panel; gate and desk have none."""
PORTRAIT, LANDSCAPE = (1080, 1920), (1280, 800)
SMALLEST_PORTRAIT_PX, SMALLEST_LANDSCAPE_PX = (600, 1060), (830, 680)
"""Below these the windows' texts and buttons no longer have room."""
SMALLEST_DISPLAY_PX = (1310, 680)


class DisplayTooSmall(Exception):
    """Not even one window and the panel find room. The message is one sentence."""


@dataclass(frozen=True)
class Area:
    """A rectangle: position and size."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Layout:
    """``overlapping``: gate and desk lie over each other and are brought to the front in turn."""

    gate: Area
    desk: Area
    panel: Area
    overlapping: bool

    def sizes(self) -> Sizes:
        return Sizes((self.gate.width, self.gate.height), (self.desk.width, self.desk.height))


def arrange(screen: Area) -> Layout:
    """Gate upright on the left, desk beside it, panel on the right; on small displays gate and desk share the left.

    Raises DisplayTooSmall.
    """
    if screen.width < SMALLEST_DISPLAY_PX[0] or screen.height < SMALLEST_DISPLAY_PX[1]:
        raise DisplayTooSmall(
            f"The display of {screen.width} x {screen.height} is too small to rehearse by hand: "
            f"at least {SMALLEST_DISPLAY_PX[0]} x {SMALLEST_DISPLAY_PX[1]} are needed; or use --headless."
        )
    panel_px = min(560, max(480, screen.width * 22 // 100))
    free_px = screen.width - panel_px
    panel = Area(screen.x + free_px, screen.y, panel_px, screen.height - FRAME_PX)
    height = min(screen.height, PORTRAIT[1])
    gate_px = height * PORTRAIT[0] // PORTRAIT[1]
    desk_px = free_px - gate_px
    if height >= SMALLEST_PORTRAIT_PX[1] and desk_px >= SMALLEST_LANDSCAPE_PX[0]:
        gate = Area(screen.x, screen.y, gate_px, height)
        width = min(desk_px, 2 * LANDSCAPE[0])
        desk = Area(
            screen.x + gate_px, screen.y, width, min(screen.height, max(SMALLEST_LANDSCAPE_PX[1], width * 5 // 8))
        )
        return Layout(gate, desk, panel, overlapping=False)
    shared = Area(screen.x, screen.y, free_px, min(screen.height, max(SMALLEST_LANDSCAPE_PX[1], free_px * 5 // 8)))
    return Layout(shared, shared, panel, overlapping=True)
