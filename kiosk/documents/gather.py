"""Where the papers' values are on a machine: the event's folder, the device's log, the model card. Only reads."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version

from kiosk.closing.certificate_file import sha256
from kiosk.closing.counts import counts_if_readable
from kiosk.closing.state import read_state
from kiosk.config.event import EventConfig
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.documents.common import made_words
from kiosk.documents.figures import Figures, read_figures
from kiosk.documents.place_papers import Known
from kiosk.documents.report import Report, report_of
from kiosk.face.card import CardUnusable, shipped_card
from kiosk.text import Texts


def device_at(place: EventPlace) -> DevicePlace:
    return DevicePlace(place.data_dir, place.key_dir)


def figures_at(place: EventPlace) -> Figures:
    """Of the event, from the machine's log. Raises OSError."""
    return read_figures(device_at(place).audit_file, place.event_id)


def thresholds_now() -> dict[str, float]:
    """By kind of portrait; nothing without a model card, where nothing is compared."""
    with suppress(CardUnusable):
        return {kind: threshold.value for kind, threshold in shipped_card().thresholds.items()}
    return {}


def assessment_at(place: EventPlace) -> bytes | None:
    """The bytes somebody stood for last; None where no assessment was written with the program. Raises OSError."""
    try:
        return place.assessment_file.read_bytes()
    except FileNotFoundError:
        return None


def known_at(place: EventPlace, event: EventConfig, texts: Texts, now_s: float) -> Known:
    """Everything papers are made of. Raises OSError."""
    return Known(
        event=event,
        counts=counts_if_readable(place, read_state(place.state_file)) or {},
        figures=figures_at(place),
        assessment=assessment_at(place),
        texts=texts,
        made=made_words(now_s, version("venue-kiosk"), texts),
        today=datetime.fromtimestamp(now_s, UTC).date(),
    )


def report_at(place: EventPlace) -> Report:
    """As it stands now; after the end nothing changes any more. Raises OSError."""
    state = read_state(place.state_file)
    certificates = []
    with suppress(FileNotFoundError):
        certificates.append(sha256(place.certificate_file.read_bytes()))
    return report_of(
        place.event_id,
        state.value,
        counts_if_readable(place, state) or {},
        figures_at(place),
        thresholds_now(),
        certificates,
    )
