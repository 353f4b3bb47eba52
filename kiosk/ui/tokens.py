"""Design tokens: colour, type, space, radius, motion. Every look in the windows comes from here; no Qt.

Two themes share one set of names. A *pair* is a text colour with the ground it is read on; the pairs below are all
there are, and a test computes their contrast (WCAG 2.2 SC 1.4.3: at least 4.5:1; choice and verdict at least 7:1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Palette:
    """One theme's colours as ``#rrggbb``. ``on_x`` is what is written on ``x``."""

    ground: str
    surface: str
    pressed: str
    ink: str
    ink_soft: str
    line: str
    line_strong: str
    accent: str
    on_accent: str
    bar: str
    on_bar: str
    on_bar_soft: str
    camera: str
    on_camera: str
    go: str
    on_go: str
    way: str
    on_way: str
    staff: str
    on_staff: str
    closed: str
    on_closed: str
    halt: str
    on_halt: str
    caution: str
    on_caution: str
    good: str
    scrim: str


DAY = Palette(
    ground="#edf1f4",
    surface="#ffffff",
    pressed="#d9e6ee",
    ink="#0f1e29",
    ink_soft="#3e505c",
    line="#c4cfd7",
    line_strong="#6b7d89",
    accent="#0b4a6f",
    on_accent="#ffffff",
    bar="#0f1e29",
    on_bar="#ffffff",
    on_bar_soft="#b9c7d1",
    camera="#ffb224",
    on_camera="#0f1e29",
    go="#07562f",
    on_go="#ffffff",
    way="#123f86",
    on_way="#ffffff",
    staff="#ffcf56",
    on_staff="#0f1e29",
    closed="#2a3944",
    on_closed="#ffffff",
    halt="#7a2330",
    on_halt="#ffffff",
    caution="#ffe9b3",
    on_caution="#0f1e29",
    good="#3ddc84",
    scrim="#0f1e29",
)

NIGHT = Palette(
    ground="#0a131a",
    surface="#172630",
    pressed="#234050",
    ink="#f1f6f9",
    ink_soft="#b0c1cd",
    line="#344955",
    line_strong="#7f95a3",
    accent="#8fd0f4",
    on_accent="#06202f",
    bar="#050b10",
    on_bar="#f1f6f9",
    on_bar_soft="#a9bac6",
    camera="#ffb224",
    on_camera="#0f1e29",
    go="#07562f",
    on_go="#f4fff8",
    way="#123f86",
    on_way="#f3f7ff",
    staff="#e9b83f",
    on_staff="#0f1e29",
    closed="#1e2b35",
    on_closed="#f1f6f9",
    halt="#7a2330",
    on_halt="#fff5f5",
    caution="#4a3a10",
    on_caution="#ffefc4",
    good="#3ddc84",
    scrim="#000000",
)

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "ground"),
    ("ink_soft", "surface"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("on_accent", "accent"),
    ("on_bar", "bar"),
    ("on_bar_soft", "bar"),
    ("on_camera", "camera"),
    ("on_halt", "halt"),
    ("on_caution", "caution"),
    ("on_accent", "ink_soft"),
    ("on_go", "closed"),
    ("on_staff", "camera"),
)
"""(text, ground) pairs read at 4.5:1 or better; the last three are buttons under a finger."""

STRONG_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "surface"),
    ("ink", "ground"),
    ("ink", "pressed"),
    ("ink_soft", "ground"),
    ("on_accent", "accent"),
    ("on_go", "go"),
    ("on_way", "way"),
    ("on_staff", "staff"),
    ("on_closed", "closed"),
)
"""(text, ground) pairs of the choice and the verdicts: 7:1 or better."""

SHAPE_PAIRS: tuple[tuple[str, str], ...] = (("line_strong", "surface"), ("line_strong", "ground"))
"""Edges that carry meaning: 3:1 or better (WCAG 2.2 SC 1.4.11)."""


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1..21 (WCAG 2.2, *contrast ratio*)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class Role(StrEnum):
    """What a piece of text is for; its size, weight and line height follow."""

    GIANT = "giant"  # a gate's name, read from ten metres
    DISPLAY = "display"  # the word of a verdict
    TITLE = "title"  # the one thing to do
    HEADING = "heading"
    LEAD = "lead"
    BODY = "body"
    SMALL = "small"
    LABEL = "label"  # a fact's name above the fact
    BUTTON = "button"


@dataclass(frozen=True)
class TypeStyle:
    """Sizes in pixels of the two designed layouts; ``line`` is line height over size."""

    portrait_px: int
    landscape_px: int
    bold: bool
    line: float


TYPE: dict[Role, TypeStyle] = {
    Role.GIANT: TypeStyle(190, 128, True, 1.1),
    Role.DISPLAY: TypeStyle(104, 72, True, 1.14),
    Role.TITLE: TypeStyle(68, 46, True, 1.2),
    Role.HEADING: TypeStyle(46, 31, True, 1.26),
    Role.LEAD: TypeStyle(38, 26, False, 1.42),
    Role.BODY: TypeStyle(31, 21, False, 1.48),
    Role.SMALL: TypeStyle(27, 19, False, 1.4),
    Role.LABEL: TypeStyle(26, 18, True, 1.3),
    Role.BUTTON: TypeStyle(36, 26, True, 1.2),
}

PORTRAIT_PX = (1080, 1920)
LANDSCAPE_PX = (1280, 800)

TARGET_MIN_PX = 56  # every touch target
PRIMARY_MIN_PX = 96  # the buttons a visit turns on
TARGET_GAP_PX = 8
UNBOUNDED_PX = 16_777_215  # a size nothing is held to; Qt calls it QWIDGETSIZE_MAX

FADE_MS = 140
CARD_LOOP_MS = 2600
PREVIEW_INTERVAL_MS = 33


@dataclass(frozen=True)
class Metrics:
    """Sizes for one window: two designed layouts, scaled to the window. ``text_scale`` is the attendee's, 1..2."""

    portrait: bool
    scale: float
    text_scale: float = 1.0

    @classmethod
    def for_window(cls, width_px: int, height_px: int, text_scale: float = 1.0) -> Metrics:
        portrait = height_px > width_px
        design = PORTRAIT_PX if portrait else LANDSCAPE_PX
        scale = min(width_px / design[0], height_px / design[1])
        return cls(portrait, max(0.5, round(scale, 2)), text_scale)

    def px(self, portrait_px: float, landscape_px: float | None = None) -> int:
        """A length of the design in this window's pixels."""
        chosen = portrait_px if self.portrait or landscape_px is None else landscape_px
        return round(chosen * self.scale)

    def target(self, portrait_px: float, landscape_px: float | None = None) -> int:
        """Like ``px``, never under the smallest touch target."""
        return max(TARGET_MIN_PX, self.px(portrait_px, landscape_px))

    def primary(self) -> int:
        """Height of a primary button."""
        return max(PRIMARY_MIN_PX, self.px(128, 96))

    def type_px(self, role: Role) -> int:
        """What is read grows by ``text_scale``; what is already as large as that makes a paragraph stays as it is."""
        body = TYPE[Role.BODY]
        size = self.plain_px(role)
        ceiling = self.px(body.portrait_px, body.landscape_px) * self.text_scale
        return max(14, round(min(size * self.text_scale, max(size, ceiling))))

    def plain_px(self, role: Role) -> int:
        """The size without the attendee's wish: in the bar, which has one height."""
        return self.px(TYPE[role].portrait_px, TYPE[role].landscape_px)

    @property
    def margin(self) -> int:
        return self.px(64, 40)

    @property
    def gap(self) -> int:
        return max(TARGET_GAP_PX, self.px(32, 20))

    @property
    def radius(self) -> int:
        return self.px(28, 20)


@dataclass(frozen=True)
class Skin:
    """Everything a widget needs to paint itself. ``motion`` False: nothing moves by itself. ``low``: what is touched is
    in the lower half, for whoever sits or is small."""

    palette: Palette
    metrics: Metrics
    motion: bool = True
    low: bool = False


DEFAULT_SKIN = Skin(DAY, Metrics(portrait=False, scale=1.0))
