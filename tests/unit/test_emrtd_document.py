"""Whole readings of simulated documents, whose card side is code of its own: ways in, files, proofs, faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers.emrtd.access_keys import AccessKey, CardAccessNumber, MrzKeyFields
from drivers.emrtd.dg1 import Dg1
from drivers.emrtd.dg2 import parse_dg2
from drivers.emrtd.document import DocumentReading, PortraitFile
from drivers.emrtd.errors import (
    AccessRefused,
    CardLost,
    CardRefused,
    ChannelTimeout,
    DocumentMalformed,
    NotAnEmrtd,
    SecureMessagingBroken,
)
from drivers.emrtd.evidence import ChipAnswer
from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.simulated_document import ChipFaults
from drivers.emrtd.simulated_files import PaceOffer
from drivers.emrtd.trust import Trust
from drivers.emrtd.verdict import Finding, Verdict
from drivers.port import PortraitFormat
from tests.helpers.documents import CAN, chip, document, picture
from tests.helpers.emrtd import EXTENDED, KEY, SHORT, DirectChannel, WholeReading, read_whole
from tests.helpers.mrz import SPECIMENS, TD1, TD3

STEPS = ["Opened", "IdentityFile", "PortraitFile", "EvidenceRead"]
ATR_INFO = bytes.fromhex("7F66080202040002020400")


def read(key: AccessKey = KEY, sizes: tuple[int, int] = SHORT, **design: Any) -> WholeReading:
    return read_whole(DirectChannel(chip(**design), sizes), key)


def test_a_passport_by_bac() -> None:
    seen = read(picture=picture(16_000))
    assert seen.order == STEPS
    assert seen.opened == "bac"
    assert seen.zone == TD3
    assert seen.portrait == picture(16_000)
    result = seen.verdict()
    assert result.verdict is Verdict.GENUINE
    assert Finding.COPY_NOT_EXCLUDED in result.findings
    assert seen.verdict(Trust()).verdict is Verdict.ISSUER_UNKNOWN
    assert seen.verdict(expired=True).verdict is Verdict.EXPIRED


def test_a_portrait_of_16_kb_takes_few_commands() -> None:
    """4 to open, 2 for DG1, 70 for DG2 in pieces of 231; the rest is signature and list."""
    channel = DirectChannel(chip(picture=picture(16_000)))
    for step in DocumentReading(channel, KEY).steps():
        if isinstance(step, PortraitFile):
            step.data.wipe()
            break
    assert len(channel.sent) == 4 + 2 + 70


@pytest.mark.parametrize("offer", PaceOffer, ids=lambda offer: offer.name)
@pytest.mark.parametrize("parameter", [12, 13, 18], ids=["P-256", "BP256", "P-521"])
def test_pace_alone(offer: PaceOffer, parameter: int) -> None:
    seen = read(pace=offer, pace_parameter=parameter, bac=False)
    assert (seen.opened, seen.portrait) == ("pace", picture())
    assert seen.verdict().verdict is Verdict.GENUINE


def test_pace_by_card_access_number() -> None:
    seen = read(CardAccessNumber(CAN), pace=PaceOffer.AES_128, can=CAN, mrz_lines=TD1)
    assert (seen.opened, seen.zone) == ("pace", TD1)
    assert seen.evidence is not None
    assert seen.evidence.own_zone is None


NUMBERS = {"TD1": "D23145890", "TD2": "D23145890", "TD1 long": "D23145890734", "TD2 long": "D23145890734"}


def key_of(form: str) -> MrzKeyFields:
    lines = SPECIMENS[form]
    dates = (lines[1][0:6], lines[1][8:14]) if len(lines) == 3 else (lines[1][13:19], lines[1][21:27])
    return MrzKeyFields(NUMBERS[form], *dates)


@pytest.mark.parametrize("form", ["TD1", "TD2", "TD1 long"])
def test_zones_of_other_sizes(form: str) -> None:
    seen = read(key_of(form), mrz_lines=SPECIMENS[form])
    assert seen.zone == SPECIMENS[form]
    assert seen.evidence is not None
    assert seen.evidence.own_zone


@pytest.mark.parametrize("form", NUMBERS)
def test_a_zone_knows_the_key_that_belongs_to_it(form: str) -> None:
    zone = Dg1(SPECIMENS[form])
    assert zone.opened_by(key_of(form))
    assert not zone.opened_by(replace(key_of(form), document_number="D23145891"))
    assert not zone.opened_by(replace(key_of(form), expiry_date_yymmdd="010101"))
    assert (zone.issuing_state, zone.document_code) == ("UTO", "I")


def test_the_chip_of_another_document() -> None:
    """Opened by one key, naming another: only a copied or swapped file does that."""
    paper = document(pace=PaceOffer.AES_128, bac=False)
    other = document(mrz_lines=(TD3[0], "X898902C31UTO7408122F1204159ZE184226B<<<<<12"))
    swapped = replace(paper, files=other.files)
    assert read_whole(DirectChannel(SimulatedDocumentChip(swapped))).verdict().verdict is Verdict.TAMPERED


@pytest.mark.parametrize("form", ["bac", "pace"])
def test_a_wrong_zone_is_refused_and_not_tried_again(form: str) -> None:
    card = chip(pace=PaceOffer.AES_128 if form == "pace" else None)
    with pytest.raises(AccessRefused):
        read_whole(DirectChannel(card), MrzKeyFields("WRONG", "740812", "120415"))
    assert card.log.count("820000") == (form == "bac")


def test_a_card_access_number_opens_no_chip_without_pace() -> None:
    with pytest.raises(AccessRefused, match="zone only"):
        read(CardAccessNumber(CAN))


def test_a_card_without_the_application() -> None:
    class Bare:
        max_command_bytes, max_answer_bytes = SHORT

        def transceive(self, command_apdu: bytes) -> bytes:
            assert command_apdu
            return b"\x6a\x82"

    with pytest.raises(NotAnEmrtd):
        list(DocumentReading(Bare(), KEY).steps())


@pytest.mark.parametrize("longest", [0xE7, 0xDF, 0xA0, 0x70])
def test_chips_that_carry_less_are_asked_for_less(longest: int) -> None:
    seen = read(faults=ChipFaults(longest_read=longest))
    assert seen.portrait == picture()
    assert seen.verdict().verdict is Verdict.GENUINE


def test_a_chip_that_carries_next_to_nothing_is_a_technical_refusal() -> None:
    with pytest.raises(CardRefused):
        read(faults=ChipFaults(longest_read=0x20))


@pytest.mark.parametrize("faults", [ChipFaults(refuse_reads_after=5), ChipFaults(break_session_after=5)])
def test_a_session_lost_once_is_opened_again(faults: ChipFaults) -> None:
    seen = read(faults=faults)
    assert seen.portrait == picture()
    assert seen.verdict().verdict is Verdict.GENUINE


def test_a_truncated_portrait_is_a_refusal_not_a_picture() -> None:
    with pytest.raises((CardRefused, DocumentMalformed)):
        read(faults=ChipFaults(truncated_dg2=900))


def test_a_silent_card() -> None:
    with pytest.raises(ChannelTimeout):
        read(faults=ChipFaults(mute_after=9))


@pytest.mark.parametrize("after", range(1, 25, 3))
def test_a_card_lifted_at_any_moment(after: int) -> None:
    with pytest.raises(CardLost):
        read_whole(DirectChannel(chip(chip_proof=PaceOffer.AES_128), lift_after=after))


def test_altered_and_forged() -> None:
    altered = read(faults=ChipFaults(altered_dg2=True)).verdict()
    assert Finding.GROUP_HASH_DIFFERS in altered.findings
    forged = read(faults=ChipFaults(wrong_sod=True)).verdict()
    assert Finding.SIGNATURE_WRONG in forged.findings
    assert altered.verdict is forged.verdict is Verdict.TAMPERED


@pytest.mark.parametrize("offer", PaceOffer, ids=lambda offer: offer.name)
def test_chip_authentication(offer: PaceOffer) -> None:
    seen = read(chip_proof=offer, pace=PaceOffer.AES_256)
    assert Finding.CHIP_PROVED in seen.verdict().findings
    copied = read(chip_proof=offer, faults=ChipFaults(copied=True))
    assert copied.portrait == picture()
    assert copied.verdict().verdict is Verdict.CLONE_SUSPECTED


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("sizes", [SHORT, EXTENDED], ids=["short", "extended"])
def test_active_authentication(kind: str, sizes: tuple[int, int]) -> None:
    long = sizes is EXTENDED
    seen = read(sizes=sizes, active_proof=kind, extended=long)
    assert Finding.CHIP_PROVED in seen.verdict().findings
    copied = read(sizes=sizes, active_proof=kind, extended=long, faults=ChipFaults(copied=True))
    assert copied.verdict().verdict is Verdict.CLONE_SUSPECTED


class DropsProof(DirectChannel):
    """A copy that ends the session instead of answering under the keys of chip authentication."""

    def transceive(self, command_apdu: bytes) -> bytes:
        if self.chip.log[-1:] == ["860000"] and self.chip._messaging is not None:
            self.chip._end()
            return b"\x69\x88"
        return super().transceive(command_apdu)


def test_a_copy_gains_nothing_by_losing_the_session() -> None:
    """The session is opened anew and EF.COM read: that is no answer under the new keys."""
    seen = read_whole(DropsProof(chip(chip_proof=PaceOffer.AES_128)))
    assert seen.evidence is not None
    assert seen.evidence.chip is ChipAnswer.FAILED


def test_a_copy_gains_nothing_by_hiding_its_files() -> None:
    """DG14 is signed but not there; and with EF.COM cut down nothing changes, because EF.SOD says what there is."""
    paper = document(chip_proof=PaceOffer.AES_128)
    hidden = {identifier: data for identifier, data in paper.files.items() if identifier != 0x010E}
    seen = read_whole(DirectChannel(SimulatedDocumentChip(replace(paper, files=hidden))))
    assert seen.verdict().verdict is Verdict.CLONE_SUSPECTED


def test_only_the_files_of_the_sheet_are_asked_for() -> None:
    card = chip(chip_proof=PaceOffer.AES_128, active_proof="rsa", pace=PaceOffer.AES_128)
    read_whole(DirectChannel(card))
    assert card.asked_forbidden == 0


class Announcing(DirectChannel):
    """A chip with EF.ATR/INFO, which the simulated one has not."""

    def transceive(self, command_apdu: bytes) -> bytes:
        if command_apdu[:3] == b"\0\xb0\x81" and self.chip._messaging is None:
            self.sent.append(command_apdu)
            return ATR_INFO + b"\x90\0"
        return super().transceive(command_apdu)


def test_long_answers_where_reader_and_card_carry_them() -> None:
    channel = Announcing(chip(picture=picture(16_000), extended=True), EXTENDED)
    seen = read_whole(channel)
    assert seen.portrait == picture(16_000)
    assert len(channel.sent) < 35
    assert seen.verdict().verdict is Verdict.GENUINE


def test_a_reader_with_short_answers_asks_for_short_ones() -> None:
    channel = Announcing(chip(picture=picture(16_000), extended=True), SHORT)
    assert read_whole(channel).portrait == picture(16_000)
    assert all(len(command) <= 261 for command in channel.sent)


def test_a_file_beyond_32_kilobytes() -> None:
    assert read(picture=picture(70_000)).portrait == picture(70_000)


def test_progress_says_how_far() -> None:
    of_portrait = [step for step in read(picture=picture(3_000)).progress if step.file.name == "DG2"]
    assert [step.done for step in of_portrait] == sorted({step.done for step in of_portrait})
    assert of_portrait[-1].done == of_portrait[-1].total > 3_000


class Meddling(DirectChannel):
    """Changes one protected answer on its way: 9000 in the clear, a flipped byte, or nothing but a status."""

    def __init__(self, card: SimulatedDocumentChip, at: int, how: str) -> None:
        super().__init__(card)
        self.at, self.how = at, how

    def transceive(self, command_apdu: bytes) -> bytes:
        answer = super().transceive(command_apdu)
        if len(self.sent) != self.at:
            return answer
        if self.how == "bare":
            return b"\x90\0"
        if self.how == "short":
            return b"\x90"
        middle = len(answer) // 2
        return answer[:middle] + bytes([answer[middle] ^ 1]) + answer[middle + 1 :]


@pytest.mark.parametrize("how", ["bare", "flipped"])
@pytest.mark.parametrize("at", [5, 7, 9])
def test_what_was_changed_on_the_way_is_never_taken(at: int, how: str) -> None:
    with pytest.raises(SecureMessagingBroken):
        read_whole(Meddling(chip(), at, how))


def test_a_proof_answered_by_half_a_status_word_is_none() -> None:
    card = chip(chip_proof=PaceOffer.AES_128)
    sent = DirectChannel(card)
    read_whole(sent)
    proof_at = next(number for number, apdu in enumerate(sent.sent, 1) if apdu[1] == 0x86) + 1
    seen = read_whole(Meddling(chip(chip_proof=PaceOffer.AES_128), proof_at, "short"))
    assert seen.evidence is not None
    assert seen.evidence.chip is ChipAnswer.FAILED


def test_jpeg_2000() -> None:
    data = bytes.fromhex("0000000C6A5020200D0A870A") + bytes(500)
    reading = DocumentReading(DirectChannel(chip(picture=data)), KEY)
    step = next(step for step in reading.steps() if isinstance(step, PortraitFile))
    with step.data:
        assert step.format is PortraitFormat.JPEG2000


def test_a_portrait_in_the_newer_form() -> None:
    """ISO/IEC 39794-5: the image is an octet string deep inside."""
    from drivers.emrtd.simulated_der import integer, octets, sequence, tagged

    inside = tagged(0x65, sequence(integer(1), tagged(0xA1, tagged(0xA0, tagged(0x80, picture(5_000)) + octets(b"x")))))
    record = tagged(0x7F2E, tagged(0xA1, inside))
    header = tagged(0xA1, tagged(0x87, b"\1\1") + tagged(0x88, b"\0\x2a"))
    file = tagged(0x75, tagged(0x7F61, integer(1) + tagged(0x7F60, header + record)))
    assert bytes(parse_dg2(file).data) == picture(5_000)
