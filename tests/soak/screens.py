"""Every screen in every language, size, theme and text scale: the walk of the tests, without its sample.

Texts larger than the product offers are walked over too and counted apart: they promise nothing.
"""

from __future__ import annotations

from itertools import product
from random import Random

from PySide6.QtWidgets import QApplication

from kiosk.rehearsal.catalogue import STAGES, Audience, Props, Stage, rehearsal_props
from kiosk.rehearsal.pictures import SIZES, end
from kiosk.text import PSEUDO
from kiosk.ui.app_setup import make_application
from kiosk.ui.tokens import DAY, NIGHT
from tests.helpers.walk import OFFERED_SCALES_PERCENT, Found, Setting, walk
from tests.soak.figures import Figures

LANGUAGES = ("zh", "en", PSEUDO)
SCALES_PERCENT = (100, 150, 200)
STAGES_WALKED = tuple(stage for stage in STAGES if stage.audience is not Audience.MAKERS)


def settings_of(stage: Stage) -> list[Setting]:
    """The whole product; text grows, and languages may follow, on attendees' screens alone."""
    attendees = stage.audience is Audience.ATTENDEE
    languages, scales = (LANGUAGES, SCALES_PERCENT) if attendees else (LANGUAGES[:2], (100,))
    return [Setting(*each) for each in product(languages, SIZES, (DAY, NIGHT), scales)]


def walk_screens(count: int, seed: int) -> Figures:
    """Walk ``count`` windows with their settings, drawn without repetition; all where there are no more."""
    make_application([], "zh")
    every = [(stage, setting) for stage in STAGES_WALKED for setting in settings_of(stage)]
    Random(seed).shuffle(every)
    figures, props = Figures("walk"), rehearsal_props()
    for stage, setting in every[:count]:
        found = _walked(stage, setting, props)
        figures.count("screens looked at", found.screens)
        if setting.scale_percent in OFFERED_SCALES_PERCENT:
            figures.violations += found.faults
        else:
            figures.count(f"faults at {setting.scale_percent} %, which is not offered", len(found.faults))
    return figures


def _walked(stage: Stage, setting: Setting, props: Props) -> Found:
    found, window = Found(), stage.make(props, setting.language)
    try:
        walk(window, stage, setting, found, colours=setting.scale_percent == 100)
    finally:
        end(window)
        QApplication.processEvents()
    return found
