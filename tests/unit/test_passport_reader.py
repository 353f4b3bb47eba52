"""The whole passport reader over pseudo-terminals: simulated front-end, swipe reader and documents, real protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from drivers.emrtd.access_keys import CardAccessNumber
from drivers.emrtd.simulated_document import ChipFaults
from drivers.emrtd.simulated_files import PaceOffer, Portrait
from drivers.emrtd.trust import Trust
from drivers.passport.reader import open_reader
from drivers.port import (
    DeviceLost,
    DeviceReady,
    DocumentJudged,
    DocumentKind,
    DocumentProof,
    DocumentRemoved,
    DocumentValidity,
    IdentityRead,
    KeyNeeded,
    KeyTaken,
    KeyUnreadable,
    PortraitFormat,
    PortraitRead,
    ReadFailed,
    ReadFailure,
    ReadProgress,
)
from tests.helpers.documents import CAN, document, picture
from tests.helpers.mrz import TD1, TD3
from tests.helpers.passport import RULES, Place, names
from tests.helpers.pn532 import EchoCard
from tests.helpers.sdt import plain_token

JP2 = bytes.fromhex("0000000C6A5020200D0A870A") + bytes(2000)
READ = ["DocumentPresented", "IdentityRead", "PortraitRead", "DocumentJudged"]


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    made.until(DeviceReady)
    yield made
    made.close()


def identity_in(events: list[Any]) -> IdentityRead:
    (found,) = (event for event in events if isinstance(event, IdentityRead))
    return found


def portrait_in(events: list[Any]) -> PortraitRead:
    (found,) = (event for event in events if isinstance(event, PortraitRead))
    return found


def proof_in(events: list[Any]) -> DocumentProof:
    (found,) = (event.proof for event in events if isinstance(event, DocumentJudged))
    return found


WAYS: dict[str, dict[str, Any]] = {
    "BAC": {},
    "PACE AES-128": {"pace": PaceOffer.AES_128},
    "PACE 3DES": {"pace": PaceOffer.TDES},
    "PACE AES-192 P-384": {"pace": PaceOffer.AES_192, "pace_parameter": 15},
    "PACE AES-256 BP512": {"pace": PaceOffer.AES_256, "pace_parameter": 17, "bac": False},
    "chip authentication": {"chip_proof": PaceOffer.AES_128},
    "chip authentication 3DES": {"chip_proof": PaceOffer.TDES},
    "PACE and chip authentication 256": {"pace": PaceOffer.AES_128, "chip_proof": PaceOffer.AES_256},
    "active authentication EC": {"active_proof": "ec"},
    "active authentication RSA": {"active_proof": "rsa"},
    "type B": {"rf_kind": "B"},
    "long APDUs": {"extended": True, "picture": picture(9000)},
    "JPEG 2000": {"picture": JP2, "portrait": Portrait.JPEG2000},
    "old chip, short reads": {"faults": ChipFaults(longest_read=0xA0)},
}


@pytest.mark.parametrize("design", WAYS.values(), ids=WAYS)
def test_every_way_in_gives_identity_portrait_and_proof(place: Place, design: dict[str, Any]) -> None:
    paper = document(**design)
    place.swipe(paper)
    place.until(KeyTaken)
    chip = place.lay_down(paper)
    events = place.until(DocumentJudged)
    assert names(events) == READ
    identity, portrait = identity_in(events), portrait_in(events)
    assert (identity.kind, identity.issuing_state) == (DocumentKind.PASSPORT, "UTO")
    assert identity.token == plain_token(DocumentKind.PASSPORT, "UTO", "L898902C3")
    assert (identity.masked_name, identity.age_ok, identity.validity) == ("E***", True, DocumentValidity.VALID)
    assert identity.to_be_proved
    assert identity.name.reveal() == "ERIKSSON, ANNA MARIA"
    assert bytes(portrait.data.view()) == paper.design.picture
    assert portrait.format is (PortraitFormat.JPEG2000 if paper.design.picture is JP2 else PortraitFormat.JPEG)
    assert proof_in(events) is DocumentProof.GENUINE
    assert chip.asked_forbidden == 0
    assert [type(event) for event in place.until(lambda seen: True)] == []


def test_a_card_opens_with_its_number_alone(place: Place) -> None:
    paper = document(mrz_lines=TD1, can=CAN, pace=PaceOffer.AES_128, bac=False)
    place.lay_down(paper)
    assert names(place.until(KeyNeeded)) == ["DocumentPresented", "KeyNeeded"]
    place.reader.offer_key(CardAccessNumber(CAN))
    events = place.until(DocumentJudged)
    assert names(events) == ["KeyTaken", *READ]
    assert identity_in(events).kind is DocumentKind.IDENTITY_CARD
    assert proof_in(events) is DocumentProof.GENUINE


def test_a_chip_first_then_the_swipe(place: Place) -> None:
    paper = document()
    place.lay_down(paper)
    place.until(KeyNeeded)
    place.slot.swipe((TD3[0], TD3[1].replace("7408122", "7408123")))
    (unreadable,) = [event for event in place.until(KeyUnreadable) if isinstance(event, KeyUnreadable)]
    assert unreadable.line == 1
    place.swipe(paper)
    assert names(place.until(DocumentJudged)) == ["KeyTaken", *READ]
    place.front.lift_card()
    assert names(place.until(DocumentRemoved)) == ["DocumentRemoved"]
    place.lay_down(document())
    assert names(place.until(KeyNeeded)) == ["DocumentPresented", "KeyNeeded"], "the key was for one document"


def test_progress_is_told_and_grows(place: Place) -> None:
    paper = document(picture=picture(40_000))
    place.swipe(paper)
    place.until(KeyTaken)
    place.lay_down(paper)
    shares = [event.share for event in place.until(DocumentJudged) if isinstance(event, ReadProgress)]
    assert shares
    assert shares == sorted(shares)
    assert all(0 < share <= 1 for share in shares)


PROOFS: dict[str, tuple[dict[str, Any], DocumentProof]] = {
    "a changed portrait": ({"faults": ChipFaults(altered_dg2=True)}, DocumentProof.TAMPERED),
    "a forged signature": ({"faults": ChipFaults(wrong_sod=True)}, DocumentProof.TAMPERED),
    "a copied chip, by chip authentication": (
        {"chip_proof": PaceOffer.AES_128, "faults": ChipFaults(copied=True)},
        DocumentProof.CLONE_SUSPECTED,
    ),
    "a copied chip, by active authentication": (
        {"active_proof": "ec", "faults": ChipFaults(copied=True)},
        DocumentProof.CLONE_SUSPECTED,
    ),
}


@pytest.mark.parametrize(("design", "proof"), PROOFS.values(), ids=PROOFS)
def test_what_is_wrong_with_a_document_is_found(place: Place, design: dict[str, Any], proof: DocumentProof) -> None:
    paper = document(**design)
    place.swipe(paper)
    place.until(KeyTaken)
    place.lay_down(paper)
    assert proof_in(place.until(DocumentJudged)) is proof


def test_without_certificates_every_issuer_is_unknown() -> None:
    place = Place(trust=Trust)
    place.until(DeviceReady)
    place.swipe(document())
    place.until(KeyTaken)
    place.lay_down(document())
    assert proof_in(place.until(DocumentJudged)) is DocumentProof.ISSUER_UNKNOWN
    place.close()


def test_an_expired_document_says_so() -> None:
    place = Place(rules=replace(RULES, event_day=RULES.event_day.replace(year=2013)))
    place.until(DeviceReady)
    place.swipe(document())
    place.until(KeyTaken)
    place.lay_down(document())
    events = place.until(DocumentJudged)
    assert (identity_in(events).validity, proof_in(events)) == (DocumentValidity.EXPIRED, DocumentProof.EXPIRED)
    place.close()


@pytest.mark.parametrize("design", [{}, {"pace": PaceOffer.AES_128}], ids=["BAC", "PACE"])
def test_another_documents_key_is_refused_and_the_right_one_taken(place: Place, design: dict[str, Any]) -> None:
    place.swipe(document(mrz_lines=TD1))
    place.until(KeyTaken)
    paper = document(**design)
    place.lay_down(paper)
    events = place.until(ReadFailed)
    assert ReadFailed(ReadFailure.KEY_REFUSED) in events
    place.swipe(paper)
    assert names(place.until(DocumentJudged)) == ["KeyTaken", *READ]


@pytest.mark.parametrize("fault", [ChipFaults(refuse_reads_after=3), ChipFaults(break_session_after=2)])
def test_a_session_the_chip_ends_is_opened_again(place: Place, fault: ChipFaults) -> None:
    paper = document(faults=fault, picture=picture(3000))
    place.swipe(paper)
    place.until(KeyTaken)
    place.lay_down(paper)
    events = place.until(DocumentJudged)
    assert bytes(portrait_in(events).data.view()) == paper.design.picture
    assert proof_in(events) is DocumentProof.GENUINE


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (ChipFaults(truncated_dg2=900), {ReadFailure.REFUSED, ReadFailure.GARBLED}),
        (ChipFaults(mute_after=6), {ReadFailure.TIMED_OUT}),
    ],
)
def test_a_document_that_cannot_be_read_fails_once(place: Place, fault: ChipFaults, reason: set[ReadFailure]) -> None:
    paper = document(faults=fault)
    place.swipe(paper)
    place.until(KeyTaken)
    place.lay_down(paper)
    (failed,) = [event for event in place.until(ReadFailed) if isinstance(event, ReadFailed)]
    assert failed.reason in reason
    place.front.lift_card()
    assert names(place.until(DocumentRemoved)) == ["DocumentRemoved"]


def test_a_lifted_passport_is_read_when_it_comes_back_without_another_swipe(place: Place) -> None:
    paper = document(picture=picture(4000))
    place.swipe(paper)
    place.until(KeyTaken)
    place.front.faults.lift_after_apdus = 12
    place.lay_down(paper)
    events = place.until(DocumentRemoved)
    assert names(events) == ["DocumentPresented", "IdentityRead", "ReadFailed", "DocumentRemoved"]
    place.lay_down(paper)
    assert names(place.until(DocumentJudged)) == READ


def test_a_passport_lifted_after_the_portrait_is_not_proved(place: Place) -> None:
    paper = document(picture=picture(300))
    place.swipe(paper)
    place.until(KeyTaken)
    place.lay_down(paper)
    place.until(PortraitRead)
    place.front.lift_card()
    events = place.until(DocumentRemoved)
    assert names(events) in (["DocumentJudged", "DocumentRemoved"],)
    assert proof_in(events) in (DocumentProof.TECHNICAL_FAILURE, DocumentProof.GENUINE)


def test_a_card_that_is_no_document(place: Place) -> None:
    place.swipe(document())
    place.until(KeyTaken)
    place.front.put_card(EchoCard())
    (failed,) = [event for event in place.until(ReadFailed) if isinstance(event, ReadFailed)]
    assert failed.reason in {ReadFailure.NOT_A_DOCUMENT, ReadFailure.GARBLED}


def test_unplugging_and_replugging(place: Place) -> None:
    place.front.unplug()
    assert names(place.until(DeviceLost)) == ["DeviceLost"]
    place.front.replug()
    assert names(place.until(DeviceReady)) == ["DeviceReady"]
    place.swipe(document())
    place.until(KeyTaken)
    place.lay_down(document())
    assert names(place.until(DocumentJudged)) == READ


def test_a_pulled_swipe_reader_leaves_the_document_reader_ready(place: Place) -> None:
    place.slot.unplug()
    paper = document(can=CAN, pace=PaceOffer.AES_128)
    place.lay_down(paper)
    place.until(KeyNeeded)
    place.reader.offer_key(CardAccessNumber(CAN))
    assert proof_in(place.until(DocumentJudged)) is DocumentProof.GENUINE


def test_events_do_not_show_the_person(place: Place) -> None:
    paper = document()
    place.swipe(paper)
    shown = repr(place.until(KeyTaken))
    place.lay_down(paper)
    shown += repr(place.until(DocumentJudged))
    assert not any(text in shown for text in ("ERIKSSON", "ANNA", "L898902C3", "740812"))


@pytest.mark.parametrize("bad", [{"baud": 9600}, {"rf_kbit_s": 848}, {"swipe_port": "/dev/null", "swipe_end": "xy"}])
def test_bad_settings_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        open_reader("/dev/null", rules=lambda: RULES, **bad)


def test_the_port_must_be_named() -> None:
    with pytest.raises(ValueError, match="must be named"):
        open_reader("auto", rules=lambda: RULES)
