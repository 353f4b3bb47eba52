"""Where the papers' values are on a machine: the event's folder, the device's log, the model card. Only reads."""

from __future__ import annotations

from contextlib import suppress

from kiosk.closing.certificate_file import sha256
from kiosk.closing.counts import counts_if_readable
from kiosk.closing.state import read_state
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.documents.figures import Figures, read_figures
from kiosk.documents.report import Report, report_of
from kiosk.face.card import CardUnusable, shipped_card


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
