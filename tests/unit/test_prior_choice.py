"""A lane chosen with the ticket: staff by a word, a face check by a signed consent and nothing less (R-06)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.base.package_rows import PackedEvent, RowsUnusable, SharedTicket, blocks_of, tickets_in
from kiosk.config.event import EventConfig
from kiosk.config.event_sections import PriorChoice
from kiosk.domain.lane import Lane
from kiosk.ledger.prior import PriorChoices, PriorNote, consent_message, signed_consent
from kiosk.roster.columns import column_of
from kiosk.roster.notes import first_doors, notes_on
from kiosk.roster.row import read_row
from tests.helpers.prior import EVENT, KEY, OTHER_KEY, PLAIN, PUBLIC

NOON, LATER = 1_777_600_000, 1_777_700_000
CODE = "PLN-000001"


def changed(event: EventConfig, **update: Any) -> EventConfig:
    return event.model_copy(update=update)


def new_notice(event: EventConfig) -> EventConfig:
    short = {language: f"{text}!" for language, text in event.notice.short.items()}
    return changed(event, notice=event.notice.model_copy(update={"short": short}))


def judged(said: str, event: EventConfig = EVENT, now: float = NOON, code: str = CODE) -> Lane | None:
    return PriorChoices(event).lane(PriorNote(code, said), now)


GOOD = signed_consent(EVENT, CODE, LATER, KEY)


@pytest.mark.requirement("R-06")
def test_a_signed_consent_counts_and_staff_need_none() -> None:
    assert judged(GOOD) is Lane.FACE
    assert judged("staff") is Lane.STAFF
    assert judged("") is None
    assert PriorChoices(EVENT).lane(None, NOON) is None


@pytest.mark.requirement("R-06")
@pytest.mark.parametrize(
    ("said", "event", "now", "code"),
    [
        ("", EVENT, NOON, CODE),
        ("face", EVENT, NOON, CODE),
        ("terms_accepted", EVENT, NOON, CODE),
        (signed_consent(changed(EVENT, id="other"), CODE, LATER, KEY), EVENT, NOON, CODE),
        (GOOD, new_notice(EVENT), NOON, CODE),
        (signed_consent(EVENT, CODE, LATER, OTHER_KEY), EVENT, NOON, CODE),
        (GOOD, EVENT, LATER, CODE),
        (GOOD, EVENT, NOON, "PLN-000002"),
        (GOOD.replace(str(LATER), str(LATER + 1)), EVENT, NOON, CODE),
        (GOOD.replace("1.", "2.", 1), EVENT, NOON, CODE),
        (GOOD + "=", EVENT, NOON, CODE),
        (GOOD, PLAIN, NOON, CODE),
        (GOOD, changed(EVENT, prior_choice=PriorChoice(taken=True)), NOON, CODE),
        (GOOD, changed(EVENT, face=EVENT.face.model_copy(update={"enabled": False})), NOON, CODE),
    ],
    ids=[
        *("missing", "a word", "a tick box", "other event", "old notice", "bad signature", "expired", "other ticket"),
        *("other date", "other version", "not our spelling", "not taken", "no key", "no face lane"),
    ],
)
def test_anything_less_is_no_consent(said: str, event: EventConfig, now: float, code: str) -> None:
    assert judged(said, event, now, code) is None


@given(st.text(max_size=130) | st.from_regex(r"1\.1[0-9]{9}\.[A-Za-z0-9_-]{86}", fullmatch=True))
def test_nothing_made_up_is_a_consent(said: str) -> None:
    assert judged(said) in ({Lane.STAFF} if said == "staff" else {None})


def test_what_is_signed_is_spelt_out_for_ticket_systems() -> None:
    message = consent_message(EVENT, " PLN-000001 ", LATER).decode()
    assert message.startswith('{"consent":1,"event":"rehearsal","lane":"face","notice":"')
    assert message.endswith(f'","ticket":"PLN-000001","until":{LATER},"use":"entry-check"}}')


CELLS = {
    "ticket": CODE,
    "document_kind": "passport",
    "issuing_state": "UTO",
    "document_number": "P0000001U",
    "name": "EXAMPLE, PERSON",
    "gate_group": "A",
    "session": "night-1",
    "seat_area": "",
}


@pytest.mark.parametrize(
    ("lane", "consent", "prior", "noted"),
    [
        ("", "", "", []),
        ("人工", "", "staff", []),
        ("Staff", "", "staff", []),
        ("刷脸", GOOD, GOOD, []),
        ("face", "", "", ["no_consent"]),
        ("face", "1.123", "1.123", ["no_consent"]),
    ],
)
def test_a_roster_says_what_was_chosen(lane: str, consent: str, prior: str, noted: list[str]) -> None:
    ticket, faults = read_row({**CELLS, "lane": lane, "face_consent": consent}, 2, EVENT)
    assert ticket is not None, faults
    assert ticket.prior == prior
    assert [note.code for note in notes_on(ticket, 2, first_doors(EVENT), PriorChoices(EVENT))] == noted


@pytest.mark.parametrize(
    ("event", "lane", "consent", "fault"),
    [
        (EVENT, "vip", "", "unknown_lane"),
        (EVENT, "staff", GOOD, "consent_without_lane"),
        (EVENT, "", GOOD, "consent_without_lane"),
        (PLAIN, "staff", "", "not_taken"),
    ],
)
def test_a_row_that_makes_no_sense_is_a_fault(event: EventConfig, lane: str, consent: str, fault: str) -> None:
    ticket, faults = read_row({**CELLS, "lane": lane, "face_consent": consent}, 2, event)
    assert ticket is None
    assert [one.code for one in faults] == [fault]


def test_headings() -> None:
    assert [column_of(heading) for heading in ("检票方式", "lane", "人脸同意")] == ["lane", "lane", "face_consent"]


def test_no_lane_in_the_text_of_a_ticket() -> None:
    ticket, _ = read_row({**CELLS, "lane": "face", "face_consent": GOOD}, 2, EVENT)
    assert ticket is not None
    assert GOOD not in repr(ticket)
    assert GOOD not in repr(replace(PriorNote(CODE, GOOD)))


def test_keys_that_are_none() -> None:
    for bad in ("x", "AAAA", PUBLIC[:-4]):
        with pytest.raises(ValueError, match="32 bytes"):
            PriorChoice(taken=True, key=bad)


@pytest.mark.parametrize(("order", "prior"), [("", ""), ("ORD-1", ""), ("", GOOD), ("ORD-1", "staff")])
def test_it_travels_to_the_other_machines_of_a_venue(order: str, prior: str) -> None:
    ticket, _ = read_row(CELLS, 2, EVENT)
    assert ticket is not None
    shared = SharedTicket(replace(ticket, order=order, prior=prior), "0" * 32)
    _, (_, block) = blocks_of(PackedEvent(""), [shared])
    assert list(tickets_in(block, EVENT)) == [shared]
    broken = block.replace(b'",0', b'",0,"","","more"', 1)
    with pytest.raises(RowsUnusable):
        list(tickets_in(broken, EVENT))
