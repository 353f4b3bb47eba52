"""The simulated document against the worked examples of ICAO 9303-11, byte for byte, and against its own rules."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.emrtd.curve_table import BY_PARAMETER_ID
from drivers.emrtd.simulated_access import PaceCard
from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.simulated_document import key_information
from drivers.emrtd.simulated_files import PaceOffer
from drivers.emrtd.simulated_messaging import CardCipher, CardMessaging
from tests.helpers.documents import chip, document
from tests.helpers.mrz import SPECIMENS

VECTORS = Path(__file__).parent.parent / "data" / "vectors" / "emrtd"


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def saying(*texts: str) -> Callable[[int], bytes]:
    """Randomness that says these bytes in order, and must be asked for their lengths."""
    said = iter([bytes.fromhex(text) for text in texts])

    def say(size: int) -> bytes:
        value = next(said)
        assert len(value) == size
        return value

    return say


def scalars(*texts: str) -> Callable[[], int]:
    values: Iterator[int] = iter([int(text, 16) for text in texts])
    return lambda: next(values)


def asked(card: SimulatedDocumentChip, apdu: str) -> str:
    answer = card.answer(bytes.fromhex(apdu))
    assert answer is not None
    return answer.hex().upper()


def test_the_bac_example_from_the_cards_side() -> None:
    example = vectors("bac_sm_3des")
    paper = replace(
        document(), information=example["mrz_information"], files={0x011E: bytes.fromhex(example["ef_com"])}
    )
    card = SimulatedDocumentChip(paper, randomness=saying(example["RND_IC"], example["K_IC"]))
    assert asked(card, example["select_application"]) == "9000"
    for step in (example["get_challenge"], example["external_authenticate"]):
        assert asked(card, step["command"]) == step["response"]
    for step in example["secure_messaging"]:
        assert asked(card, step["protected_command"]) == step["protected_response"], step["step"]


def test_the_pace_example_from_the_cards_side() -> None:
    example = vectors("pace_ecdh_gm_aes128")
    paper = replace(document(pace=PaceOffer.AES_128), secrets={1: bytes.fromhex(_zone_hash(example))})
    card = SimulatedDocumentChip(
        paper, randomness=saying(example["s"]), scalar=scalars(example["SK_map_IC"], example["SK_DH_IC"])
    )
    assert paper.master_files[0x011C].hex().upper() == example["ef_card_access"]
    for step in example["apdus"]:
        assert asked(card, step["command"]) == step["response"], step["step"]


def _zone_hash(example: Any) -> str:
    keys = vectors("mrz_keys")["password_keys"]
    return str(next(key["sha1"] for key in keys if key["mrz_information"] == example["mrz_information"]))


@pytest.mark.parametrize("run", vectors("sm_aes")["computed"], ids=lambda run: run["cipher"])
def test_aes_sessions_from_the_cards_side(run: Any) -> None:
    size = {"AES-128": 16, "AES-192": 24, "AES-256": 32}[run["cipher"]]
    session = CardMessaging(CardCipher(aes=True, key_bytes=size), bytes.fromhex(run["K"]))
    for step in run["steps"]:
        command = bytes.fromhex(step["protected_command"])
        long = command[4] == 0
        body = command[7:-2] if long else command[5:-1]
        clear = session.unwrap(command[:4], body)
        assert clear.header.hex().upper() == step["plain_header"]
        assert clear.data.hex().upper() == step["plain_data"]
        assert clear.le == step["le"]
        answer = session.wrap(
            bytes.fromhex(step["plain_response"]), int(step["protected_response"][-4:], 16), odd=bool(command[1] & 1)
        )
        assert answer.hex().upper() == step["protected_response"], step["step"]


def test_key_information_of_every_specimen() -> None:
    known = {key["document_number"]: key["mrz_information"] for key in vectors("mrz_keys")["password_keys"]}
    assert key_information(SPECIMENS["TD3"]) == "L898902C3674081221204159"
    for lines in SPECIMENS.values():
        if len(lines) == 3 and lines[0][14] == "<":
            assert key_information(lines) == known["D23145890734"]


def test_nothing_is_readable_before_access_control() -> None:
    card = chip()
    assert asked(card, "00A4020C020101") == "6A82"
    assert asked(card, "00A4040C07A0000002471001") == "9000"
    assert asked(card, "00A4020C020101") == "6982"
    assert asked(card, "00B0810000") == "6982"
    assert asked(card, "00A4020C020103") == "6982"
    assert card.asked_forbidden == 1


def test_a_document_with_pace_alone_refuses_bac() -> None:
    card = chip(pace=PaceOffer.AES_128, bac=False)
    assert asked(card, "00A4040C07A0000002471001") == "6982"
    assert asked(card, "0084000008") == "6985"


def test_a_wrong_pace_order_ends_it() -> None:
    card = PaceCard(PaceOffer.AES_128, BY_PARAMETER_ID[13], {1: b"x" * 20})
    assert not card.choose(2)
    assert card.choose(1)
    assert card.proceed(b"\x81\x00") is None
    assert card.proceed(b"") is None


@pytest.mark.parametrize("apdu", ["", "00", "00A4", "00A4040C07A000", "00B000000102030405"])
def test_what_is_no_apdu_is_a_wrong_length(apdu: str) -> None:
    assert asked(chip(), apdu) == "6700"


@pytest.mark.parametrize("seed", range(30))
def test_no_rubbish_stops_the_card(seed: int) -> None:

    chance = random.Random(seed)
    card = chip(pace=PaceOffer.AES_128, can="123456")
    for _ in range(30):
        head = bytes([chance.choice((0, 0x0C, 0x10)), chance.choice((0xA4, 0xB0, 0x84, 0x82, 0x22, 0x86, 0x88))])
        answer = card.answer(head + chance.randbytes(chance.randrange(60)))
        assert answer is not None
        assert len(answer) >= 2
