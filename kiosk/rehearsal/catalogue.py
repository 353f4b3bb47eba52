"""Every screen of the product in every state, as data: gallery, pictures and the walk of the tests go through this.

A *stage* is one window; its *entries* are what it can show. To add a screen, add one entry: a name, and how to show it.
What the entries show stands in the ``gallery_...`` modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from kiosk.closing.leftovers import Verdict
from kiosk.config.look import Look, NightHours
from kiosk.config.rehearsal_event import rehearsal_event
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.face.portrait_start import for_the_eye
from kiosk.holding.permission import Terms
from kiosk.office.alerts import banner_words
from kiosk.office.look_page import look_page
from kiosk.office.view import Page
from kiosk.rehearsal.gallery import (
    EVENING,
    GATE_VIEWS,
    LOGIN_VIEWS,
    LOW_VIEWS,
    UNLOCK_VIEWS,
    certificate_sample_view,
    desk_views,
    event_names,
    hold_sample,
    portrait_sample,
    portrait_view,
    venue_pages,
)
from kiosk.rehearsal.gallery_closing import CLOSE_STATES
from kiosk.rehearsal.gallery_components import BOARDS, ComponentsWindow
from kiosk.rehearsal.gallery_office import ALERTS, PAGES
from kiosk.rehearsal.gallery_organiser import ORGANISER_PAGES
from kiosk.rehearsal.gallery_tasks import task_pages
from kiosk.rehearsal.venue import GATE_GROUP, today
from kiosk.scene import event_scene
from kiosk.station.code_camera import CodeLook
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import PSEUDO, Texts
from kiosk.ui.certificate_window import CertificateWindow
from kiosk.ui.close_window import CloseWindow
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.event_words import EventScene
from kiosk.ui.hold_window import HoldWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.office_window import OfficeWindow
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.station_window import StationWindow
from kiosk.ui.training_band import windows_marked
from kiosk.ui.unlock_window import UnlockView, UnlockWindow
from kiosk.visit.view import Screen, View


class Audience(StrEnum):
    ATTENDEE = "attendee"
    STAFF = "staff"
    MAKERS = "makers"  # of the product itself


@dataclass(frozen=True)
class Props:
    """What windows stand on. ``names``: the event's, by language."""

    scene: EventScene
    names: Mapping[str, str]
    languages: tuple[str, ...] = ("zh", "en")

    def order(self, first: str) -> list[str]:
        """``first`` and the others; the pseudo-language takes English's place."""
        same = {first, "en"} if first == PSEUDO else {first}
        return [first, *(other for other in self.languages if other not in same)]


@dataclass(frozen=True)
class Entry:
    """``show`` is given the stage's window. ``view``: of the attendee's, what it is shown. ``low``: to somebody who has
    chosen the low layout; ``kiosk.rehearsal.comfort`` does that."""

    name: str
    show: Callable[[Any], None]
    view: View | None = None
    low: bool = False


@dataclass(frozen=True)
class Stage:
    """One window; ``make`` is given the props and the language that comes first."""

    name: str
    audience: Audience
    make: Callable[[Props, str], KioskWindow]
    entries: tuple[Entry, ...]


def rehearsal_props() -> Props:
    """The rehearsal's event."""
    event = rehearsal_event(today())
    ground = {language.value: text for language, text in event.hold.ground.items()}
    return Props(event_scene(event, GATE_GROUP, Terms(b"", ground, event.hold.max_h)), event_names())


def _now() -> float:
    return EVENING


# --- the attendee's window -----------------------------------------------------------------------


def _station(props: Props, language: str, **offered: Any) -> StationWindow:
    return StationWindow(Texts, props.scene, props.order(language), rehearsal=True, motion=False, now=_now, **offered)


def _show_gate(window: StationWindow, view: View, *, notice: bool = False, called: bool = False) -> None:
    first = window.language
    if notice or called or view.screen is Screen.CHOICE:
        window.show_view(View(Screen.OUT_OF_SERVICE))  # whatever was opened or called before is over
    consented = view.screen in {Screen.LOOK_HERE, Screen.PRESENT_DOCUMENT, Screen.READING}
    window.set_camera_on(consented and view.mode is Mode.NONE)
    window.show_view(view)
    window.set_language(first)
    window.show_staff_called(called)
    if notice and isinstance(window.page, ChoicePage):
        window.page.notice_button.click()


def _gate_entry(name: str, view: View, *, low: bool = False, **how: Any) -> Entry:
    return Entry(name, partial(_show_gate, view=view, **how), view, low)


_PRESENT = View(Screen.PRESENT_DOCUMENT, can_stop=True)
STATION = Stage(
    "station",
    Audience.ATTENDEE,
    _station,
    (
        *(_gate_entry(name, view) for name, view in GATE_VIEWS),
        _gate_entry("notice", View(Screen.CHOICE), notice=True),
        _gate_entry("staff-called", View(Screen.SEE_STAFF), called=True),
    ),
)
LOW = Stage(
    "station-low",
    Audience.ATTENDEE,
    _station,
    (
        *(_gate_entry(f"low-{name}", view, low=True) for name, view in GATE_VIEWS if name in LOW_VIEWS),
        _gate_entry("low-notice", View(Screen.CHOICE), low=True, notice=True),
    ),
)
CHALLENGE = Stage(
    "station-challenge",
    Audience.ATTENDEE,
    partial(_station, challenge=True),
    (_gate_entry("choice-challenge", View(Screen.CHOICE)),),
)
NO_FACE = Stage(
    "station-no-face",
    Audience.ATTENDEE,
    partial(_station, face_offered=False),
    (_gate_entry("choice-staff-only", View(Screen.CHOICE)),),
)
PASSPORTS = Stage(
    "station-passports",
    Audience.ATTENDEE,
    partial(_station, passports=True),
    (_gate_entry("present-passports", _PRESENT),),
)


def _lit_station(props: Props, language: str) -> StationWindow:
    """With two lit buttons beside the screen."""
    return _station(props, language, buttons=True)


def _show_lit(window: StationWindow, view: View) -> None:
    _show_gate(window, view)
    assert window.lit_buttons is not None
    window.lit_buttons.rest_timer.stop()
    window.show_faulty_buttons(frozenset())


def _lit_entry(name: str, view: View) -> Entry:
    return Entry(f"buttons-{name}", partial(_show_lit, view=view), view)


BUTTONS = Stage(
    "station-buttons",
    Audience.ATTENDEE,
    _lit_station,
    (
        _lit_entry("choice", View(Screen.CHOICE)),
        _lit_entry("choice-face-paused", View(Screen.CHOICE, face_paused=True)),
        _lit_entry("prior-face", View(Screen.PRIOR_CHOICE, prior=Lane.FACE)),
        _lit_entry("prior-staff", View(Screen.PRIOR_CHOICE, prior=Lane.STAFF)),
        _lit_entry("present", _PRESENT),
        _lit_entry("look", View(Screen.LOOK_HERE, can_stop=True)),
        _lit_entry("idle", View(Screen.PRESENT_DOCUMENT, can_stop=True, idle_warning=True)),
        _lit_entry("see-staff", View(Screen.SEE_STAFF, can_dispute=True)),
        _lit_entry("admitted", View(Screen.WELCOME, masked_name="甲**", seat_area="看台 3")),
        _lit_entry("hold-consent", View(Screen.HOLD_CONSENT)),
    ),
)


# --- the desk ------------------------------------------------------------------------------------


def _desk(props: Props, language: str, **offered: Any) -> DeskWindow:
    return DeskWindow(Texts, props.scene, props.order(language), rehearsal=True, motion=False, now=_now, **offered)


def _desk_with_code_camera(props: Props, language: str) -> DeskWindow:
    window = _desk(props, language)
    window.offer_code_camera()
    window.show_view(DeskView(DeskState.WAITING, reader_online=True))
    return window


def _show_login(window: Any, view: LoginView) -> None:
    window.show_login(view)
    window.cover.clear()
    for digit in "30281" if view.step in {LoginStep.PIN, LoginStep.UNLOCK} else "1234567":
        window.cover.strike(digit)


def _show_sheet(window: DeskWindow, place: int) -> None:
    window.show_alert("")
    window.show_venue_button(True)
    window.show_sheet(venue_pages(window.language, window.gate_name)[place][1])


def _show_alert(window: DeskWindow) -> None:
    """At its narrowest: the reader is away, too."""
    window.show_sheet(None)
    window.show_alert(banner_words(ALERTS, Texts(window.language)))


class _Evening:
    """A clock that stands still."""

    def now(self) -> float:
        return EVENING

    def monotonic(self) -> float:
        return 0.0


def _show_task(window: DeskWindow, name: str) -> None:
    window.show_page(task_pages(Texts(window.language), _Evening())[name])


def _show_portrait(window: DeskWindow) -> None:
    window.show_view(portrait_view())
    window.show_portrait(for_the_eye(portrait_sample()))


def _show_look(window: DeskWindow) -> None:
    window.show_sheet(look_page(Look(), NightHours(), Texts(window.language)))


_PLACES = range(len(venue_pages("en", str)))
DESK = Stage(
    "desk",
    Audience.STAFF,
    partial(_desk, passports=True),
    (
        *(Entry(f"desk-{name}", partial(DeskWindow.show_view, view=view)) for name, view in desk_views()),
        Entry("desk-portrait", _show_portrait),
    ),
)
CODES = Stage(
    "desk-codes",
    Audience.STAFF,
    _desk_with_code_camera,
    tuple(Entry(f"desk-code-{look}", partial(DeskWindow.show_code_look, look=look)) for look in CodeLook),
)
LOGIN = Stage(
    "login",
    Audience.STAFF,
    partial(_desk, login=True),
    tuple(Entry(f"login-{name}", partial(_show_login, view=view)) for name, view in LOGIN_VIEWS),
)
TASKS = Stage(
    "desk-tasks",
    Audience.STAFF,
    _desk,
    tuple(Entry(f"task-{name}", partial(_show_task, name=name)) for name in task_pages(Texts("en"), _Evening())),
)
SHEETS = Stage(
    "desk-sheets",
    Audience.STAFF,
    _desk,
    (
        *(
            Entry(f"venue-{name}", partial(_show_sheet, place=place))
            for place, (name, _) in zip(_PLACES, venue_pages("en", str), strict=True)
        ),
        Entry("desk-look", _show_look),
        Entry("desk-alert", _show_alert),
    ),
)


# --- staff's other windows -----------------------------------------------------------------------


def _unlock(props: Props, language: str) -> UnlockWindow:
    languages = props.order(language)
    return UnlockWindow(Texts, dict(props.names), languages, with_scanner=True, rehearsal=True, motion=False, now=_now)


def _show_unlock(window: UnlockWindow, typed: str, view: UnlockView) -> None:
    window.entry.fill(typed)
    window.show_view(view)


UNLOCK = Stage(
    "unlock",
    Audience.STAFF,
    _unlock,
    tuple(Entry(f"unlock-{name}", partial(_show_unlock, typed=typed, view=view)) for name, typed, view in UNLOCK_VIEWS),
)


def _certificate(props: Props, language: str) -> CertificateWindow:
    window = CertificateWindow(Texts, language, _now, rehearsal=True, motion=False)
    window.setProperty("language", language)
    return window


def _show_certificate(window: CertificateWindow, verdict: Verdict) -> None:
    language = str(window.property("language"))
    window.show_certificate(certificate_sample_view(verdict, language), event_names().get(language, ""))


CERTIFICATE = Stage(
    "certificate",
    Audience.STAFF,
    _certificate,
    tuple(Entry(f"certificate-{verdict.lower()}", partial(_show_certificate, verdict=verdict)) for verdict in Verdict),
)
HOLD = Stage(
    "hold",
    Audience.STAFF,
    lambda props, language: HoldWindow(Texts(language), _now, lambda: 0.0, rehearsal=True, motion=False),
    (Entry("hold-view", lambda window: window.show_hold(hold_sample(), "Lighthouse Choir")),),
)
CLOSE = Stage(
    "close",
    Audience.STAFF,
    lambda props, language: CloseWindow(Texts, language, _now, rehearsal=True, motion=False),
    tuple(Entry(f"close-{name}", show) for name, show in CLOSE_STATES),
)


def _office(props: Props, language: str) -> OfficeWindow:
    window = OfficeWindow(Texts, props.order(language), "Lighthouse Choir", rehearsal=True, motion=False, now=_now)
    window.show_login(LoginView(LoginStep.OPEN, "Robin Example"))
    return window


def _show_page(window: OfficeWindow, page: Callable[[Texts], Page]) -> None:
    window.show_page(page(Texts(window.language)))


OFFICE = Stage(
    "office",
    Audience.STAFF,
    _office,
    tuple(Entry(f"office-{name}", partial(_show_page, page=page)) for name, page in PAGES),
)
ORGANISER = Stage(
    "office-organiser",
    Audience.STAFF,
    _office,
    tuple(Entry(f"office-{name}", partial(_show_page, page=page)) for name, page in ORGANISER_PAGES),
)
OFFICE_LOGIN = Stage(
    "office-login",
    Audience.STAFF,
    _office,
    tuple(
        Entry(f"office-login-{step}", partial(_show_login, view=LoginView(step, two_ways=step is LoginStep.BADGE)))
        for step in (LoginStep.BADGE, LoginStep.ACCOUNT, LoginStep.PASSWORD, LoginStep.CODE, LoginStep.NEW_PASSWORD)
    ),
)
COMPONENTS = Stage(
    "components",
    Audience.MAKERS,
    lambda props, language: ComponentsWindow(Texts(language), _now),
    tuple(Entry(f"components-{name}", partial(ComponentsWindow.show_board, name=name)) for name in BOARDS),
)

# --- a training ----------------------------------------------------------------------------------


def _training(make: Callable[[Props, str], KioskWindow], props: Props, language: str) -> KioskWindow:
    """The same window as a training's process makes it."""
    with windows_marked():
        return make(props, language)


_SHOWN_IN_TRAINING = {"present-document", "look-none", "see-staff", "home"}
TRAINING = Stage(
    "training-station",
    Audience.ATTENDEE,
    partial(_training, _station),
    (
        _gate_entry("training-choice", View(Screen.CHOICE)),
        *(_gate_entry(f"training-{name}", view) for name, view in GATE_VIEWS if name in _SHOWN_IN_TRAINING),
    ),
)
TRAINING_DESK = Stage(
    "training-desk",
    Audience.STAFF,
    partial(_training, partial(_desk, passports=True)),
    tuple(Entry(f"training-desk-{name}", partial(DeskWindow.show_view, view=view)) for name, view in desk_views()[:2]),
)
TRAINING_OFFICE = Stage(
    "training-office",
    Audience.STAFF,
    partial(_training, _office),
    tuple(
        Entry(f"training-office-{name}", partial(_show_page, page=page))
        for name, page in PAGES
        if name in _SHOWN_IN_TRAINING
    ),
)

STAGES: tuple[Stage, ...] = (
    STATION,
    LOW,
    CHALLENGE,
    NO_FACE,
    PASSPORTS,
    BUTTONS,
    DESK,
    CODES,
    LOGIN,
    TASKS,
    SHEETS,
    UNLOCK,
    CERTIFICATE,
    HOLD,
    CLOSE,
    OFFICE,
    ORGANISER,
    OFFICE_LOGIN,
    TRAINING,
    TRAINING_DESK,
    TRAINING_OFFICE,
    COMPONENTS,
)
