"""What a certificate of a closing says (R-51): a model with every field, and its one canonical form.

The item list follows the sample certificate of NIST SP 800-88 Rev. 1, Appendix G, for the data of one event instead of
a whole medium. What was not to be found out is null and shown as *not known*; nothing is guessed. No field names an
attendee, a ticket or a file: left-overs are counts by kind, their paths stay in the report on the machine.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from kiosk.closing.journal import Because
from kiosk.closing.leftovers import Verdict
from kiosk.vault.protection import Protection

Hex16 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Hex128 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Written = Annotated[str, StringConstraints(max_length=200)]
"""What a person gave; empty means a line to be filled in by hand."""
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Count = Annotated[int, Field(strict=True, ge=0)]


class Part(BaseModel):
    """Base of all parts: unknown keys are faults, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EventPart(Part):
    """Which event. Names and controller are null when its file could not be read any more."""

    id: Line
    names: dict[str, Line] | None
    controller: Line | None
    session_dates: tuple[str, ...]
    rehearsal: bool


class MediaType(StrEnum):
    FLASH = "flash"
    MAGNETIC = "magnetic"
    VIRTUAL = "virtual"  # what lies below it this machine cannot see
    MEMORY = "memory"


class Medium(Part):
    """One physical store below the data folder, as the system names it."""

    device: Line
    make: Line | None
    model: Line | None
    serial: Line | None
    media_type: MediaType | None
    storage_id: Line | None


class KioskPart(Part):
    """The machine. ``identity``: fingerprint of the key that signs."""

    identity: Hex16
    make: Line | None
    model: Line | None
    serial: Line | None
    file_system: Line | None
    media: tuple[Medium, ...]


class DataCategory(StrEnum):
    """What the event's closing is about. Faces are in the list only where captures of disputed checks were held: no
    other face ever was on the medium.
    """

    TICKETS = "tickets"
    ADMISSIONS = "admissions"
    STAFF_CALLS = "staff_calls"
    DETAIL_LOG = "detail_log"
    EVENT_KEY = "event_key"
    HELD_CAPTURES = "held_captures"


class Method(StrEnum):
    """The three words of NIST SP 800-88. This program claims *Clear* alone.

    *Purge* would need the wrapping key gone as well, and proof about cells a flash medium no longer shows; *Destroy*
    is done to a medium by people.
    """

    CLEAR = "clear"
    PURGE = "purge"
    DESTROY = "destroy"


class Technique(StrEnum):
    CRYPTOGRAPHIC_ERASE = "cryptographic_erase"  # the key was wrapped by something that is not on this disk
    OVERWRITING_ONLY = "overwriting_only"


class MethodPart(Part):
    """``key_destroyed``: the key was seen before and no copy was found afterwards, where copies were looked for.

    ``key_protection``: what it was wrapped by while it lay on the disk; null when its file could not be read.
    """

    method: Method
    technique: Technique
    key_protection: Protection | None
    key_destroyed: bool
    scope: Literal["files_of_the_event"] = "files_of_the_event"


class ToolPart(Part):
    name: Line
    version: Line


class Verification(Part):
    """The independent look afterwards. ``leftovers``: how many of which kind; ``unread``: things it could not read.

    ``key_said_to_be_lost``: nobody ever saw the key, and two people said so; what became of it was not measured.
    """

    method: Literal["independent_look"] = "independent_look"
    looked_at: tuple[Code, ...]
    not_looked_at: tuple[Code, ...]
    files_read: Count
    bytes_read: Count
    leftovers: dict[Code, Count]
    unread: Count
    stations_still_open: Count
    key_said_to_be_lost: bool
    result: Verdict


class Person(Part):
    """Who did it or looked again. ``account``: what the machine knows; the rest is what was given, or by hand."""

    account: Written = ""
    name: Written = ""
    role: Written = ""
    place: Written = ""
    contact: Written = ""
    signature: Literal["on_paper"] = "on_paper"


class MediumState(StrEnum):
    IN_USE = "in_use"  # before: held the event's personal data
    STAYS_IN_SERVICE = "stays_in_service"
    SET_ASIDE = "set_aside"  # not to be handed over before a closing ended with PASS


class CopyElsewhere(StrEnum):
    """Copies no kiosk can reach; the organiser signs for each."""

    ORGANISER_ROSTER = "organiser_roster"
    TRANSPORT_PACKAGES = "transport_packages"
    USED_LIST = "used_list"
    BACKUPS_AND_PRINTS = "backups_and_prints"


class AuditPart(Part):
    """``head``: ``sequence:hash`` of the audit log just before, an anchor for its check; else why there is none."""

    head: Annotated[str, StringConstraints(pattern=r"^([0-9]{1,12}:[A-Za-z0-9_-]{43})?$")]
    why_empty: Literal["", "no_log", "unreadable"]


class Certificate(Part):
    """All of it. ``began``: of the first try; ``resumed``: how often the closing was taken up again after a cut.

    ``replaces``: SHA-256 of the certificate of an earlier try.
    """

    form: Literal["venue-kiosk-certificate-1"] = "venue-kiosk-certificate-1"
    event: EventPart
    kiosk: KioskPart
    data_categories: tuple[DataCategory, ...]
    method: MethodPart
    tool: ToolPart
    because: Because
    resumed: Count
    began: AwareDatetime
    ended: AwareDatetime
    verification: Verification
    operator: Person
    verifier: Person
    destroyed: dict[Code, Count] | None
    files_removed: Count
    key_fingerprint: Hex16 | None
    audit_log: AuditPart
    state_before: MediumState
    state_after: MediumState
    copies_elsewhere: tuple[CopyElsewhere, ...]
    replaces: Hex64 | None
    verdict: Verdict


def canonical(part: Part) -> bytes:
    """The one way to write a part: RFC 8785 (sorted keys, no spaces, UTF-8); the models hold no fractions."""
    text = json.dumps(part.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")
