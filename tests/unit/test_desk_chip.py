"""The desk and documents with a chip: a key is wanted, reading takes seconds, the proof decides who may be admitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.mrz.entry import CardAccessNumber, EntryRejected, ZoneKey, typed_line
from drivers.port import (
    DocumentJudged,
    DocumentPresented,
    DocumentProof,
    KeyNeeded,
    KeyTaken,
    KeyUnreadable,
    ReadProgress,
)
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck
from kiosk.station.desk_view import DeskState
from tests.helpers.station import VALID, DeskLane, identity


@pytest.fixture
def desk() -> DeskLane:
    return DeskLane()


def with_chip(desk: DeskLane, check: TicketCheck = VALID) -> None:
    desk.desk.on_document(DocumentPresented(0.0))
    desk.desk.on_document(ReadProgress(0.1))
    desk.desk.on_document(replace(identity(), to_be_proved=True))
    desk.store.take("look_up").answer(check)


def test_nobody_is_admitted_before_the_chip_is_judged(desk: DeskLane) -> None:
    with_chip(desk)
    assert (desk.view.state, desk.view.can_admit, desk.view.proof) == (DeskState.FACTS, False, "pending")
    desk.desk.on_document(DocumentJudged(DocumentProof.GENUINE, 1.0))
    assert (desk.view.can_admit, desk.view.proof) == (True, "genuine")


@pytest.mark.parametrize("proof", list(DocumentProof))
def test_a_document_that_does_not_prove_itself_is_the_supervisors(desk: DeskLane, proof: DocumentProof) -> None:
    with_chip(desk)
    desk.desk.on_document(DocumentJudged(proof, 1.0))
    suspect = {DocumentProof.TAMPERED, DocumentProof.CLONE_SUSPECTED, DocumentProof.SIGNER_REFUSED}
    assert desk.view.can_admit == (proof not in suspect)
    desk.desk.on_admit()
    assert desk.store.count("hold_by_staff") == (proof not in suspect)


def test_a_proof_admits_nobody_without_a_ticket(desk: DeskLane) -> None:
    with_chip(desk, TicketCheck(CheckOutcome.NO_TICKET, None))
    desk.desk.on_document(DocumentJudged(DocumentProof.GENUINE, 1.0))
    assert not desk.view.can_admit


def test_a_used_ticket_is_admitted_again_only_with_a_document_that_proves_itself(desk: DeskLane) -> None:
    used = EarlierUse(1.0, "gate-1", "A", "face", "an-admission")
    with_chip(desk, replace(VALID, outcome=CheckOutcome.ALREADY_USED, earlier_use=used))
    assert not desk.view.can_admit_again
    desk.desk.on_document(DocumentJudged(DocumentProof.GENUINE, 1.0))
    assert (desk.view.can_admit, desk.view.can_admit_again) == (False, True)


def test_a_chip_without_a_key_leaves_the_keypad_on_the_screen(desk: DeskLane) -> None:
    desk.desk.on_document(DocumentPresented(0.0))
    desk.desk.on_document(KeyNeeded())
    assert (desk.view.state, desk.view.key_wanted) == (DeskState.WAITING, True)
    desk.desk.on_document(KeyUnreadable(1))
    assert desk.view.key_unreadable
    desk.desk.on_document(KeyTaken())
    assert (desk.view.key_wanted, desk.view.key_unreadable) == (False, False)
    desk.desk.on_document(DocumentPresented(1.0))
    desk.desk.on_document(ReadProgress(0.5))
    assert (desk.view.state, desk.view.reading_share) == (DeskState.READING, 0.5)


def test_one_line_is_a_zone_or_a_cards_number() -> None:
    assert typed_line("123456") == CardAccessNumber("123456")
    assert typed_line("l898902c3-740812-120415") == ZoneKey("L898902C3", "740812", "120415")
    for bad in ("", "12345", "L898902C3-741312-120415"):
        with pytest.raises(EntryRejected):
            typed_line(bad)
