"""Whoever changes the log is found: at the right record for edit, deletion, insertion and reordering, and with an
anchor for truncation and for an older log put back.

Ten thousand records and many more places are the soak's part ``audit``.
"""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audit import verify
from kiosk.audit.record import read_line
from kiosk.audit.verify import Anchor, Finding, anchors_of, verify_log
from tests.helpers.audit import chain, identity, rehashed
from tests.helpers.source_tree import CHECKOUT

RECORDS = 1_000
EVERY = 50
FEW = 130
KEY = identity().public_key


@pytest.fixture(scope="module")
def whole() -> list[bytes]:
    return list(chain(RECORDS, EVERY))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit")


def looked_at(folder: Path, lines: list[bytes], anchors: list[Anchor] | None = None, key: bytes = KEY) -> Finding:
    path = folder / "audit.log"
    path.write_bytes(b"".join(lines))
    return verify_log(path, anchors or [], key)


def anchor_at(lines: list[bytes], number: int) -> Anchor:
    return Anchor(number, read_line(lines[number - 1].rstrip(b"\n"))["hash"])


def places(count: int, highest: int = RECORDS - 1) -> list[int]:
    """Record numbers to try, the ends among them; the first record and checkpoints are tried apart."""
    drawn = random.Random(5).sample(range(3, highest), count)
    return [2, *(number + 1 if number % EVERY == 0 else number for number in drawn), highest]


def test_a_log_as_it_was_written(folder: Path, whole: list[bytes]) -> None:
    finding = looked_at(folder, whole)
    assert (finding.ok, finding.records, finding.complete_to) == (True, RECORDS, RECORDS)
    assert looked_at(folder, whole[:-50]).complete_to == RECORDS - EVERY  # what was cut off it cannot know
    assert finding.head == f"{RECORDS}:{anchor_at(whole, RECORDS).hash}"


@pytest.mark.requirement("R-64")
@pytest.mark.parametrize("number", places(3))
def test_an_edited_record(folder: Path, whole: list[bytes], number: int) -> None:
    lines = whole.copy()
    lines[number - 1] = lines[number - 1].replace(b'"success":true', b'"success":false')
    assert looked_at(folder, lines).first_bad == number


@pytest.mark.parametrize("number", places(3, RECORDS - 2))
def test_a_record_edited_by_somebody_who_hashes_it_again(folder: Path, whole: list[bytes], number: int) -> None:
    lines = whole.copy()
    lines[number - 1] = rehashed(lines[number - 1], by="somebody")
    assert looked_at(folder, lines).first_bad == number


@pytest.mark.parametrize("number", places(3))
def test_a_deleted_record(folder: Path, whole: list[bytes], number: int) -> None:
    lines = whole.copy()
    del lines[number - 1]
    assert looked_at(folder, lines).first_bad == number


@pytest.mark.parametrize("number", places(3))
def test_an_inserted_record(folder: Path, whole: list[bytes], number: int) -> None:
    """``number``: where the new one stands. One that follows its predecessor, a copy of an older one, and rubbish."""
    before = read_line(whole[number - 2].rstrip(b"\n"))
    forged = rehashed(whole[number - 2], seq=number, prev=before["hash"], by="somebody")
    copied = whole[number // 2 - 1]
    for new in (forged, copied, whole[number - 2], b'{"seq":1}\n'):
        assert looked_at(folder, [*whole[: number - 1], new, *whole[number - 1 :]]).first_bad == number


@pytest.mark.parametrize("number", places(2, RECORDS - 600))
@pytest.mark.parametrize("distance", [1, 2, 500])
def test_reordered_records(folder: Path, whole: list[bytes], number: int, distance: int) -> None:
    lines = whole.copy()
    one, other = number - 1, number - 1 + distance
    lines[one], lines[other] = lines[other], lines[one]
    assert looked_at(folder, lines).first_bad == number


@pytest.mark.requirement("R-64")
@pytest.mark.parametrize("number", places(2))
def test_a_truncated_log(folder: Path, whole: list[bytes], number: int) -> None:
    anchor = anchor_at(whole, RECORDS)
    finding = looked_at(folder, whole[: number - 1], [anchor])
    assert (finding.first_bad, finding.why) == (number, "truncated")
    unanchored = looked_at(folder, whole[: number - 1])
    assert unanchored.ok
    assert unanchored.complete_to == ((number - 1) // EVERY * EVERY or None)


@pytest.mark.parametrize("number", places(2, RECORDS - 200))
def test_an_older_log_put_back_and_written_on(folder: Path, whole: list[bytes], number: int) -> None:
    """A copy of the log names the very first record that differs; a single anchor, that one of its own."""
    grown = whole[: number - 1]
    last = read_line(grown[-1].rstrip(b"\n"))
    for more in range(5):
        link = read_line(grown[-1].rstrip(b"\n"))
        grown.append(
            rehashed(grown[-1], seq=number + more, prev=link["hash"], by="later", kind="event.opened", fields={})
        )
    assert last["seq"] == number - 1
    assert looked_at(folder, grown).ok
    assert looked_at(folder, grown, [anchor_at(whole, number + 2)]).first_bad == number + 2
    copy = folder / "copy.log"
    copy.write_bytes(b"".join(whole))
    finding = looked_at(folder, grown, anchors_of(copy))
    assert (finding.first_bad, finding.why) == (number, "rolled_back")


def test_every_record_hashed_again_fails_at_the_next_signature(folder: Path, whole: list[bytes]) -> None:
    lines = whole[:149]
    prev = read_line(lines[119].rstrip(b"\n"))["hash"]
    for place in range(120, 149):
        lines[place] = rehashed(lines[place], by="somebody" if place == 120 else "gate-1", prev=prev)
        prev = read_line(lines[place].rstrip(b"\n"))["hash"]
    assert looked_at(folder, lines).complete_to == 100  # unseen, but nobody vouches for it
    assert looked_at(folder, lines, [anchor_at(whole, 149)]).first_bad == 149
    prev = read_line(lines[-1].rstrip(b"\n"))["hash"]
    for place in range(149, 180):
        lines.append(rehashed(whole[place], prev=prev))
        prev = read_line(lines[place].rstrip(b"\n"))["hash"]
    assert looked_at(folder, lines).first_bad == 150


def test_a_log_signed_with_another_key(folder: Path, whole: list[bytes]) -> None:
    finding = looked_at(folder, whole[:FEW], key=identity(2).public_key)
    assert (finding.first_bad, finding.why) == (1, "other_key")


def test_a_log_whose_beginning_is_gone(folder: Path, whole: list[bytes]) -> None:
    finding = looked_at(folder, whole[10:FEW])
    assert (finding.first_bad, finding.why) == (1, "cut_off")


def unsigned_chain(records: int) -> list[bytes]:
    return list(chain(records, checkpoint_every=1 << 30))


def test_records_without_a_signature_are_taken_for_a_while_only(folder: Path) -> None:
    """Who writes on without the machine's key is found after a hundred records, not at the next checkpoint he omits."""
    assert looked_at(folder, unsigned_chain(100)).ok
    path = folder / "audit.log"
    for key in (KEY, None):
        path.write_bytes(b"".join(unsigned_chain(500)))
        finding = verify_log(path, public_key=key)
        assert (finding.first_bad, finding.why, finding.complete_to) == (101, "unsigned", None)


def written_on(line: bytes, **changes: Any) -> bytes:
    before = read_line(line.rstrip(b"\n"))
    return rehashed(line, seq=before["seq"] + 1, prev=before["hash"], **changes)


def test_a_purge_that_no_signature_covers_is_none(folder: Path, whole: list[bytes]) -> None:
    """Somebody without the key cuts off the beginning and adds the record that would allow it."""
    gone = anchor_at(whole, 60)
    forged = written_on(whole[119], kind="log.purged", fields={"to_seq": gone.seq, "hash": gone.hash, "records": 60})
    finding = looked_at(folder, [*whole[60:120], forged])
    assert (finding.first_bad, finding.why, finding.purged_to) == (1, "cut_off", 0)


def test_a_log_that_does_not_begin_as_one(folder: Path, whole: list[bytes]) -> None:
    finding = looked_at(folder, [rehashed(whole[0], kind="event.opened", fields={})])
    assert (finding.first_bad, finding.why) == (1, "no_beginning")


def test_a_clock_set_back_under_the_log(folder: Path, whole: list[bytes]) -> None:
    last = read_line(whole[49].rstrip(b"\n"))
    early = rehashed(whole[49], seq=51, prev=last["hash"], at="2020-01-01T00:00:00Z")
    finding = looked_at(folder, [*whole[:50], early])
    assert (finding.first_bad, finding.why) == (51, "time")
    said = rehashed(early, kind="clock.went_back", fields={"by_s": 1})
    assert looked_at(folder, [*whole[:50], said]).ok


@pytest.mark.parametrize("key", [..., "", "AAAA"], ids=str)
def test_a_log_that_names_no_key_is_not_ok(folder: Path, whole: list[bytes], key: object) -> None:
    fields = {**read_line(whole[0].rstrip(b"\n"))["fields"], "public_key": key}
    path = folder / "no-key.log"
    path.write_bytes(rehashed(whole[0], fields={name: each for name, each in fields.items() if each is not ...}))
    for known in (None, KEY):
        finding = verify_log(path, public_key=known)
        assert (finding.ok, finding.first_bad, finding.why) == (False, 1, "no_key")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_changed_byte(folder: Path, whole: list[bytes], data: st.DataObject) -> None:
    content = bytearray(b"".join(whole[:FEW]))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    number = b"".join(whole[:FEW])[:place].count(b"\n") + 1
    path = folder / "changed.log"
    path.write_bytes(content)
    finding = verify_log(path, public_key=KEY)
    assert finding.first_bad == number


def test_no_bytes_make_it_fall_over(folder: Path) -> None:
    strange: list[bytes] = [
        b"",
        b"\n",
        b"\0" * 9000,
        b"[]\n",
        b"null\n",
        b'{"seq":1}\n',
        b"[" * 5000 + b"\n",
        b"\xff\n",
    ]
    for content in strange:
        path = folder / "strange.log"
        path.write_bytes(content)
        finding = verify_log(path)
        assert finding.ok is (content == b"")


def test_the_verifier_shares_nothing_with_the_writer() -> None:
    tree = ast.parse((CHECKOUT / "kiosk" / "audit" / "verify.py").read_text(encoding="utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert not [name for name in imported if name.startswith(("kiosk", "drivers"))]


def test_an_anchor_is_number_and_hash() -> None:
    good: Callable[[str], Anchor] = verify.Anchor.parse
    assert good(f" 12:{'a' * 43}\n") == Anchor(12, "a" * 43)
    for bad in ("", "12", "x:" + "a" * 43, "12:short"):
        with pytest.raises(ValueError):
            good(bad)


def test_the_answer_keeps_its_names(folder: Path, whole: list[bytes]) -> None:
    answer = json.loads(json.dumps(looked_at(folder, whole[:FEW]).as_dict()))
    assert (answer["ok"], answer["records"], answer["first_bad"], answer["complete_to"]) == (True, FEW, None, 100)
