"""An event on a stick, without a base: who can open it, whose it is, which tickets go where, and that it dies."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from kiosk.audit.port import NoAudit
from kiosk.base.by_hand import (
    HandMaker,
    ask_by_hand,
    code_of,
    is_code_of,
    offered_in,
    read_hand_request,
    receive_by_hand,
    require_apart,
)
from kiosk.base.errors import BaseTrouble
from kiosk.base.package_file import MOST_BLOCK_BYTES, opened_package, write_package
from kiosk.base.package_key import PackageRequest, load
from kiosk.base.packing import Packed, pack
from kiosk.base.receiving import Received, Taking
from kiosk.base.sealing import KEY_BYTES, SealedKey, new_key, open_key, seal_key
from kiosk.cli.main import app
from kiosk.closing import life
from kiosk.closing.close import close_event
from kiosk.closing.keys import unlock_unattended
from kiosk.closing.leftovers import Verdict, find_leftovers
from kiosk.closing.state import EventState, WrongState, move, read_state
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.roster.faults import ImportCancelled
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.port import KeysDestroyed
from tests.helpers.event_place import CANARIES, write_event_file
from tests.helpers.roster import csv_text, number, row

EVENT = "rehearsal"
A, B = 12, 8
"""Tickets of each gate group."""


class Stick:
    """A machine without a base, and its folders."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True)
        self.folder, self.name = folder, name
        self.place = EventPlace(folder / "data", folder / "keys", EVENT)
        self.identity = DeviceIdentity.load_or_create(
            DevicePlace(self.place.data_dir, self.place.key_dir).identity_file
        )

    @property
    def code(self) -> str:
        return code_of(self.identity.public_key)

    def asks(self) -> str:
        return ask_by_hand(self.place, self.identity, self.name)

    def asked(self, *groups: str) -> PackageRequest:
        return read_hand_request(self.asks()).checked(self.code, groups)

    def takes(self, package: Path, code: str = "", progress: Callable[[int], None] = lambda rows: None) -> Received:
        place = self.place
        taking = Taking(
            place.data_dir, place.key_dir, lambda event: None, unlock_unattended, NoAudit(), "test", progress
        )
        return receive_by_hand(package, code, taking, time.time())


class Office(Stick):
    """The one with the roster."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "office")
        life.new_event(write_event_file(folder), self.place.data_dir, self.place.key_dir)
        self.roster = folder / "roster.csv"
        rows = [
            row(
                n,
                name=f"金丝雀{n}",
                seat_area=f"canary-seat-{n}",
                gate_group="A" if n < A else "B",
                session="night-1" if n % 4 < 2 else "night-2",
            )
            for n in range(A + B)
        ]
        self.roster.write_text(csv_text(rows), encoding="utf-8")
        assert life.import_tickets(self.place, self.roster).ok

    def pack(self, to: Path, *asked: PackageRequest, **more: Any) -> Packed:
        maker = HandMaker(self.identity, "office")
        return pack(self.place, [self.roster], list(asked), maker, to, unlock_unattended, time.time, **more)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("stick") / "office")


@pytest.fixture
def gate(tmp_path: Path) -> Stick:
    return Stick(tmp_path / "gate", "gate-1")


@pytest.fixture
def package(office: Office, gate: Stick, tmp_path: Path) -> Path:
    office.pack(tmp_path / "package", gate.asked())
    return tmp_path / "package"


def per_group(machine: Stick) -> dict[str, int]:
    keys = unlock_unattended(machine.place)
    ledger = SqliteLedger(machine.place.ledger_file, keys)
    try:
        counts: dict[str, int] = {}
        for (_, group), count in ledger.tickets_by_place().items():
            counts[group] = counts.get(group, 0) + count
        return counts
    finally:
        ledger.close()
        keys.forget()


# --- which tickets go where ---------------------------------------------------------------------------


@pytest.mark.requirement("R-42")
def test_each_kiosk_is_given_the_tickets_of_its_gate_groups_and_can_read_no_others(
    office: Office, gate: Stick, tmp_path: Path
) -> None:
    other = Stick(tmp_path / "other", "gate-2")
    asked = [gate.asked("A"), other.asked("B")]
    assert require_apart(load_event(office.place.event_file), asked, used_twice=False) == {}
    to = tmp_path / "package"
    assert office.pack(to, *asked).tickets == A + B
    for machine, group, count in ((gate, "A", A), (other, "B", B)):
        received = machine.takes(to, office.code)
        assert (received.made, received.tickets, received.groups, received.shared) == (True, count, (group,), ())
        assert per_group(machine) == {group: count}
    for canary in (*CANARIES, number(1), "TICKET-", "night-1"):
        assert canary.encode() not in to.read_bytes(), canary
    assert to.stat().st_mode & 0o777 == 0o600


def test_a_kiosk_with_some_gate_groups_can_be_opened(office: Office, gate: Stick, tmp_path: Path) -> None:
    """Nothing of the groups it was not given is missing there."""
    office.pack(tmp_path / "package", gate.asked("A"))
    gate.takes(tmp_path / "package", office.code)
    assert life.what_is_missing(gate.place) == []
    life.arm_event(gate.place)
    life.open_event(gate.place)
    assert read_state(gate.place.state_file) is EventState.OPEN


@pytest.mark.requirement("R-98")
def test_the_same_tickets_go_to_two_kiosks_only_where_event_and_organiser_allow_it(
    office: Office, gate: Stick, tmp_path: Path
) -> None:
    other = Stick(tmp_path / "other", "gate-2")
    asked = [gate.asked("A"), other.asked()]
    event = load_event(office.place.event_file)
    with pytest.raises(BaseTrouble, match=r"used once at each of these .A: gate-1, gate-2.") as refused:
        require_apart(event, asked, used_twice=False)
    assert refused.value.code == "package_doubled"
    assert require_apart(event, asked, used_twice=True) == {"A": ["gate-1", "gate-2"]}
    text = office.place.event_file.read_text(encoding="utf-8") + '\n[venue]\noffline = "own_group"\n'
    (tmp_path / "strict.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BaseTrouble, match="does not allow it"):
        require_apart(load_event(tmp_path / "strict.toml"), asked, used_twice=True)
    with pytest.raises(BaseTrouble, match="no gate group Z"):
        require_apart(event, [gate.asked("Z")], used_twice=True)
    office.pack(tmp_path / "package", *asked)
    assert gate.takes(tmp_path / "package", office.code).shared == ("A",), "and the kiosk says so"


# --- whose it is ----------------------------------------------------------------------------------------


def test_a_code_is_typed_as_it_comes_and_names_one_key(gate: Stick, office: Office) -> None:
    key = gate.identity.public_key
    assert gate.code.startswith(gate.identity.fingerprint[:4])
    for typed in (gate.code, gate.code.upper(), gate.code.replace(" ", ""), f" {gate.code.replace(' ', '-')} "):
        assert is_code_of(typed, key)
    for typed in ("", gate.code[:-1], gate.identity.fingerprint, office.code, "é" * 24):
        assert not is_code_of(typed, key)


def test_a_request_that_was_exchanged_or_changed_is_not_packed_for(office: Office, gate: Stick) -> None:
    text = gate.asks()
    with pytest.raises(BaseTrouble, match="exchanged on its way"):
        read_hand_request(text).checked(office.code)
    magic, event, name, public, identity, signature = text.split()
    for spoilt in (
        " ".join((magic, "another", name, public, identity, signature)),
        " ".join((magic, event, "gate-2", public, identity, signature)),
        " ".join((magic, event, name, identity, identity, signature)),
        " ".join((magic, event, name, public, public, signature)),
        text[:-10],
        "",
        "VKH1 " * 6,
        text.replace("VKH1", "VKP1"),
    ):
        with pytest.raises(BaseTrouble, match="no whole request"):
            read_hand_request(spoilt)
    with pytest.raises(BaseTrouble, match="as gate-1 before"):
        ask_by_hand(gate.place, gate.identity, "gate-9")
    assert gate.asks().split()[3] == public, "asked again it is the same key"


def test_a_package_of_a_machine_nobody_checked_is_not_taken(office: Office, gate: Stick, package: Path) -> None:
    for code in ("", gate.code, office.code[:-1]):
        with pytest.raises(BaseTrouble, match="not the code of the machine that made this package"):
            gate.takes(package, code)
    assert not gate.place.folder.exists()
    assert gate.takes(package, office.code).made


def test_later_packages_come_from_the_same_machine_and_take_no_code(
    office: Office, gate: Stick, package: Path, tmp_path: Path
) -> None:
    gate.takes(package, office.code)
    for again in (package,):
        with pytest.raises(BaseTrouble, match="taken already"):
            gate.takes(again, office.code)
    office.pack(tmp_path / "later", gate.asked())
    assert offered_in(tmp_path / "later", gate.place.data_dir, gate.place.key_dir).maker_known
    assert gate.takes(tmp_path / "later").written == 0
    stranger = Office(tmp_path / "stranger")
    stranger.pack(tmp_path / "strange", gate.asked())
    with pytest.raises(BaseTrouble, match="Earlier packages of this event came from") as refused:
        gate.takes(tmp_path / "strange", stranger.code)
    assert refused.value.code == "package_other_maker"


# --- attacks: one sentence each, and nothing is written ---------------------------------------------------


def _of_another(content: bytes) -> bytes:
    return content.replace(b'"gate-1"', b'"gate-9"')


def _header(content: bytes, **changes: object) -> bytes:
    line, _, rest = content.partition(b"\n")
    value = json.loads(line[6:])
    return line[:6] + json.dumps({**value, **changes}).encode() + b"\n" + rest


def _length(content: bytes, length: int) -> bytes:
    at = content.index(b"\n") + 1
    return content[:at] + struct.pack(">I", length) + content[at + 4 :]


ATTACKS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda content: b"", "package_none"),
    "another kind of file": (lambda content: b"PK\x03\x04" + content, "package_none"),
    "cut at its end": (lambda content: content[:-1], "package_not_whole"),
    "cut in the middle": (lambda content: content[: len(content) // 2], "package_not_whole"),
    "cut in its header": (lambda content: content[:40], "package_not_whole"),
    "something behind its end": (lambda content: content + b"\0", "package_not_whole"),
    "a changed byte of a row": (lambda c: c[:-300] + bytes([c[-300] ^ 1]) + c[-299:], "package_not_whole"),
    "a changed signature": (lambda c: c[:-1] + bytes([c[-1] ^ 1]), "package_not_whole"),
    "for another device": (_of_another, "package_for_others"),
    "more tickets than it has": (lambda c: _header(c, tickets=10**9), "package_not_whole"),
    "made in the future": (lambda c: _header(c, made_at_s=9e18), "package_not_whole"),
    "made never": (lambda c: _header(c, made_at_s=float("nan")), "package_not_whole"),
    "another event": (lambda c: _header(c, event="other"), "package_not_asked"),
    "a path for an event": (lambda c: _header(c, event="../../etc"), "package_not_whole"),
    "a name that moves the cursor": (lambda c: _header(c, maker="\x1b[2Joffice"), "package_not_whole"),
    "a maker without a key": (lambda c: _header(c, identity=None), "package_maker_code"),
    "a part that is not there": (lambda c: _header(c, parts=[]), "package_not_whole"),
    "the tickets of other groups": (lambda c: _header(c, parts=[["B"]]), "package_not_whole"),
    "ten thousand parts": (lambda c: _header(c, parts=[[]] * 10_000), "package_not_whole"),
    "a header without an end": (lambda c: c[:6] + b" " * 2_000_000, "package_not_whole"),
    "a header nested deep": (lambda c: c[:6] + b"[" * 100_000 + b"\n", "package_not_whole"),
    "a block of four gigabytes": (lambda c: _length(c, 2**32 - 1), "package_not_whole"),
    "a block over the limit": (lambda c: _length(c, MOST_BLOCK_BYTES + 1), "package_not_whole"),
    "a block without a part": (lambda c: _length(c, 1), "package_not_whole"),
}


@pytest.mark.requirement("R-92")
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_one_clear_sentence_and_nothing_is_written(
    office: Office, gate: Stick, package: Path, name: str
) -> None:
    spoil, code = ATTACKS[name]
    package.write_bytes(spoil(package.read_bytes()))
    before = gate.place.package_key_file.read_bytes()
    with pytest.raises(BaseTrouble) as refused:
        gate.takes(package, office.code)
    assert refused.value.code == code
    assert str(refused.value).endswith((".", "rehearsal", "other"))
    assert "\n" not in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert not (gate.place.data_dir / "events").exists()
    assert gate.place.package_key_file.read_bytes() == before


def test_rows_of_another_event_or_group_under_a_good_signature_are_not_taken(
    office: Office, gate: Stick, tmp_path: Path
) -> None:
    text = json.dumps({"event_file": office.place.event_file.read_text(encoding="utf-8"), "assessment": {}}).encode()
    rows = [["RESIDENT", "CHN", number(1), "n", "T", "", "night-1", "B", "0" * 32, 0]]
    contents: tuple[object, ...] = (rows, [[1]], {}, "x")
    for content in contents:
        blocks = iter([(0, text), (0, json.dumps(content).encode())])
        write_package(tmp_path / "p", EVENT, [gate.asked("A")], HandMaker(office.identity, "o"), 1, blocks, time.time())
        with pytest.raises(BaseTrouble, match="what is no ticket of rehearsal"):
            gate.takes(tmp_path / "p", office.code)
    assert not (gate.place.data_dir / "events").exists()


def test_taking_can_be_given_up_and_leaves_nothing(office: Office, gate: Stick, package: Path) -> None:
    for at in (0, 1):  # while every row is looked at, and while they are kept
        calls = iter(range(100))

        def progress(rows: int, calls: Any = calls, at: int = at) -> None:
            if next(calls) == at:
                raise ImportCancelled

        with pytest.raises(ImportCancelled):
            gate.takes(package, office.code, progress)
        assert not gate.place.folder.exists()
        assert not gate.place.key_file.exists()
    assert gate.takes(package, office.code).made


def test_packing_can_be_given_up_and_leaves_nothing(office: Office, gate: Stick, tmp_path: Path) -> None:
    def progress(rows: int) -> None:
        raise ImportCancelled

    with pytest.raises(ImportCancelled):
        office.pack(tmp_path / "p", gate.asked(), progress=progress)
    assert list(tmp_path.glob("p*")) == []


# --- the end --------------------------------------------------------------------------------------------


@pytest.mark.requirement("R-48")
def test_after_the_close_the_kiosk_cannot_open_the_package_any_more(office: Office, gate: Stick, package: Path) -> None:
    kept = package.read_bytes()
    gate.takes(package, office.code)
    secret = load(gate.place).private.private_bytes_raw()
    report = close_event(gate.place)
    assert report.verdict is Verdict.PASS
    assert not gate.place.package_key_file.exists()
    with pytest.raises(KeysDestroyed):
        load(gate.place)
    for file in (path for path in gate.folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert secret not in content, file
        assert secret.hex().encode() not in content, file
    package.write_bytes(kept)
    with pytest.raises((WrongState, BaseTrouble)):
        gate.takes(package, office.code)
    for over in (EventState.WIPED, EventState.ARCHIVED):
        if over is not read_state(gate.place.state_file):
            move(gate.place.state_file, over)
        with pytest.raises(WrongState):
            ask_by_hand(gate.place, gate.identity)
        assert not gate.place.package_key_file.exists()
    assert find_leftovers(gate.place.data_dir, CANARIES, key_dir=gate.place.key_dir).verdict is Verdict.PASS


@pytest.mark.requirement("R-48")
def test_nothing_of_a_package_lies_decrypted_outside_the_sealed_store(
    office: Office, gate: Stick, package: Path
) -> None:
    gate.takes(package, office.code)
    for file in (path for path in gate.folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        for canary in (*CANARIES, number(1), "TICKET-"):
            assert canary.encode() not in content, (file, canary)


# --- round trips ------------------------------------------------------------------------------------------


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES), st.binary(max_size=60), st.integers(0, 79))
def test_a_sealed_key_opens_for_its_device_alone_and_not_changed(key: bytes, about: bytes, at: int) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from kiosk.base.sealing import NotSealedSo

    ours, other = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    sealed = seal_key(key, ours.public_key().public_bytes_raw(), about)
    assert open_key(sealed, ours, about) == key
    whole = bytearray(sealed.sender + sealed.sealed)
    whole[at] ^= 1
    for spoilt, private, said in (
        (sealed, other, about),
        (sealed, ours, about + b"x"),
        (SealedKey(bytes(whole[:32]), bytes(whole[32:])), ours, about),
    ):
        if spoilt.sender != sealed.sender and bytes(whole[:31]) == sealed.sender[:31]:
            continue  # the highest bit of a point is not read (RFC 7748, 5), but it is authenticated
        with pytest.raises(NotSealedSo):
            open_key(spoilt, private, said)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([(), ("A",), ("B",), ("A", "B")]), min_size=1, max_size=5),
    st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=6),
)
def test_each_device_reads_the_blocks_of_its_part_in_their_order(
    tmp_path: Path, groups: list[tuple[str, ...]], plain: list[bytes]
) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from kiosk.base.by_hand import HandBeliever
    from kiosk.base.package_file import parts_of

    keys = [X25519PrivateKey.generate() for _ in groups]
    identity = DeviceIdentity.load_or_create(tmp_path / "identity.key")
    requests = [
        PackageRequest(EVENT, f"d{n}", key.public_key().public_bytes_raw(), each)
        for n, (key, each) in enumerate(zip(keys, groups, strict=True))
    ]
    parts = parts_of(requests)
    blocks = [(part, bytes([part]) + block) for block in plain for part in range(len(parts))]
    write_package(tmp_path / "p", EVENT, requests, HandMaker(identity, "maker"), 0, blocks, 1.0)
    with opened_package(tmp_path / "p", HandBeliever(code_of(identity.public_key)), 1.0) as opened:
        for n, key in enumerate(keys):
            part = bytes([parts.index(groups[n])])
            assert list(opened.blocks(f"d{n}", key)) == [part + block for block in plain]
            assert opened.header.groups_of(f"d{n}") == groups[n]
    assert len(new_key()) == KEY_BYTES


# --- the commands --------------------------------------------------------------------------------------


def run(folder: Path, *words: object, answers: str = "") -> Result:
    folders = {"VENUE_KIOSK_DATA": str(folder / "data"), "VENUE_KIOSK_KEYS": str(folder / "keys"), "COLUMNS": "160"}
    return CliRunner(env=folders).invoke(app, list(map(str, words)), input=answers)


def test_the_commands_bring_an_event_on_a_stick_to_two_kiosks(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    stick = tmp_path / "stick"
    stick.mkdir()
    codes = {}
    for name in ("gate-1", "gate-2"):
        asked = run(tmp_path / name, "event", "ask", EVENT, "--name", name, "--to", stick / f"{name}.txt")
        assert asked.exit_code == 0, asked.output
        codes[name] = asked.stderr.splitlines()[0].partition(": ")[2]
    to_pack = ["event", "pack", EVENT, "--roster", office.roster, "--to", stick / "event.package"]
    both = run(
        office.folder,
        *to_pack,
        "--for",
        stick / "gate-1.txt",
        "--for",
        stick / "gate-2.txt",
        answers="\n".join(codes.values()) + "\n",
    )
    assert both.exit_code == 1
    assert "can be used" in both.stderr or "could be used once at each" in both.stderr
    assert not (stick / "event.package").exists()
    split = ["--for", f"{stick / 'gate-1.txt'}=A", "--for", f"{stick / 'gate-2.txt'}=B"]
    wrong = run(office.folder, *to_pack, *split, "--code", codes["gate-1"], "--code", codes["gate-1"])
    assert (wrong.exit_code, "not the code of the machine that made the request of gate-2" in wrong.stderr) == (1, True)
    done = run(office.folder, *to_pack, *split, "--code", codes["gate-1"], "--code", codes["gate-2"])
    assert done.exit_code == 0, done.output
    assert f"{A + B} tickets of rehearsal for 2 machines" in done.stdout
    shown = done.stderr.splitlines()[0].partition(": ")[2]
    assert shown == office.code
    refused = run(tmp_path / "gate-1", "event", "unpack", stick / "event.package", "--from", codes["gate-2"])
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    taken = run(tmp_path / "gate-1", "event", "unpack", stick / "event.package", answers=f"{shown}\n")
    assert taken.exit_code == 0, taken.output
    assert f"made here with {A} tickets of gate group A" in taken.stdout
    kinds = (tmp_path / "gate-1" / "data" / "device" / "audit.log").read_text(encoding="utf-8")
    for kind in ("roster.package_asked", "roster.package_refused", "roster.package_taken", "event.created"):
        assert kind in kinds
    assert "roster.packed" in (office.folder / "data" / "device" / "audit.log").read_text(encoding="utf-8")
