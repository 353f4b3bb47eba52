"""A certificate in words: the same groups in every language, and words for every code it can hold."""

from __future__ import annotations

from enum import StrEnum

import pytest

from kiosk.closing.certificate_schema import (
    CopyElsewhere,
    DataCategory,
    MediaType,
    MediumState,
    Method,
    Person,
    Technique,
)
from kiosk.closing.certificate_words import WRITING_LINE, groups_of, proof_code
from kiosk.closing.journal import Because
from kiosk.closing.leftovers import LOOKED_AT, NOT_LOOKED_AT, Verdict
from kiosk.rehearsal.certificate_sample import sample
from kiosk.text import Texts, languages
from kiosk.vault.protection import Protection

CODES: dict[str, type[StrEnum]] = {
    "category": DataCategory,
    "media_type": MediaType,
    "method": Method,
    "technique": Technique,
    "protection": Protection,
    "because": Because,
    "state": MediumState,
    "copy": CopyElsewhere,
    "verdict": Verdict,
}
LEFT = ("suspect_file", "unexpected_file", "closing_not_finished", "deleted_but_open", "key_file")
LEFT_BY_CONTENT = ("ticket_store", "key", "id_number", "needle")
COUNTS = ("tickets", "admitted", "undone", "held", "revoked")
FAULTS = (
    *("too_large", "form", "signature", "other_key", "unreadable"),
    *("paper_too_large", "paper_form", "paper_signature", "paper_of_another"),
    *("not_started", "too_slow", "no_font", "failed", "not_written", "no_identity", "other_identity"),
)


@pytest.mark.parametrize("language", languages())
def test_every_code_has_words(language: str) -> None:
    texts = Texts(language)
    keys = [f"certificate.{section}.{member}" for section, kinds in CODES.items() for member in kinds]
    keys += [f"certificate.left.{code}" for code in (*LEFT, *LEFT_BY_CONTENT)]
    keys += [f"certificate.count.{code}" for code in COUNTS]
    keys += [f"certificate.fault.{code}" for code in FAULTS]
    keys += [f"close.looked_at.{code}" for code in LOOKED_AT]
    keys += [f"close.not_looked_at.{code}" for code in NOT_LOOKED_AT]
    assert not [key for key in keys if not texts.has(key)]


def test_both_languages_have_the_same_groups_and_rows() -> None:
    signed, digest = sample(Verdict.FAILED)
    shapes = {
        language: [
            (group.code, [len(row.values) for row in group.rows])
            for group in groups_of(signed, digest, Texts(language))
        ]
        for language in languages()
    }
    assert len({str(shape) for shape in shapes.values()}) == 1


@pytest.mark.parametrize("language", languages())
def test_what_is_not_known_is_said_so(language: str) -> None:
    signed, digest = sample(Verdict.UNKNOWN)
    texts = Texts(language)
    unknown = {"destroyed": None, "key_fingerprint": None}
    certificate = signed.certificate.model_copy(update=unknown)
    rows = {
        row.label: row.values
        for group in groups_of(signed.model_copy(update={"certificate": certificate}), digest, texts)
        for row in group.rows
    }
    for field in ("destroyed", "key_fingerprint"):
        assert rows[texts(f"certificate.field.{field}")] == (texts("certificate.not_known"),)
    assert texts("certificate.not_known") in rows[texts("certificate.field.medium")][0]


def test_what_a_person_did_not_give_is_a_line_to_write_on() -> None:
    signed, digest = sample(Verdict.PASS)
    given = signed.certificate.model_copy(update={"operator": Person(account="organiser-1", name="Robin Example")})
    texts = Texts("en")
    groups = groups_of(signed.model_copy(update={"certificate": given}), digest, texts)
    persons = next(group for group in groups if group.code == "persons")
    operator = persons.rows[0].values
    assert operator[:2] == ("account: organiser-1", "name: Robin Example")
    assert all(WRITING_LINE in value for value in operator[2:])


def test_the_code_names_event_verdict_key_and_hash() -> None:
    signed, digest = sample(Verdict.PASS)
    assert proof_code(signed, digest).split() == [
        "VKCERT1",
        "rehearsal",
        "PASS",
        f"key={signed.signer.fingerprint}",
        f"sha256={digest}",
    ]
