"""Every screen in every language, size, theme and text scale that can be chosen at it: the walk of the tests, without
its sample."""

from __future__ import annotations

from itertools import product
from random import Random

from PySide6.QtWidgets import QApplication

from kiosk.rehearsal.catalogue import STAGES, Audience, Props, Stage, rehearsal_props
from kiosk.rehearsal.comfort import scales_offered
from kiosk.rehearsal.pictures import SIZES, end
from kiosk.text import PSEUDO
from kiosk.ui.app_setup import make_application
from kiosk.ui.tokens import DAY, NIGHT
from tests.helpers.walk import Found, Setting, walk
from tests.soak.figures import Figures

LANGUAGES = ("zh", "en", PSEUDO)
STAGES_WALKED = tuple(stage for stage in STAGES if stage.audience is not Audience.MAKERS)


def settings_of(stage: Stage, props: Props) -> list[Setting]:
    """The whole product; languages may follow on attendees' screens alone."""
    languages = LANGUAGES if stage.audience is Audience.ATTENDEE else LANGUAGES[:2]
    window = stage.make(props, languages[0])
    scales = scales_offered(window)
    end(window)
    return [Setting(*each) for each in product(languages, SIZES, (DAY, NIGHT), scales)]


def walk_screens(count: int, seed: int) -> Figures:
    """Walk ``count`` windows with their settings, drawn without repetition; all where there are no more."""
    make_application([], "zh")
    figures, props = Figures("walk"), rehearsal_props()
    every = [(stage, setting) for stage in STAGES_WALKED for setting in settings_of(stage, props)]
    Random(seed).shuffle(every)
    for stage, setting in every[:count]:
        found = _walked(stage, setting, props)
        figures.count("screens looked at", found.screens)
        figures.count(f"at {setting.scale_percent} %", found.screens)
        figures.violations += found.faults
    return figures


def _walked(stage: Stage, setting: Setting, props: Props) -> Found:
    found, window = Found(), stage.make(props, setting.language)
    try:
        walk(window, stage, setting, found, colours=setting.scale_percent == 100)
    finally:
        end(window)
        QApplication.processEvents()
    return found
