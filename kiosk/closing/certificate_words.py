"""A certificate in one language: groups of labels and values, the same for paper and screen. Every field is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.closing.certificate_file import Signed
from kiosk.closing.certificate_schema import Certificate, Medium, Person
from kiosk.text import Texts

WRITING_LINE = "\u2003"
"""A value that a person writes by hand; paper draws a line for it."""


@dataclass(frozen=True)
class Row:
    """``values``: one line each, never empty; WRITING_LINE alone where a person writes."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """``code``: stable, the same in every language."""

    code: str
    heading: str
    rows: tuple[Row, ...]


def groups_of(signed: Signed, json_sha256: str, texts: Texts) -> list[Group]:
    """Everything the certificate says, in the order of the paper."""
    words = _Words(texts)
    certificate = signed.certificate
    parts = {
        "event": words.event(certificate),
        "destroyed": words.destroyed(certificate),
        "method": words.method(certificate),
        "verification": words.verification(certificate),
        "kiosk": words.kiosk(certificate),
        "states": words.states(certificate),
        "copies": words.copies(certificate),
        "persons": words.persons(certificate),
        "proof": words.proof(signed, json_sha256),
    }
    return [Group(code, texts(f"certificate.group.{code}"), tuple(rows)) for code, rows in parts.items()]


class _Words:
    """The rows of each group. What has no words in the translations is shown by its code."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def event(self, certificate: Certificate) -> Iterator[Row]:
        event = certificate.event
        names = event.names or {}
        yield self._row("event_id", event.id)
        yield self._row("event_name", names.get(self._texts.language) or next(iter(names.values()), None))
        yield self._row("controller", event.controller)
        yield self._row("session_dates", ", ".join(event.session_dates) or None)
        if event.rehearsal:
            yield self._row("rehearsal", self._texts("certificate.rehearsal"))

    def kiosk(self, certificate: Certificate) -> Iterator[Row]:
        kiosk = certificate.kiosk
        yield self._row("identity", kiosk.identity)
        yield self._row("machine", ", ".join(self._or_not_known(part) for part in (kiosk.make, kiosk.model, kiosk.serial)))
        yield self._row("file_system", kiosk.file_system)
        yield self._row("medium", *map(self._medium, kiosk.media))

    def destroyed(self, certificate: Certificate) -> Iterator[Row]:
        counts = certificate.destroyed
        lines = None if counts is None else [self._counted("count", code, count) for code, count in counts.items()]
        yield self._row("data_categories", *(self._said("category", each) for each in certificate.data_categories))
        yield self._row("destroyed", None if lines is None else ", ".join(lines) or self._texts("certificate.none_found"))
        yield self._row("files_removed", str(certificate.files_removed))
        yield self._row("key_fingerprint", certificate.key_fingerprint)

    def method(self, certificate: Certificate) -> Iterator[Row]:
        how = certificate.method
        yield self._row("method", self._said("method", how.method))
        yield self._row("technique", self._said("technique", how.technique))
        yield self._row("key_protection", self._said("protection", how.key_protection))
        yield self._row("key_destroyed", self._texts("certificate.yes" if how.key_destroyed else "certificate.no"))
        yield self._row("scope", self._said("scope", how.scope))
        yield self._row("tool", f"{certificate.tool.name} {certificate.tool.version}")
        yield self._row("began", f"{certificate.began:%Y-%m-%d %H:%M:%S} UTC")
        yield self._row("ended", f"{certificate.ended:%Y-%m-%d %H:%M:%S} UTC")

    def verification(self, certificate: Certificate) -> Iterator[Row]:
        look = certificate.verification
        left = [self._counted("left", code, count) for code, count in look.leftovers.items()]
        yield self._row("verification", self._said("verification", look.method))
        yield self._row("looked_at", *(self._close_said("looked_at", code) for code in look.looked_at))
        yield self._row("not_looked_at", *(self._close_said("not_looked_at", code) for code in look.not_looked_at))
        yield self._row("amount", self._texts("certificate.of_files", files=look.files_read, bytes=look.bytes_read))
        yield self._row("leftovers", ", ".join(left) or self._texts("certificate.none_found"))
        yield self._row("unread", str(look.unread))
        yield self._row("stations", str(look.stations_still_open))
        yield self._row("result", look.result.value)

    def states(self, certificate: Certificate) -> Iterator[Row]:
        yield self._row("state_before", self._said("state", certificate.state_before))
        yield self._row("state_after", self._said("state", certificate.state_after))

    def copies(self, certificate: Certificate) -> Iterator[Row]:
        yield self._row("copies", *(self._said("copy", copy) for copy in certificate.copies_elsewhere))
        yield self._row("organiser_signs", WRITING_LINE)

    def persons(self, certificate: Certificate) -> Iterator[Row]:
        for field, person in (("operator", certificate.operator), ("verifier", certificate.verifier)):
            yield self._row(field, *self._person(person))
            yield self._row("person_signature", WRITING_LINE)

    def proof(self, signed: Signed, json_sha256: str) -> Iterator[Row]:
        certificate = signed.certificate
        log = certificate.audit_log
        yield self._row("verdict", certificate.verdict.value)
        yield self._row("audit_head", log.head or self._said("no_head", log.why_empty))
        yield self._row("replaces", certificate.replaces or self._texts("certificate.none_found"))
        yield self._row("sha256", json_sha256)
        yield self._row("public_key", signed.signer.public_key)
        yield self._row("signature", signed.signature[:64], signed.signature[64:])

    def _row(self, field: str, *values: str | None) -> Row:
        said = tuple(self._or_not_known(value) for value in values or (None,))
        return Row(self._texts(f"certificate.field.{field}"), said)

    def _or_not_known(self, value: str | None) -> str:
        return self._texts("certificate.not_known") if value is None else value

    def _said(self, section: str, code: str) -> str:
        key = f"certificate.{section}.{code}"
        return self._texts(key) if self._texts.has(key) else code

    def _close_said(self, section: str, code: str) -> str:
        key = f"close.{section}.{code}"
        return self._texts(key) if self._texts.has(key) else code

    def _counted(self, section: str, code: str, count: int) -> str:
        return self._texts("certificate.counted", what=self._said(section, code), count=count)

    def _medium(self, medium: Medium) -> str:
        kind = None if medium.media_type is None else self._said("media_type", medium.media_type)
        parts = {
            "make": medium.make,
            "model": medium.model,
            "serial": medium.serial,
            "type": kind,
            "storage_id": medium.storage_id,
        }
        said = [
            f"{self._texts(f'certificate.field.medium_{name}')} {self._or_not_known(part)}"
            for name, part in parts.items()
        ]
        return f"{medium.device}: {'; '.join(said)}"

    def _person(self, person: Person) -> tuple[str, ...]:
        parts = {
            "account": person.account,
            "name": person.name,
            "role": person.role,
            "place": person.place,
            "contact": person.contact,
        }
        return tuple(
            f"{self._texts(f'certificate.field.person_{name}')}: {part or WRITING_LINE}"
            for name, part in parts.items()
            if part or name != "account"
        )
