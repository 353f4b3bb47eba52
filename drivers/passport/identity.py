"""From DG1 to what a gate may know (R-23): token, masked name, old enough, validity. Nothing else of it is kept."""

from __future__ import annotations

from drivers.emrtd.dg1 import Dg1
from drivers.holder import mask_name, old_enough
from drivers.mrz.dates import expiry_date, latest_birth_date
from drivers.mrz.layout import MrzFormat
from drivers.mrz.parse import Mrz, parse
from drivers.port import DocumentKind, DocumentValidity, IdentityRead, ReadingRules
from drivers.secret import SecretText

__all__ = ["identity_of", "state_of"]

_STATES = {"D": "DEU"}
"""Documents of Germany print one letter (ICAO 9303-3, section 5); rosters say three."""


def identity_of(zone: Dg1, rules: ReadingRules, first_byte_at_s: float) -> IdentityRead:
    """Raises MrzRejected where the chip's own zone does not check."""
    mrz = parse(zone.lines)
    kind = DocumentKind.PASSPORT if mrz.format is MrzFormat.TD3 else DocumentKind.IDENTITY_CARD
    state = state_of(mrz.issuing_state)
    name = f"{mrz.primary_identifier}, {mrz.secondary_identifier}".rstrip(", ")
    return IdentityRead(
        kind=kind,
        issuing_state=state,
        token=rules.tokenise(kind, state, mrz.document_number),
        masked_name=mask_name(mrz.primary_identifier or mrz.secondary_identifier),
        name=SecretText(name),
        age_ok=_old_enough(mrz, rules),
        validity=_validity(mrz, rules),
        first_byte_at_s=first_byte_at_s,
        to_be_proved=True,
    )


def state_of(printed: str) -> str:
    """Three letters for what a zone prints."""
    return _STATES.get(printed, printed)


def _old_enough(mrz: Mrz, rules: ReadingRules) -> bool:
    """By the latest day the zone can mean; an unknown year is not old enough, and a person looks."""
    born = latest_birth_date(mrz.birth_date, rules.event_day)
    return born is not None and old_enough(born, rules.event_day, rules.minimum_age_years)


def _validity(mrz: Mrz, rules: ReadingRules) -> DocumentValidity:
    """A document that names no end does not end."""
    ends = expiry_date(mrz.expiry_date)
    expired = ends is not None and rules.event_day > ends
    return DocumentValidity.EXPIRED if expired else DocumentValidity.VALID
