"""What can be written at all: the kinds, their fields, and nothing that points to a person."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audit.catalogue import FIELDS, IN_DETAIL, TYPES, Kind, checked_fields
from kiosk.audit.detail import DetailLog
from kiosk.audit.fields import IN_WORDS, Type, Value, actor_id, checked, checked_about, points_to_a_person
from kiosk.audit.record import Entry
from kiosk.audit.slots import Fact
from kiosk.audit.verify import verify_log
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.audit import BEGAN_S, fields_of, identity, make_log
from tests.helpers.source_tree import modules

FEWEST_KINDS = 60
BY_THE_LOG = {Kind.LOG_BEGUN, Kind.LOG_CHECKPOINT}
PERSONAL = ["11010519491231002X", "110105194912310021", "13812345678", "c" * 32, "110105491231002"]
WORDS = ["Zhang Wei", "张伟", "row 7, seat 12", "a@b.c", "", "two words"]


def test_there_are_enough_kinds_and_each_has_fields_of_known_types() -> None:
    assert len(Kind) >= FEWEST_KINDS
    assert set(FIELDS) == set(Kind)
    assert {name for names in FIELDS.values() for name in names} == set(TYPES)


@pytest.mark.requirement("R-63")
@pytest.mark.parametrize("kind", sorted(set(Kind) - IN_DETAIL - BY_THE_LOG))
def test_every_kind_of_the_chain_is_found_with_all_its_fields(tmp_path: Path, kind: Kind) -> None:
    log = make_log(tmp_path)
    log.write(kind, "anna", "rehearsal", success=False, **fields_of(kind))
    record = json.loads(log.file.read_text().splitlines()[-1])
    assert (record["kind"], record["by"], record["about"], record["success"]) == (kind, "anna", "rehearsal", False)
    assert record["at"] == "2026-05-28T20:26:40Z"
    assert record["fields"] == fields_of(kind)
    assert verify_log(log.file, public_key=identity().public_key).ok


def test_the_kinds_the_log_writes_by_itself(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    log.checkpoint()
    begun, signed = (json.loads(line) for line in log.file.read_text().splitlines())
    assert {begun["kind"], signed["kind"]} == BY_THE_LOG
    assert (begun["fields"].keys(), signed["fields"].keys()) == tuple(FIELDS[kind] for kind in sorted(BY_THE_LOG))


@pytest.mark.parametrize("kind", sorted(IN_DETAIL))
def test_what_concerns_one_attendee_lies_under_the_events_key_alone(tmp_path: Path, kind: Kind) -> None:
    keys = FileEventKeys.create(tmp_path / "k.key", "rehearsal")
    detail = DetailLog(tmp_path / "detail.log", keys)
    fact = Fact(BEGAN_S, Entry(kind, "anna", "rehearsal", success=True, fields=fields_of(kind)))
    detail.write(fact)
    assert list(detail.read()) == [fact]
    with pytest.raises(ValueError, match="one attendee"):
        make_log(tmp_path).write(kind, "anna")
    assert not (tmp_path / "audit.log").exists()


# --- nothing of a person --------------------------------------------------------------------------


@pytest.mark.parametrize("of", Type)
@pytest.mark.parametrize("text", [*PERSONAL, *(f"x-{text}" for text in PERSONAL), *WORDS])
def test_no_type_takes_words_or_a_number_of_a_person(of: Type, text: str) -> None:
    if of is Type.REASON:
        assert checked("field", text, of) == IN_WORDS
        return
    with pytest.raises(ValueError) as refused:
        checked("field", text, of)
    assert not text or text not in str(refused.value)


@pytest.mark.requirement("R-53", "R-63")
@given(st.sampled_from(sorted(set(Kind) - IN_DETAIL)), st.text() | st.sampled_from(PERSONAL + WORDS))
def test_no_field_of_any_kind_keeps_what_somebody_typed(kind: Kind, typed: str) -> None:
    for name in FIELDS[kind]:
        try:
            written = checked_fields(kind, {name: typed})[name]
        except ValueError:
            continue
        assert not points_to_a_person(str(written)) or TYPES[name] in {Type.DIGEST, Type.HEX, Type.SIGNATURE}
        assert written in {IN_WORDS, typed}
        assert str(written).isascii()
        assert " " not in str(written)


@pytest.mark.parametrize("text", PERSONAL)
def test_no_actor_and_no_object_is_a_number_of_a_person(text: str) -> None:
    for check in (actor_id, checked_about):
        with pytest.raises(ValueError) as refused:
            check(text)
        assert text not in str(refused.value)


def test_an_actor_is_an_id_whatever_was_typed() -> None:
    assert [actor_id(text) for text in ("gate-1", "Anna Müller", "root")] == ["gate-1", "anna-muller", "root"]
    assert actor_id("张伟").startswith("u-")
    assert actor_id("张伟") == actor_id("张伟") != actor_id("王伟")


@given(st.floats() | st.integers() | st.booleans() | st.none(), st.sampled_from(Type))
def test_numbers_are_finite_and_of_their_type(value: Value, of: Type) -> None:
    try:
        written = checked("field", value, of)
    except ValueError:
        return
    assert json.loads(json.dumps(written, allow_nan=False)) == written


def test_a_field_the_kind_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no field colour"):
        checked_fields(Kind.EVENT_OPENED, {"colour": "blue"})


# --- the product's own calls ----------------------------------------------------------------------


def calls() -> Iterator[tuple[str, Kind, set[str]]]:
    """Where the product writes a record whose kind stands there, and the fields it names."""
    for module in modules("kiosk"):
        for node in module.nodes:
            if not isinstance(node, ast.Call) or not node.args:
                continue
            match node.args[0]:
                case ast.Attribute(value=ast.Name(id="Kind"), attr=name) if name in Kind.__members__:
                    yield module.where(node), Kind[name], {word.arg for word in node.keywords if word.arg}


def test_every_call_of_the_product_names_fields_the_catalogue_has() -> None:
    found = list(calls())
    assert len(found) > 20
    arguments = {"by", "about", "success", "fields"}
    unknown = [(where, kind, fields - arguments - FIELDS[kind]) for where, kind, fields in found]
    assert [each for each in unknown if each[2]] == []
