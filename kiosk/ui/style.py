"""Tokens -> the one style sheet of a window. Widgets choose by the properties *role*, *tone*, *kind* and *panel*."""

from __future__ import annotations

from kiosk.ui.tokens import TYPE, Metrics, Palette, Role, Skin

TONES = {
    "ink": "ink",
    "soft": "ink_soft",
    "accent": "accent",
    "bar": "on_bar",
    "bar_soft": "on_bar_soft",
    "camera": "on_camera",
    "camera_text": "camera",
    "go": "on_go",
    "way": "on_way",
    "staff": "on_staff",
    "closed": "on_closed",
    "halt": "on_halt",
    "caution": "on_caution",
    "on_accent": "on_accent",
}
"""Tone of a text -> the palette's colour."""


def style_sheet(skin: Skin) -> str:
    """The whole sheet. Set it once per window and size; it is the same on every platform plug-in."""
    palette, metrics = skin.palette, skin.metrics
    return "\n".join((_texts(palette, metrics), _buttons(palette, metrics), _panels(palette, metrics)))


def _texts(palette: Palette, metrics: Metrics) -> str:
    rules = ["QLabel { background: transparent; border: none; }"]
    for role in Role:
        weight = 700 if TYPE[role].bold else 400
        rules.append(f'QLabel[role="{role}"] {{ font-size: {metrics.type_px(role)}px; font-weight: {weight}; }}')
    if metrics.text_scale != 1.0:
        rules.extend(
            f'QWidget[bar="true"] QLabel[role="{role}"] {{ font-size: {max(14, metrics.plain_px(role))}px; }}'
            for role in Role
        )
    rules.extend(f'QLabel[tone="{tone}"] {{ color: {getattr(palette, name)}; }}' for tone, name in TONES.items())
    rules.append(f"QLabel:disabled {{ color: {palette.ink_soft}; }}")
    return "\n".join(rules)


def _buttons(palette: Palette, metrics: Metrics) -> str:
    size = metrics.type_px(Role.BUTTON)
    line = max(2, metrics.px(3, 2))
    pad = metrics.px(28, 24)

    def button(kind: str, fill: str, text: str, edge: str, pressed: str) -> str:
        focus = palette.staff if fill in {palette.accent, palette.halt} else palette.accent
        return f"""
QPushButton[kind="{kind}"] {{
  background: {fill}; color: {text}; border: {line}px solid {edge}; border-radius: {metrics.px(24, 16)}px;
  padding: 0 {pad}px; font-size: {size}px; font-weight: 700; outline: none; }}
QPushButton[kind="{kind}"]:pressed {{ background: {pressed}; }}
QPushButton[kind="{kind}"]:focus {{ border: {2 * line}px solid {focus}; }}
QPushButton[kind="{kind}"]:disabled {{
  background: {palette.ground}; color: {palette.ink_soft}; border-color: {palette.line}; }}"""

    kinds = (
        button("choice", palette.surface, palette.ink, palette.line_strong, palette.pressed),
        button("primary", palette.accent, palette.on_accent, palette.accent, palette.ink_soft),
        button("quiet", palette.surface, palette.ink, palette.line_strong, palette.pressed),
        button("admit", palette.go, palette.on_go, palette.go, palette.closed),
        button("supervisor", palette.staff, palette.on_staff, palette.staff, palette.camera),
        button("danger", palette.halt, palette.on_halt, palette.halt, palette.halt),
        button("key", palette.surface, palette.ink, palette.line, palette.pressed),
        button("segment", palette.surface, palette.ink, palette.line_strong, palette.pressed),
    )
    small = min(metrics.type_px(Role.SMALL), round(1.65 * metrics.plain_px(Role.SMALL)))  # it is one line
    extra = f"""
QPushButton[kind="choice"] {{ border-radius: {metrics.px(36, 26)}px; padding: 0; }}
QPushButton[kind="key"] {{ padding: 0; border-radius: {metrics.px(18, 12)}px; font-size: {metrics.px(42, 29)}px; }}
QPushButton[kind="key"][small="true"] {{ font-size: {metrics.px(34, 24)}px; }}
QPushButton[kind="segment"] {{ padding: 0 {metrics.px(14, 10)}px; font-size: {metrics.type_px(Role.SMALL)}px; }}
QPushButton[kind="segment"]:checked {{
  background: {palette.accent}; color: {palette.on_accent}; border-color: {palette.on_accent}; }}
QPushButton[letter="0"] {{ font-size: {metrics.px(30, 20)}px; }}
QPushButton[letter="1"] {{ font-size: {metrics.px(44, 29)}px; }}
QPushButton[letter="2"] {{ font-size: {metrics.px(60, 38)}px; }}
QPushButton[kind="segment"]:focus {{ border: {2 * max(2, metrics.px(3, 2))}px solid {palette.halt}; }}
QPushButton[kind="quiet"][small="true"], QPushButton[kind="danger"][small="true"] {{ font-size: {small}px; }}"""
    return "".join(kinds) + extra


def _panels(palette: Palette, metrics: Metrics) -> str:
    fills = {
        "card": (palette.surface, palette.line),
        "well": (palette.ground, palette.line_strong),
        "typing": (palette.surface, palette.accent),
        "caution": (palette.caution, palette.caution),
        "go": (palette.go, palette.go),
        "halt": (palette.halt, palette.halt),
        "way": (palette.way, palette.way),
        "staff": (palette.staff, palette.staff),
        "closed": (palette.closed, palette.closed),
    }
    rules = [
        f'QFrame[panel="{name}"] {{ background: {fill}; border: {max(1, metrics.px(2, 1))}px solid {edge};'
        f" border-radius: {metrics.radius}px; }}"
        for name, (fill, edge) in fills.items()
    ]
    rules.append(
        f'QFrame[panel="strip"] {{ background: {palette.surface}; border: none;'
        f" border-top: {max(1, metrics.px(2, 1))}px solid {palette.line}; }}"
    )
    handle = metrics.px(14, 10)
    rules.append(
        f"""
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {handle}px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {palette.line_strong}; border-radius: {handle // 2}px;
  min-height: {metrics.px(80, 60)}px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: transparent; border: none; height: 0; }}"""
    )
    return "\n".join(rules)
