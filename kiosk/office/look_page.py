"""How the machine's windows look, as one page: the desk's sheet and the office's are the same."""

from __future__ import annotations

from dataclasses import replace

from kiosk.config.look import Look, NightHours, Theme
from kiosk.office.view import ListPage, Mark, Options, Told
from kiosk.text import Texts

THEME, MOTION = "theme", "motion"
_ON, _OFF = "on", "off"


def look_page(look: Look, hours: NightHours, texts: Texts, *, unwritten: bool = False) -> ListPage:
    """``unwritten``: the last choice could not be kept."""
    themes = tuple((theme.value, texts(f"look_setting.theme_{theme}")) for theme in Theme)
    motions = tuple((value, texts(f"look_setting.motion_{value}")) for value in (_ON, _OFF))
    return ListPage(
        texts("look_setting.title"),
        (),
        (),
        texts("look_setting.lead"),
        Told(Mark.BAD, texts("look_setting.unwritten")) if unwritten else None,
        options=(
            Options(THEME, texts("look_setting.theme"), look.theme.value, themes),
            Options(MOTION, texts("look_setting.motion"), _ON if look.motion else _OFF, motions),
        ),
        empty=texts("look_setting.hours", begin=f"{hours.begin:%H:%M}", end=f"{hours.end:%H:%M}"),
    )


def with_choice(look: Look, name: str, value: str) -> Look:
    """``look`` after a tap on one of the page's options."""
    if name == THEME:
        return replace(look, theme=Theme(value))
    return replace(look, motion=value == _ON) if name == MOTION else look
