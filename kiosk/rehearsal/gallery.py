"""What gate, desk, log-in, unlock, certificate and hold windows can show, with invented people: one line a state.

``kiosk.rehearsal.catalogue`` makes screens of them; ``python -m kiosk.rehearsal.gallery --dir DIR`` saves pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from kiosk.certificate_screen import view_of
from kiosk.closing.leftovers import Verdict
from kiosk.config.rehearsal_event import rehearsal_event
from kiosk.domain.act import Act
from kiosk.domain.incident import ALL_GROUPS, Incident, Mode, Why
from kiosk.domain.lane import Lane
from kiosk.domain.lanes import GroupWaits, HeadCount, LaneState, Staffing
from kiosk.domain.outcome import EarlierUse
from kiosk.face.port import Advice
from kiosk.office.incident_page import MODES, Chosen, incident_page, why_page
from kiosk.office.lanes_page import lanes_page
from kiosk.office.view import ListPage
from kiosk.rehearsal.certificate_sample import sample
from kiosk.rehearsal.venue import GATE_GROUP, OTHER_GATE_GROUP, OTHER_SESSION, SESSION, today
from kiosk.station.desk_view import (
    DeskState,
    DeskView,
    FoundTicket,
    PartyMember,
    PortraitLook,
    QueueView,
    Reentry,
    WaitingCall,
)
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.station.venue_notices import Notice
from kiosk.text import Texts
from kiosk.ui.certificate_window import CertificateView
from kiosk.ui.hold_window import HoldView
from kiosk.ui.unlock_window import UnlockState, UnlockView
from kiosk.visit.view import Keeping, Screen, View, WhereReason

EVENING = datetime(2026, 5, 1, 18, 42).timestamp()  # noqa: DTZ001 - a local time on a picture

GATE_VIEWS: tuple[tuple[str, View], ...] = (
    ("choice", View(Screen.CHOICE)),
    ("choice-document-down", View(Screen.CHOICE, document_down=True)),
    ("choice-idle", View(Screen.CHOICE, document_down=True, idle_warning=True)),
    ("choice-face-paused", View(Screen.CHOICE, face_paused=True)),
    ("prior-face", View(Screen.PRIOR_CHOICE, prior=Lane.FACE, document_down=True)),
    ("prior-staff", View(Screen.PRIOR_CHOICE, prior=Lane.STAFF, document_down=True)),
    ("present-document", View(Screen.PRESENT_DOCUMENT, can_stop=True)),
    ("present-code-too", View(Screen.PRESENT_DOCUMENT, code_needed=True, can_stop=True)),
    ("present-idle", View(Screen.PRESENT_DOCUMENT, can_stop=True, idle_warning=True)),
    ("reading", View(Screen.READING, can_stop=True)),
    ("present-swipe-wanted", View(Screen.PRESENT_DOCUMENT, can_stop=True, document_down=True, key_wanted=True)),
    ("present-swipe-again", View(Screen.PRESENT_DOCUMENT, can_stop=True, key_wanted=True, swipe_failed=True)),
    ("present-after-swipe", View(Screen.PRESENT_DOCUMENT, can_stop=True, key_here=True)),
    ("reading-chip", View(Screen.READING, can_stop=True, reading_share=0.4)),
    ("reading-proof", View(Screen.READING, can_stop=True, proving=True)),
    *((f"look-{advice.value}", View(Screen.LOOK_HERE, can_stop=True, advice=advice)) for advice in Advice),
    *((f"look-act-{act}", View(Screen.LOOK_HERE, can_stop=True, act=act, act_step=1, act_of=2)) for act in Act),
    ("look-act-second", View(Screen.LOOK_HERE, can_stop=True, act=Act.NOD, act_step=2, act_of=2)),
    ("look-second-attempt", View(Screen.LOOK_HERE, can_stop=True, attempt=2)),
    ("welcome", View(Screen.WELCOME, masked_name="甲**", seat_area="看台 3")),
    ("where-gate", View(Screen.WHERE_TO_GO, where_reason=WhereReason.OTHER_GATE, where=OTHER_GATE_GROUP)),
    ("where-day", View(Screen.WHERE_TO_GO, where_reason=WhereReason.OTHER_DAY, where=OTHER_SESSION)),
    ("see-staff", View(Screen.SEE_STAFF)),
    ("see-staff-disputable", View(Screen.SEE_STAFF, can_dispute=True)),
    ("hold-consent", View(Screen.HOLD_CONSENT)),
    ("choice-keeps", View(Screen.CHOICE, keeps=True)),
    ("look-keeps", View(Screen.LOOK_HERE, can_stop=True, keeps=True)),
    ("see-staff-sealing", View(Screen.SEE_STAFF, keeping=Keeping.PENDING)),
    ("see-staff-code", View(Screen.SEE_STAFF, keeping=Keeping.KEPT, dispute_code="K7M4PX")),
    ("see-staff-nothing-kept", View(Screen.SEE_STAFF, keeping=Keeping.FAILED)),
    ("staff-chosen", View(Screen.STAFF_CHOSEN)),
    ("out-of-service", View(Screen.OUT_OF_SERVICE)),
    *((f"mode-{mode}", View(Screen.OUT_OF_SERVICE, mode=mode)) for mode in (*MODES[:1], *MODES[2:])),
    ("mode-document_only", View(Screen.PRESENT_DOCUMENT, can_stop=True, mode=Mode.DOCUMENT_ONLY)),
)

LOW_VIEWS = frozenset(
    {
        "choice",
        "choice-document-down",
        "choice-idle",
        "present-code-too",
        "reading-chip",
        "look-none",
        "look-act-turn_left",
        "welcome",
        "where-gate",
        "see-staff-disputable",
        "see-staff-code",
        "hold-consent",
        "out-of-service",
        "mode-free_flow",
    }
)
"""Each page of the gate, by its fullest view, for who sits or is small (R-104)."""

_FACTS = DeskView(
    DeskState.FACTS,
    outcome="valid",
    masked_name="甲**",
    name_agrees=True,
    age_ok=True,
    document_validity="valid",
    ticket_reference_end="4f2a",
    session=SESSION,
    gate_group=GATE_GROUP,
    seat_area="看台 3",
    can_admit=True,
    reader_online=True,
)

_CALLS = (WaitingCall("gate-a1", GATE_GROUP, 3), WaitingCall("gate-b1", OTHER_GATE_GROUP))
_NOTICES = tuple(WaitingCall(f"{one}:{GATE_GROUP}", GATE_GROUP, notice=one) for one in Notice)
_QUEUE = QueueView(waiting=3, first_station="gate-a1", first_group=GATE_GROUP, first_min=2)
_SERVING = replace(_QUEUE, serving_station="gate-a2", serving_group=GATE_GROUP, serving_min=4)
_FOUND = tuple(FoundTicket(str(n), "甲**", f"看台 {n}", GATE_GROUP) for n in range(5))
_PARTY = tuple(
    PartyMember(str(n), "甲**", "看台 3", n > 0, "valid", "already_used" if n == 5 else "") for n in range(6)
)
_CARE = (WaitingCall("gate-a1", GATE_GROUP, care=True),)


def desk_views() -> list[tuple[str, DeskView]]:
    used = EarlierUse(EVENING - 1300, "rehearsal-west", GATE_GROUP, "face")
    refused = replace(_FACTS, can_admit=False)
    used_up = replace(refused, outcome="already_used", earlier_use=used, can_admit_again=True)
    return [
        ("waiting", DeskView(DeskState.WAITING, reader_online=True)),
        ("waiting-unconfirmed", DeskView(DeskState.WAITING, unconfirmed=("18:31  gate-a1  …9c1e",))),
        ("reading", DeskView(DeskState.READING, reader_online=True)),
        ("key-wanted", DeskView(DeskState.WAITING, reader_online=True, key_wanted=True)),
        ("reading-chip", DeskView(DeskState.READING, reader_online=True, reading_share=0.4)),
        ("chip-tampered", replace(_FACTS, can_admit=False, proof="tampered")),
        ("chip-unknown-issuer", replace(_FACTS, proof="issuer_unknown")),
        ("valid", _FACTS),
        ("already-used", used_up),
        ("name-differs", replace(_FACTS, outcome="name_differs", name_agrees=False)),
        ("other-gate", replace(_FACTS, outcome="other_gate", gate_group=OTHER_GATE_GROUP)),
        ("no-ticket", DeskView(DeskState.FACTS, outcome="no_ticket", masked_name="甲**", reader_online=True)),
        ("under-age", replace(_FACTS, age_ok=False)),
        ("admitted", replace(_FACTS, state=DeskState.ADMITTED, can_admit=False, can_undo=True)),
        ("to-supervisor", replace(refused, state=DeskState.TO_SUPERVISOR)),
        ("waiting-call", DeskView(DeskState.WAITING, reader_online=True, calls=_CALLS[:1])),
        ("waiting-care", DeskView(DeskState.WAITING, reader_online=True, calls=_CARE)),
        ("valid-calls", replace(_FACTS, calls=_CALLS)),
        ("valid-care", replace(_FACTS, calls=_CARE)),
        ("queue", DeskView(DeskState.WAITING, reader_online=True, queue=_QUEUE)),
        ("queue-serving", DeskView(DeskState.WAITING, reader_online=True, queue=_SERVING)),
        ("valid-from-gate", replace(_FACTS, queue=_SERVING)),
        ("admitted-from-gate", replace(_FACTS, state=DeskState.ADMITTED, can_undo=True, from_gate=True)),
        ("notices", DeskView(DeskState.WAITING, reader_online=True, calls=_NOTICES)),
        ("found", DeskView(DeskState.WAITING, reader_online=True, found=_FOUND, found_more=True)),
        ("may-gather", replace(_FACTS, can_gather=True)),
        ("party", DeskView(DeskState.WAITING, reader_online=True, party=_PARTY[:3], party_ready=True)),
        ("party-full", DeskView(DeskState.WAITING, reader_online=True, party=_PARTY)),
        ("party-add", replace(_FACTS, can_gather=True, party=_PARTY[:1])),
        ("party-admitted", DeskView(DeskState.ADMITTED, outcome="valid", heads=3, can_undo=True, reader_online=True)),
        ("goes-out", replace(used_up, can_exit=True)),
        ("no-reentry", replace(used_up, reentry=Reentry.NOT_OFFERED)),
        ("comes-back", replace(_FACTS, can_gather=True, earlier_use=replace(used, outside=True))),
        ("out", DeskView(DeskState.OUT, reader_online=True)),
        ("portrait-offered", replace(_FACTS, portrait=PortraitLook.OFFERED)),
        ("portrait-offered-used", replace(used_up, portrait=PortraitLook.OFFERED)),
        ("portrait-offered-calls", replace(_FACTS, portrait=PortraitLook.OFFERED, calls=_CALLS)),
        ("portrait-coming", replace(_FACTS, portrait=PortraitLook.COMING)),
        ("portrait-failed", replace(_FACTS, portrait=PortraitLook.FAILED)),
        ("trouble", DeskView(DeskState.TROUBLE, trouble="store.disk_full", reader_online=True)),
    ]


def portrait_view() -> DeskView:
    """The officer looks at the document's portrait; ``portrait_sample`` is what is seen."""
    return replace(_FACTS, portrait=PortraitLook.SHOWN)


def portrait_sample() -> npt.NDArray[np.uint8]:
    """Nobody: an oval over shoulders in flat tones, as large as the portrait on a card (126 x 102 x 3)."""
    rows, columns = np.mgrid[0:126, 0:102]
    drawn = np.full((126, 102, 3), 225, dtype=np.uint8)
    drawn[((rows - 132) / 46) ** 2 + ((columns - 51) / 48) ** 2 < 1] = (110, 90, 70)
    drawn[(abs(columns - 51) < 11) & (rows > 70) & (rows < 96)] = (140, 170, 200)
    drawn[((rows - 54) / 34) ** 2 + ((columns - 51) / 26) ** 2 < 1] = (150, 182, 214)
    return drawn


def venue_pages(language: str, gate_name: Callable[[str], str]) -> list[tuple[str, ListPage]]:
    """The supervisor's sheets, of a venue with two gate groups."""
    texts, groups = Texts(language), (GATE_GROUP, OTHER_GATE_GROUP)
    state = LaneState(
        True,
        incidents=(
            Incident("i-1", OTHER_GATE_GROUP, Mode.LANE_CLOSED, Why.MEDICAL, "s-lin", EVENING - 200, EVENING + 700),
            Incident("i-2", ALL_GROUPS, Mode.DOCUMENT_ONLY, Why.FAULT, "s-lin", EVENING - 200, EVENING + 1600),
        ),
        staffing=(Staffing(GATE_GROUP, 2, 2, EVENING), Staffing(OTHER_GATE_GROUP, 1, 0, EVENING - 60)),
        waits=(
            GroupWaits(GATE_GROUP, 3, EVENING - 130, 95.0, 22, 9.0, 210),
            GroupWaits(OTHER_GATE_GROUP, 0, None, 20.0, 4, 8.0, 190),
        ),
    )
    heads = (HeadCount(GATE_GROUP, 412, 3, 1, 415, 0), HeadCount(OTHER_GATE_GROUP, 388, 0, 0, 388, 40))
    return [
        ("lanes", lanes_page(state, heads, gate_name, EVENING, texts, may_set=True)),
        ("incidents", incident_page(state, groups, gate_name, Chosen(), "begun", texts)),
        ("why", why_page(texts)),
    ]


UNLOCK_VIEWS: tuple[tuple[str, str, UnlockView], ...] = (
    ("asking", "", UnlockView(UnlockState.ASKING)),
    ("typed", "OPENTHEGATES26", UnlockView(UnlockState.ASKING)),
    ("checking", "", UnlockView(UnlockState.CHECKING)),
    ("wrong", "", UnlockView(UnlockState.WRONG, tries_left=3)),
    ("waiting", "OPENTHE", UnlockView(UnlockState.WAITING, wait_s=742)),
    ("gone", "", UnlockView(UnlockState.GONE)),
    ("unusable", "", UnlockView(UnlockState.UNUSABLE, detail="damaged")),
)


def certificate_sample_view(verdict: Verdict, language: str) -> CertificateView:
    folder = "/var/lib/venue-kiosk/events/rehearsal/certificate"
    return view_of(*sample(verdict), f"{folder}.json", f"{folder}.pdf", Texts(language))


def hold_sample() -> HoldView:
    """Nobody: shades of grey where the picture will be."""
    live = np.full((340, 270, 3), 150, dtype=np.uint8)
    live[70:270, 60:210] = 190
    return HoldView("K7M4PX", live, 0.284, 0.39, "yunet-sface-flip-resnet/1")


def event_names() -> dict[str, str]:
    return {language.value: name for language, name in rehearsal_event(today()).name.items()}


LOGIN_VIEWS: tuple[tuple[str, LoginView], ...] = (
    ("badge", LoginView()),
    ("pin", LoginView(LoginStep.PIN)),
    ("wrong", LoginView(LoginStep.PIN, refused="wrong")),
    ("locked-out", LoginView(refused="locked", wait_s=754)),
    ("new-pin", LoginView(LoginStep.NEW_PIN, refused="weak_trivial")),
    ("unlock", LoginView(LoginStep.UNLOCK, "Robin Example", calls=_CALLS[:1])),
    ("working", LoginView(LoginStep.OPEN, "Robin Example")),
)


if __name__ == "__main__":
    from kiosk.rehearsal.pictures import main

    main()
