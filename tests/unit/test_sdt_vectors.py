"""Driver and simulator against every vector file, byte for byte. The files are the independent reading."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from drivers.port import DocumentKind, DocumentValidity
from drivers.sdt.id_number import is_valid_number, normalise_number
from drivers.sdt.layout import LAYOUTS, TEXT_BYTES, TYPE_OFFSET, CardType
from drivers.sdt.line import fits
from drivers.sdt.protocol import Answer, AnswerReceiver, Command, FrameFault, Status, request
from drivers.sdt.record import RecordRejected, mask_name, parse, portrait_plausible, split
from drivers.sdt.simulated_card import SimulatedCard
from drivers.sdt.simulated_sam import RequestReader, SamSettings, SimulatedSam, Stage, answer_frame
from drivers.sdt.startup import format_sam_number
from tests.helpers.sdt import RULES, TYPE_OF_KIND, a_card, person_card, plain_token, vectors

PERSONS: list[dict[str, Any]] = vectors("persons")["persons"]
FORBIDDEN = bytes.fromhex("3010")
"""Read text, portrait and fingerprints: nothing in the product can send it."""


def hear(frame: bytes) -> Any:
    (heard,) = RequestReader().feed(frame)
    return heard


def ask(sam: SimulatedSam, frame: bytes) -> bytes:
    return sam.answer(hear(frame))


def receive(frame: bytes) -> Answer:
    (answer,) = AnswerReceiver().feed(frame)
    assert isinstance(answer, Answer)
    return answer


def sam_with(card: SimulatedCard, stage: Stage, **settings: Any) -> SimulatedSam:
    sam = SimulatedSam(SamSettings(**settings))
    sam.put_card(card)
    sam.stage = stage
    return sam


# requests.json

REQUESTS = {vector["name"]: vector for vector in vectors("requests")}
DRIVER_REQUESTS = {
    "sam_status": request(Command.SAM_STATUS),
    "sam_id": request(Command.SAM_NUMBER),
    "find_card": request(Command.FIND),
    "select_card": request(Command.SELECT),
    "read_base": request(Command.READ_TEXT_AND_PORTRAIT),
    "set_max_rf_0x50": request(Command.LIMIT_RF_FRAME, b"\x50"),
    "set_max_rf_0x58": request(Command.LIMIT_RF_FRAME, b"\x58"),
}


@pytest.mark.parametrize("name", DRIVER_REQUESTS)
def test_driver_sends_the_vector(name: str) -> None:
    assert DRIVER_REQUESTS[name].hex() == REQUESTS[name]["frame_hex"]


def test_driver_has_no_request_outside_the_allowed_ones() -> None:
    pairs = {(REQUESTS[name]["cmd"], REQUESTS[name]["para"]) for name in DRIVER_REQUESTS}
    assert {command.value for command in Command} == pairs
    assert tuple(FORBIDDEN) not in {command.value for command in Command}


@pytest.mark.parametrize("vector", vectors("requests"), ids=lambda vector: vector["name"])
def test_simulator_understands_every_request(vector: dict[str, Any]) -> None:
    heard = hear(bytes.fromhex(vector["frame_hex"]))
    assert heard.checksum_good
    assert heard.length_good
    assert (heard.command, heard.parameter, heard.data.hex()) == (
        vector["cmd"],
        vector["para"],
        vector["data_hex"],
    )
    assert heard.forbidden is (vector["name"] not in DRIVER_REQUESTS)


def test_simulator_refuses_and_records_the_forbidden_read() -> None:
    sam = sam_with(a_card(), Stage.SELECTED)
    frame = bytes.fromhex(REQUESTS["read_base_fp"]["frame_hex"])
    assert hear(frame).forbidden
    assert receive(ask(sam, frame)).status == Status.BAD_COMMAND


# status_codes.json

STATUS_CODES = vectors("status_codes")


@pytest.mark.parametrize("vector", STATUS_CODES["module_codes"], ids=lambda vector: vector["sw3"])
def test_status_codes(vector: dict[str, Any]) -> None:
    value = int(vector["sw3"], 16)
    frame = bytes.fromhex(vector["frame_hex"])
    assert receive(frame).status == Status(value)
    sam = SimulatedSam(forced=[(0, 0, value)])
    assert ask(sam, request(Command.SAM_STATUS)) == frame


@pytest.mark.parametrize("vector", STATUS_CODES["nonzero_sw1_sw2_examples"], ids=lambda vector: vector["sw3"])
def test_card_status_in_sw1_sw2(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["frame_hex"])
    sw1, sw2, sw3 = (int(vector[key], 16) for key in ("sw1", "sw2", "sw3"))
    answer = receive(frame)
    assert (answer.sw1, answer.sw2, answer.status) == (sw1, sw2, sw3)
    assert ask(SimulatedSam(forced=[(sw1, sw2, sw3)]), request(Command.SAM_STATUS)) == frame


def test_clone_and_library_codes() -> None:
    (clone,) = STATUS_CODES["clone_firmware"]
    assert receive(bytes.fromhex(clone["frame_hex"])).status == Status(int(clone["sw3"], 16))
    for entry in STATUS_CODES["host_library_only"]:
        with pytest.raises(ValueError, match="is not a valid Status"):
            Status(int(entry["code"], 16))


# fixed_responses.json

FIXED = {vector["name"]: bytes.fromhex(vector["frame_hex"]) for vector in vectors("fixed_responses")}


def fixed_from_simulator() -> dict[str, bytes]:
    card = a_card()
    serial = bytes(range(1, 9))
    management = bytes(receive(FIXED["management_ok"]).payload)
    return {
        "status_ok": ask(SimulatedSam(), request(Command.SAM_STATUS)),
        "find_ok_zero_iin": ask(sam_with(card, Stage.CARD), request(Command.FIND)),
        "find_ok_nonzero_iin": ask(sam_with(card, Stage.CARD, iin=bytes([1, 2, 3, 4])), request(Command.FIND)),
        "select_ok_zero_sn": ask(sam_with(card, Stage.FOUND), request(Command.SELECT)),
        "select_ok_nonzero_sn": ask(sam_with(card, Stage.FOUND, serial=serial), request(Command.SELECT)),
        "management_ok": ask(
            sam_with(card, Stage.SELECTED, card_number=bytes(management[12:])),
            bytes.fromhex(REQUESTS["read_management"]["frame_hex"]),
        ),
        "append_none": ask(sam_with(card, Stage.READ), bytes.fromhex(REQUESTS["read_append_new"]["frame_hex"])),
    }


def test_simulator_gives_every_fixed_response() -> None:
    assert fixed_from_simulator() == FIXED


@pytest.mark.parametrize(
    ("name", "command", "status"),
    [
        ("status_ok", Command.SAM_STATUS, Status.DONE),
        ("find_ok_zero_iin", Command.FIND, Status.CARD_FOUND),
        ("find_ok_nonzero_iin", Command.FIND, Status.CARD_FOUND),
        ("select_ok_zero_sn", Command.SELECT, Status.DONE),
        ("select_ok_nonzero_sn", Command.SELECT, Status.DONE),
    ],
)
def test_driver_takes_fixed_responses_by_status_alone(name: str, command: Command, status: Status) -> None:
    answer = receive(FIXED[name])
    assert answer.status == status
    assert fits(command, answer)


# sam_id.json


@pytest.mark.parametrize("vector", vectors("sam_id"), ids=lambda vector: vector["text"])
def test_sam_number(vector: dict[str, str]) -> None:
    frame = bytes.fromhex(vector["frame_hex"])
    assert format_sam_number(bytes(receive(frame).payload)) == vector["text"]
    sam = SimulatedSam(SamSettings(sam_number=bytes.fromhex(vector["data_hex"])))
    assert ask(sam, request(Command.SAM_NUMBER)) == frame


# layouts.json, nations.json, sex.json


def test_layouts() -> None:
    expected = vectors("layouts")
    assert expected["block_bytes"] == TEXT_BYTES
    assert expected["card_type_offset"] == TYPE_OFFSET
    assert {mark: TYPE_OF_KIND[kind] for mark, kind in expected["card_type_values"].items()} == {
        card_type.value: card_type for card_type in CardType
    }
    for kind, fields in expected["layouts"].items():
        ours = [
            {"field": field.name, "offset": field.offset, "bytes": field.size, "chars": field.units}
            for field in LAYOUTS[TYPE_OF_KIND[kind]].fields
        ]
        assert ours == fields


@pytest.mark.parametrize("card_type", CardType)
def test_layouts_have_no_gaps_and_keep_only_what_a_gate_needs(card_type: CardType) -> None:
    end = 0
    for field in LAYOUTS[card_type].fields:
        assert field.offset == end
        end += field.size
    assert end == TEXT_BYTES
    kept = {field.name for field in LAYOUTS[card_type].fields if field.kept}
    assert not kept & {"sex", "nation", "address", "issuer", "nationality", "pass_number", "authority_code"}


@pytest.mark.parametrize("name", ["nations", "sex"])
def test_nation_and_sex_codes_never_show(name: str) -> None:
    """Whatever code the card carries, the reduced identity is the same."""
    field = {"nations": "nation", "sex": "sex"}[name]
    place = LAYOUTS[CardType.RESIDENT].field(field)
    identities = set()
    for code in vectors(name):
        fields = {**a_card().fields, field: code}
        text = split(memoryview(SimulatedCard(CardType.RESIDENT, fields).record()))[0]
        assert bytes(text[place.offset : place.offset + place.size]).decode("utf-16-le") == code
        identity = parse(text, RULES, 0.0)
        identities.add((identity.token, identity.masked_name, identity.name.reveal(), identity.age_ok))
    assert len(identities) == 1


# persons.json

EXPECTED = {
    # key: (masked name, old enough on 1 May 2026, validity)
    "han_male": ("测**", True, DocumentValidity.VALID),
    "manchu_female_longterm_X": ("样**", True, DocumentValidity.VALID),
    "uyghur_name_15_chars": ("测***", True, DocumentValidity.VALID),
    "address_35_chars": ("虚**", True, DocumentValidity.VALID),
    "rare_characters": ("测**", True, DocumentValidity.VALID),
    "child_5_year_card": ("测**", False, DocumentValidity.VALID),
    "expired_card": ("过**", True, DocumentValidity.EXPIRED),
    "real_region_future_birth": ("未**", False, DocumentValidity.NOT_YET_VALID),
    "hmt_hongkong": ("样**", False, DocumentValidity.NOT_YET_VALID),
    "hmt_macau": ("样**", False, DocumentValidity.NOT_YET_VALID),
    "hmt_taiwan": ("样**", False, DocumentValidity.NOT_YET_VALID),
    "foreign_pr_old": ("S***", True, DocumentValidity.VALID),
    "foreign_pr_2023": ("S***", False, DocumentValidity.NOT_YET_VALID),
    "blank_optional_fields": ("空**", True, DocumentValidity.VALID),
}


def test_every_person_is_expected() -> None:
    assert [person["key"] for person in PERSONS] == list(EXPECTED)


@pytest.mark.parametrize("person", PERSONS, ids=lambda person: person["key"])
def test_simulator_delivers_the_person(person: dict[str, Any]) -> None:
    card = person_card(person)
    assert card.record()[4:260].hex() == person["text_block_hex"]
    answer = ask(sam_with(card, Stage.SELECTED), request(Command.READ_TEXT_AND_PORTRAIT))
    assert answer.hex() == person["read_base_response_hex"]


@pytest.mark.parametrize("person", PERSONS, ids=lambda person: person["key"])
def test_driver_reduces_the_person(person: dict[str, Any]) -> None:
    answer = receive(bytes.fromhex(person["read_base_response_hex"]))
    text, portrait = split(answer.payload)
    assert portrait.hex() == person["photo_hex"]
    assert portrait_plausible(portrait)

    identity = parse(text, RULES, 7.0)
    fields = person["fields"]
    number = fields.get("id_number", fields.get("pr_number"))
    name = fields.get("name") or fields["english_name"] + fields.get("english_name_ext", "")
    assert identity.kind is LAYOUTS[TYPE_OF_KIND[person["kind"]]].kind
    assert identity.token == plain_token(identity.kind, "CHN", number.upper())
    assert identity.name.reveal() == name
    assert (identity.masked_name, identity.age_ok, identity.validity) == EXPECTED[person["key"]]
    assert identity.masked_name == mask_name(name)
    assert identity.first_byte_at_s == 7.0


@pytest.mark.parametrize("person", PERSONS, ids=lambda person: person["key"])
def test_driver_refuses_answers_with_fingerprints(person: dict[str, Any]) -> None:
    for frame in person["read_base_fp_response_hex"].values():
        with pytest.raises(RecordRejected):
            split(receive(bytes.fromhex(frame)).payload)


# append.json


@pytest.mark.parametrize("vector", vectors("append"), ids=lambda vector: vector["name"])
def test_added_addresses_are_framed_right_by_both(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["frame_hex"])
    answer = receive(frame)
    slots = [bytes(answer.payload)[n : n + 70] for n in range(0, len(answer.payload), 70)]
    texts = [slot.decode("utf-16-le").strip() for slot in slots]
    assert [text for text in texts if text] == vector["addresses"]

    card = SimulatedCard(CardType.RESIDENT, a_card().fields, added_addresses=tuple(vector["addresses"]))
    for name in ("read_append_new", "read_append_all"):
        sam = sam_with(card, Stage.READ)
        assert ask(sam, bytes.fromhex(REQUESTS[name]["frame_hex"])) == frame


# id_numbers.json


@pytest.mark.parametrize("case", vectors("id_numbers")["cases"], ids=lambda case: case["id"])
def test_id_numbers(case: dict[str, Any]) -> None:
    number = normalise_number(DocumentKind.RESIDENT, case["id"])
    assert is_valid_number(DocumentKind.RESIDENT, number) is case["valid"]


# malformed.json

MALFORMED = {vector["name"]: bytes.fromhex(vector["stream_hex"]) for vector in vectors("malformed")}
FOUND = (0x9F, bytes(4))
SELECTED = (0x90, bytes(8))

MALFORMED_EXPECTED: dict[str, tuple[list[tuple[int, bytes]], set[FrameFault], int]] = {
    # name: answers before the deadline, faults before the deadline, bytes that then still wait
    "bad_checksum": ([], {FrameFault.BAD_CHECKSUM, FrameFault.GARBAGE}, 0),
    "junk_before": ([FOUND], {FrameFault.GARBAGE}, 0),
    "four_AA_before_preamble": ([FOUND], {FrameFault.GARBAGE}, 0),
    "two_extra_AA_then_frame": ([FOUND], {FrameFault.GARBAGE}, 0),
    "preamble_inside_payload": ([(0x90, bytes.fromhex("aaaaaa9669000400"))], set(), 0),
    "truncated_header": ([], set(), 6),
    "truncated_body": ([], set(), 12),
    "two_frames_back_to_back": ([FOUND, SELECTED], set(), 0),
    "length_too_small": ([], {FrameFault.BAD_LENGTH, FrameFault.GARBAGE}, 0),
    "length_absurd": ([], {FrameFault.BAD_LENGTH, FrameFault.GARBAGE}, 0),
    "base_msg_cut_at_1000": ([], set(), 1000),
    "old_answer_then_new": ([(0x80, b""), FOUND], set(), 0),
}


def test_every_malformed_stream_is_expected() -> None:
    requests_seen = {"wrong_request_seen_in_public_code_1", "wrong_request_seen_in_public_code_2"}
    assert set(MALFORMED) == set(MALFORMED_EXPECTED) | requests_seen


@pytest.mark.parametrize("name", MALFORMED_EXPECTED)
@pytest.mark.parametrize("chunk", [1, 7, 5000])
def test_malformed_streams(name: str, chunk: int) -> None:
    stream = MALFORMED[name]
    answers, faults, waiting = MALFORMED_EXPECTED[name]
    receiver = AnswerReceiver()
    found: list[Answer | FrameFault] = []
    for start in range(0, len(stream), chunk):
        found += receiver.feed(stream[start : start + chunk])
    got = [(item.status, bytes(item.payload)) for item in found if isinstance(item, Answer)]
    assert got == answers
    assert {item for item in found if isinstance(item, FrameFault)} == faults
    assert receiver.pending == waiting
    late = receiver.give_up()
    assert not any(isinstance(item, Answer) for item in late)
    assert bool(late) is (waiting > 0)
    assert receiver.pending == 0


@pytest.mark.parametrize("name", ["junk_before", "four_AA_before_preamble", "two_extra_AA_then_frame"])
def test_skipped_bytes_are_the_garbage_only(name: str) -> None:
    skip = {"junk_before": 4, "four_AA_before_preamble": 1, "two_extra_AA_then_frame": 2}[name]
    receiver = AnswerReceiver()
    receiver.feed(MALFORMED[name][: skip + 5])
    assert receiver.pending == 5
    assert receiver.feed(MALFORMED[name][skip + 5 :])


def test_simulator_answers_wrong_requests() -> None:
    sam = SimulatedSam()
    assert ask(sam, MALFORMED["wrong_request_seen_in_public_code_1"]) == answer_frame(0x10)
    second = MALFORMED["wrong_request_seen_in_public_code_2"]
    assert ask(sam, second) == answer_frame(0x10)
    assert ask(sam, second[:-1] + b"\x23") == answer_frame(0x21)


def test_simulator_answers_wrong_lengths() -> None:
    sam = SimulatedSam()
    too_long = bytes.fromhex("aaaaaa9669 0004 20 01 00 25".replace(" ", ""))
    assert ask(sam, too_long) == answer_frame(0x11)
    reader = RequestReader()
    assert reader.feed(request(Command.FIND)[:8]) == []
    assert reader.unfinished
    assert sam.answer(reader.give_up()) == answer_frame(0x11)
    assert len(reader.feed(request(Command.FIND))) == 1


# sessions.json


def _before(session: dict[str, Any]) -> SimulatedSam:
    """The simulator in the state the session begins with."""
    han_male = person_card(next(person for person in PERSONS if person["key"] == "han_male"))
    match session["name"]:
        case "start_up" | "no_card" | "foreign_card_in_field" | "card_gone" | "baud_change":
            return SimulatedSam()
        case "card_left_on_reader_latching":
            added = vectors("append")[0]["addresses"]
            card = SimulatedCard(CardType.RESIDENT, han_male.fields, added_addresses=tuple(added))
            return sam_with(card, Stage.READ, latch=True)
        case "card_left_no_append_address":
            return sam_with(han_male, Stage.READ, latch=True)
        case _:
            return sam_with(han_male, Stage.CARD)


_LIFT_BEFORE = {"removed_between_find_and_select": 1, "removed_during_read": 2}


@pytest.mark.parametrize("session", vectors("sessions")["sessions"], ids=lambda session: session["name"])
def test_sessions(session: dict[str, Any]) -> None:
    sam = _before(session)
    steps = session["steps"]
    for number, (host, reader) in enumerate(zip(steps[::2], steps[1::2], strict=True)):
        assert (host["dir"], reader["dir"]) == ("host", "reader")
        assert host["hex"] == REQUESTS[host["name"]]["frame_hex"]
        if _LIFT_BEFORE.get(session["name"]) == number:
            sam.lift_card()
        assert ask(sam, bytes.fromhex(host["hex"])).hex() == reader["hex"]
    if session["name"] == "baud_change":
        assert sam.new_baud == 57600


def test_rare_characters_survive_as_they_are() -> None:
    person = next(person for person in PERSONS if person["key"] == "rare_characters")
    answer = receive(bytes.fromhex(person["read_base_response_hex"]))
    text, _ = split(answer.payload)
    name = parse(text, RULES, 0.0).name.reveal()
    assert name == person["fields"]["name"]
    assert unicodedata.category(name[2]) == "Co"
