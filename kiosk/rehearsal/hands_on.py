"""The rehearsal by hand: gate, desk and a panel on one display; whoever plays is attendee and attendant at once."""

from __future__ import annotations

import locale
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from kiosk.rehearsal.hands_on_display import NoDisplay, find_display
from kiosk.rehearsal.hands_on_layout import DisplayTooSmall, Layout, arrange
from kiosk.rehearsal.peers import PeerLost
from kiosk.rehearsal.photos import PhotosUnavailable, credit_lines, people

if TYPE_CHECKING:
    from kiosk.rehearsal.performance import Performance, Setting

    Raise = Callable[[Setting], AbstractContextManager[Performance]]


class CannotRehearse(Exception):
    """The message is one sentence for whoever wanted to."""


def machine_language() -> str:
    """zh where the locale is Chinese, else en."""
    code = (locale.getlocale()[0] or "").partition("_")[0].lower()
    return "zh" if code in {"zh", "chinese"} else "en"


def open_rehearsal(language: str | None = None, training: Raise | None = None) -> int:
    """Open all windows, return when the panel is closed: the command's exit code. Raises CannotRehearse.

    ``training``: raises the curtain of one, with its course on the panel.
    """
    chosen = language or machine_language()
    try:
        layout = arrange(find_display())
        return _rehearse(layout, chosen, training)
    except (NoDisplay, DisplayTooSmall, PhotosUnavailable) as trouble:
        raise CannotRehearse(str(trouble)) from None
    except PeerLost as lost:
        raise CannotRehearse(f"The rehearsal could not go on: {lost}") from None


def _rehearse(layout: Layout, language: str, training: Raise | None) -> int:
    # Only now that a display is known to be there: without one Qt's windows would abort the program.
    from kiosk.rehearsal.hands_on_cards import deal
    from kiosk.rehearsal.hands_on_contents import panel_contents, with_course
    from kiosk.rehearsal.hands_on_credits import readable_credits
    from kiosk.rehearsal.hands_on_show import Show
    from kiosk.rehearsal.performance import Setting, curtain
    from kiosk.text import Texts
    from kiosk.ui.app_setup import make_application

    is_training = training is not None
    application = make_application(sys.argv[:1], language, training=is_training)
    texts = Texts(language)
    sys.stdout.write(texts("training.starting" if is_training else "panel.starting") + "\n")
    sys.stdout.flush()
    photographed = people()
    deck = deal(photographed)
    credits_shown = readable_credits(credit_lines())
    contents = panel_contents(texts, deck, photographed, credits_shown, overlapping=layout.overlapping)
    contents = with_course(contents, texts) if is_training else contents
    setting = Setting(
        deck.rows, rules={}, sizes=layout.sizes(), offscreen=False, language=language, training=is_training
    )
    with (training or curtain)(setting) as performance:
        for part in deck.used_before():
            performance.world.admit_before(part)
        _place(performance, layout)
        show = Show(performance, deck, contents, language)
        return show.run(application, layout.panel)


def _place(performance: Performance, layout: Layout) -> None:
    if performance.world.desk is not None:
        performance.world.desk.send({"place": [layout.desk.x, layout.desk.y]})
    performance.gate.send({"place": [layout.gate.x, layout.gate.y]})
    performance.gate.send({"front": True})
