"""A certificate in one language: groups of labels and values, the same for paper and screen. Every field is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.closing.certificate_file import Signed
from kiosk.closing.certificate_schema import Certificate, Medium, Person
from kiosk.text import Texts

WRITING_LINE = "\u2003"
"""A value that a person writes by hand; paper draws a line for it."""

_TICKETS = "tickets"
_COUNT_ORDER = (_TICKETS, "admitted", "undone", "revoked", "held")


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


def proof_code(signed: Signed, json_sha256: str) -> str:
    """What the QR code says: enough to compare a copy with the kiosk's own."""
    event = signed.certificate.event.id
    return f"VKCERT1 {event} {signed.certificate.verdict} key={signed.signer.fingerprint} sha256={json_sha256}"


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
        machine = (kiosk.make, kiosk.model, kiosk.serial)
        yield self._row("machine", " / ".join(map(self._or_not_known, machine)))
        yield self._row("file_system", kiosk.file_system)
        yield self._row("medium", *map(self._medium, kiosk.media))

    def destroyed(self, certificate: Certificate) -> Iterator[Row]:
        counts = certificate.destroyed
        numbers = [self._counted("count", code, count) for code, count in _in_order(counts or {})]
        if counts and _TICKETS not in counts:
            numbers.insert(0, self._counted("count", _TICKETS, self._texts("certificate.not_known")))
        none_found = self._texts("certificate.none_found")
        yield self._row("data_categories", *(self._said("category", each) for each in certificate.data_categories))
        yield self._row("destroyed", None if counts is None else ", ".join(numbers) or none_found)
        yield self._row("files_removed", str(certificate.files_removed))
        yield self._row("key_fingerprint", certificate.key_fingerprint)

    def method(self, certificate: Certificate) -> Iterator[Row]:
        how = certificate.method
        yield self._row("method", self._said("method", how.method))
        yield self._row("technique", self._said("technique", how.technique))
        kept = how.key_protection
        yield self._row("key_protection", None if kept is None else self._said("protection", kept))
        yield self._row("key_destroyed", self._texts("certificate.yes" if how.key_destroyed else "certificate.no"))
        yield self._row("scope", self._said("scope", how.scope))
        yield self._row("tool", f"{certificate.tool.name} {certificate.tool.version}")
        yield self._row("because", self._said("because", certificate.because))
        yield self._row("began", f"{certificate.began:%Y-%m-%d %H:%M:%S} UTC")
        yield self._row("ended", f"{certificate.ended:%Y-%m-%d %H:%M:%S} UTC")
        if certificate.resumed:
            yield self._row("resumed", str(certificate.resumed))

    def verification(self, certificate: Certificate) -> Iterator[Row]:
        look = certificate.verification
        left = [self._counted("left", code, count) for code, count in look.leftovers.items()]
        yield self._row("verification", self._said("verification", look.method))
        yield self._row("looked_at", *(self._looked("looked_at", code) for code in look.looked_at))
        yield self._row("not_looked_at", *(self._looked("not_looked_at", code) for code in look.not_looked_at))
        yield self._row("amount", self._texts("certificate.of_files", files=look.files_read, bytes=look.bytes_read))
        yield self._row("leftovers", ", ".join(left) or self._texts("certificate.none_found"))
        yield self._row("unread", str(look.unread))
        yield self._row("stations", str(look.stations_still_open))
        if look.key_said_to_be_lost:
            yield self._row("key_lost", self._texts("certificate.key_said_to_be_lost"))
        yield self._row("result", look.result.value)

    def states(self, certificate: Certificate) -> Iterator[Row]:
        yield self._row("state_before", self._said("state", certificate.state_before))
        yield self._row("state_after", self._said("state", certificate.state_after))

    def copies(self, certificate: Certificate) -> Iterator[Row]:
        yield self._row("copies", *(self._said("copy", copy) for copy in certificate.copies_elsewhere))
        yield self._row("organiser_signs", *map(self._written, ("person_name", "person_role", "kept_because")))
        yield self._row("person_signature", WRITING_LINE)

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

    def _looked(self, section: str, code: str) -> str:
        """In the words of the close screen, except where those would promise something."""
        key = f"close.{section}.{code}"
        own = self._said(section, code)
        return self._texts(key) if own == code and self._texts.has(key) else own

    def _counted(self, section: str, code: str, count: int | str) -> str:
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
        parts = {name: getattr(person, name) for name in ("name", "role", "place", "contact")}
        account = (self._written("person_account", person.account),) if person.account else ()
        return (*account, *(self._written(f"person_{name}", part) for name, part in parts.items()))

    def _written(self, field: str, part: str = "") -> str:
        """What was given, or room for a hand."""
        what = self._texts(f"certificate.field.{field}")
        return self._texts("certificate.counted", what=what, count=part or WRITING_LINE)


def _in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Tickets first; what is new to us last."""
    order = [*_COUNT_ORDER, *sorted(counts.keys() - set(_COUNT_ORDER))]
    return [(code, counts[code]) for code in order if code in counts]
