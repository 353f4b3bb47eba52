"""The worked examples of ICAO 9303 and the BSI specimen, byte for byte from the reader's side."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from drivers.emrtd import ec, mapping
from drivers.emrtd.access import open_chip
from drivers.emrtd.access_keys import CardAccessNumber, MrzKeyFields, bac_keys
from drivers.emrtd.apdu import Command
from drivers.emrtd.bac import BacTerminal
from drivers.emrtd.chip_proof import mapping_proof_holds
from drivers.emrtd.ciphers import Purpose, Suite, unpad
from drivers.emrtd.curve_table import BY_PARAMETER_ID
from drivers.emrtd.dg1 import parse_dg1
from drivers.emrtd.dg2 import parse_dg2
from drivers.emrtd.errors import DocumentMalformed
from drivers.emrtd.evidence import Evidence, digests_of
from drivers.emrtd.link import CardLink
from drivers.emrtd.pace import PaceSecrets, PaceTerminal, token_input
from drivers.emrtd.passive import judge
from drivers.emrtd.public_keys import EcKey
from drivers.emrtd.secure_messaging import SecureMessaging
from drivers.emrtd.security_infos import Mapping, security_infos
from drivers.emrtd.trust import Trust
from drivers.emrtd.verdict import Authenticity, Finding, Verdict
from drivers.port import PortraitFormat
from tests.helpers.emrtd import NOW, VECTORS, Conversation, about_specimen, specimen, vectors

COPIES = {
    "bac_sm_3des": "dd78eb9eb7808647ff1c57ce478a0c75f623b7e0ed1187b0189f326baabb5471",
    "dg2_19794_5_cases": "2b4adea8c433ddca2a7f6f8cdfe31bc301dae5badc18a3539e27a32b95ac1247",
    "mrz_keys": "dd688828ec622c24a0332784df790970dbd6a58fd519597cc7967cc0a55176a2",
    "pace_ecdh_cam_aes128": "2e9a563fd78da9dda577be509ee638680194708d49e71ad12d5033bb6cb04958",
    "pace_ecdh_gm_aes128": "32aec20beafd9464acfceeb0acb2ddcc2840853fc561b8b03273d7d56780a207",
    "pace_ecdh_im_aes128": "288ea4cc9962d31d9332685577f4c3d336412caef2cff3adf335622fdd90089c",
    "sm_aes": "160c585d247fe49e430729f8ff0a29b87959a6ae30ff3461bd451eb7ed8cf908",
}
SUITES = {"3DES": Suite.TDES, "AES-128": Suite.AES_128, "AES-192": Suite.AES_192, "AES-256": Suite.AES_256}
BP256 = BY_PARAMETER_ID[13]
h = bytes.fromhex


def plain(step: Any) -> Command:
    return command_of(h(step["plain_header"]), h(step["plain_data"]), step["le"])


def command_of(header: bytes, data: bytes, le: int | None = None) -> Command:
    return Command(header[0], header[1], header[2], header[3], data, le)


def exchange(session: SecureMessaging, step: Any) -> None:
    assert session.protect(plain(step)) == h(step["protected_command"]), step["step"]
    answer = session.unprotect(h(step["protected_response"]))
    assert (answer.data, answer.status_word) == (h(step["plain_response"]), 0x9000)


@pytest.mark.parametrize("name", COPIES)
def test_the_copied_vectors_are_what_they_were(name: str) -> None:
    assert hashlib.sha256((VECTORS / f"{name}.json").read_bytes()).hexdigest() == COPIES[name]


@pytest.mark.parametrize("key", vectors("mrz_keys")["password_keys"], ids=lambda key: key["document_number"])
def test_keys_from_a_zone(key: Any) -> None:
    fields = MrzKeyFields(key["document_number"], key["birth"], key["expiry"])
    assert fields.mrz_information == key["mrz_information"]
    assert fields.pace_secret == h(key["sha1"])
    assert bac_keys(fields) == (h(key["Kenc_3des"]), h(key["Kmac_3des"]))
    for name, suite in SUITES.items():
        assert suite.derive(fields.pace_secret, Purpose.PASSWORD) == h(key["Kpi_pace"][name])


def test_keys_from_a_card_access_number() -> None:
    example = vectors("mrz_keys")["can_example"]
    for name, suite in SUITES.items():
        secret = CardAccessNumber(example["CAN"]).pace_secret
        assert suite.derive(secret, Purpose.PASSWORD) == h(example["Kpi"][name])


def test_bac_from_challenge_to_the_files() -> None:
    example = vectors("bac_sm_3des")
    fields = MrzKeyFields("L898902C", "690806", "940623")
    assert fields.mrz_information == example["mrz_information"]
    terminal = BacTerminal(fields, h(example["RND_IC"]), h(example["RND_IFD"]), h(example["K_IFD"]))
    assert terminal.external_authenticate().to_bytes() == h(example["external_authenticate"]["command"])
    session = terminal.session(h(example["external_authenticate"]["response"])[:-2])
    for step in example["secure_messaging"]:
        exchange(session, step)


def test_bac_as_a_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole of ``open_chip`` on a chip without PACE, and the first read under the new keys."""
    example = vectors("bac_sm_3des")
    said = iter([h(example["RND_IFD"]), h(example["K_IFD"])])
    monkeypatch.setattr("drivers.emrtd.bac.secrets.token_bytes", lambda _size: next(said))
    first = example["secure_messaging"][0]
    channel = Conversation(
        [
            ("00B09C0000", "6A82"),
            (example["select_application"], "9000"),
            (example["get_challenge"]["command"], example["get_challenge"]["response"]),
            (example["external_authenticate"]["command"], example["external_authenticate"]["response"]),
            (first["protected_command"], first["protected_response"]),
        ]
    )
    link = CardLink(channel)
    assert open_chip(link, MrzKeyFields("L898902C", "690806", "940623")).method == "bac"
    assert link.send(plain(first), "select").ok
    assert channel.left == 0


def test_aes_anchor() -> None:
    anchor = vectors("sm_aes")["anchor"]
    counter = int(anchor["ssc_command"], 16) - 1
    session = SecureMessaging(Suite.AES_128, h(anchor["KS_enc"]), h(anchor["KS_mac"]), counter)
    command = h(anchor["plain_command"])
    assert session.protect(command_of(command[:4], command[5:])) == h(anchor["protected_command"])


@pytest.mark.parametrize("run", vectors("sm_aes")["computed"], ids=lambda run: run["cipher"])
def test_aes_sessions(run: Any) -> None:
    suite = SUITES[run["cipher"]]
    assert suite.derive(h(run["K"]), Purpose.ENCRYPTION) == h(run["KS_enc"])
    assert suite.derive(h(run["K"]), Purpose.MAC) == h(run["KS_mac"])
    session = SecureMessaging.from_secret(suite, h(run["K"]))
    for step in run["steps"]:
        exchange(session, step)


@pytest.mark.parametrize("run", vectors("sm_aes")["dh_kdf"], ids=lambda run: run["source"][9:17])
def test_keys_from_an_agreement_over_numbers(run: Any) -> None:
    assert Suite.AES_128.derive(h(run["K"]), Purpose.ENCRYPTION) == h(run["KS_enc"])
    assert Suite.AES_128.derive(h(run["K"]), Purpose.MAC) == h(run["KS_mac"])


def test_pace_with_generic_mapping() -> None:
    example = vectors("pace_ecdh_gm_aes128")
    [info] = security_infos(h(example["ef_card_access"])).pace
    assert (info.mapping, info.suite, info.curve) == (Mapping.GENERIC, Suite.AES_128, BP256)
    own = PaceSecrets(int(example["SK_map_IFD"], 16), int(example["SK_DH_IFD"], 16), b"")
    terminal = PaceTerminal(info, MrzKeyFields("T22000129", "640812", "101031"), own)
    commands = [h(apdu["command"]) for apdu in example["apdus"]]
    answers = [h(apdu["response"])[:-2] for apdu in example["apdus"]]
    assert terminal.set_at(name_parameters=False).to_bytes() == commands[0]
    assert terminal.get_nonce().to_bytes() == commands[1]
    terminal.take_nonce(answers[1])
    assert terminal.map_nonce().to_bytes() == commands[2]
    terminal.take_mapping(answers[2])
    assert terminal.agree().to_bytes() == commands[3]
    terminal.take_agreement(answers[3])
    assert terminal.authenticate().to_bytes() == commands[4]
    session = terminal.session(answers[4])
    assert session.suite is Suite.AES_128
    shared = ec.multiply(int(example["SK_map_IFD"], 16), ec.decode(BP256, h(example["PK_map_IC"])))
    assert ec.encode(shared) == h(example["H"])
    assert ec.encode(mapping.generic(h(example["s"]), shared)) == h(example["G_mapped"])
    agreed = (
        Suite.AES_128.derive(h(example["K"]), Purpose.ENCRYPTION),
        Suite.AES_128.derive(h(example["K"]), Purpose.MAC),
    )
    assert agreed == (h(example["KS_enc"]), h(example["KS_mac"]))
    for side, other in (("IFD", "IC"), ("IC", "IFD")):
        point = ec.decode(BP256, h(example[f"PK_DH_{other}"]))
        assert token_input(info.oid_bytes, point) == h(example[f"token_input_{side}"])


def test_pace_with_integrated_mapping() -> None:
    example = vectors("pace_ecdh_im_aes128")
    s, t = h(example["s"]), h(example["t"])
    assert mapping.pseudo_random(Suite.AES_128, BP256, s, t) == int(example["R_mod_p"], 16)
    base = mapping.integrated(Suite.AES_128, BP256, s, t)
    assert ec.encode(base) == h(example["G_mapped"])
    for side in ("IFD", "IC"):
        public = ec.multiply(int(example[f"SK_DH_{side}"], 16), base)
        assert ec.encode(public) == h(example[f"PK_DH_{side}"])
    shared = ec.multiply(int(example["SK_DH_IFD"], 16), ec.decode(BP256, h(example["PK_DH_IC"])))
    assert shared.x == int(example["K"], 16)
    assert tokens(example) == (h(example["T_IFD"]), h(example["T_IC"]))


def test_pace_with_chip_authentication_mapping() -> None:
    example = vectors("pace_ecdh_cam_aes128")
    assert tokens(example) == (h(example["T_IFD"]), h(example["T_IC"]))
    key = Suite.AES_128.derive(h(example["K"]), Purpose.ENCRYPTION)
    iv = Suite.AES_128.encrypt_block(key, b"\xff" * 16)
    chip_data = unpad(Suite.AES_128.decrypt(key, iv, h(example["A_IC_encrypted"])))
    assert chip_data == h(example["CA_IC"])
    mapped, chip = (ec.decode(BP256, h(example[name])) for name in ("PK_map_IC", "PK_IC_static"))
    assert mapping_proof_holds(chip_data, mapped, EcKey(chip))
    assert not mapping_proof_holds(bytes([chip_data[0] ^ 1]) + chip_data[1:], mapped, EcKey(chip))


def tokens(example: Any) -> tuple[bytes, bytes]:
    """(the terminal's, the chip's), each over the other side's key."""
    key = Suite.AES_128.derive(h(example["K"]), Purpose.MAC)
    last_arc = 6 if "CA_IC" in example else 4
    oid_bytes = h("04007F000702020402")[:-1] + bytes([last_arc, 2])
    points = (ec.decode(BP256, h(example[f"PK_DH_{side}"])) for side in ("IC", "IFD"))
    first, second = (Suite.AES_128.mac(key, token_input(oid_bytes, point)) for point in points)
    return first, second


@pytest.mark.parametrize("case", vectors("dg2_19794_5_cases")["cases"], ids=lambda case: case["name"])
def test_dg2_cases(case: Any) -> None:
    if not case["expect"]["ok"]:
        with pytest.raises(DocumentMalformed, match="DG2"):
            parse_dg2(h(case["dg2_hex"]))
        return
    portrait = parse_dg2(h(case["dg2_hex"]))
    assert portrait.format is PortraitFormat.JPEG
    assert hashlib.sha256(portrait.data).hexdigest() == vectors("dg2_19794_5_cases")["jpeg_sha256"]
    assert portrait.declared_otherwise is ("JPEG 2000" in case["name"])


def judged(dg2: bytes) -> Authenticity:
    files = specimen()
    digests = {1: digests_of(files["EF_DG1.bin"]), 2: digests_of(dg2), 14: digests_of(files["EF_DG14.bin"])}
    return judge(Evidence(files["EF_SOD.bin"], digests, "D", "P"), Trust(), NOW)


def test_the_specimen_is_unaltered_and_of_an_unknown_issuer() -> None:
    files, about = specimen(), about_specimen()
    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == about["files_sha256"]
    result = judged(files["EF_DG2.bin"])
    assert (result.verdict, result.signer_country) == (Verdict.ISSUER_UNKNOWN, "DE")
    assert result.unaltered
    assert "".join(parse_dg1(files["EF_DG1.bin"]).lines) == about["mrz"]
    portrait = parse_dg2(files["EF_DG2.bin"])
    assert portrait.format is PortraitFormat.JPEG2000
    assert hashlib.sha256(portrait.data).hexdigest() == about["image_sha256"]


def test_the_specimen_with_one_flipped_byte_is_tampered() -> None:
    dg2 = bytearray(specimen()["EF_DG2.bin"])
    dg2[len(dg2) // 2] ^= 0x01
    result = judged(bytes(dg2))
    assert result.verdict is Verdict.TAMPERED
    assert Finding.GROUP_HASH_DIFFERS in result.findings
    assert not result.unaltered


def test_the_specimens_chip_keys() -> None:
    infos = security_infos(specimen()["EF_DG14.bin"][4:])
    assert [chip.key.curve.name for chip in infos.chip_keys] == ["brainpoolP224r1"]
    assert [proof.suite for proof in infos.proofs] == [Suite.TDES]
