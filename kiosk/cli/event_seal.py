"""What opening an event says about the seal: gates open either way, face lanes only behind a seal that holds."""

from __future__ import annotations

import typer

from kiosk.cli.trail import device_log
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.integrity.check import State
from kiosk.integrity.station_check import check_all, keeps_face_lane_shut
from kiosk.workers.integrity import write_report

AT_OPENING = "event-open"


def look_at_seal(place: EventPlace) -> None:
    """Check, write the record, and warn where face lanes will stay shut. Raises ConfigFaults."""
    device = DevicePlace(place.data_dir, place.key_dir)
    report = check_all(device)
    write_report(device_log(place.data_dir, place.key_dir), report, AT_OPENING)
    if not keeps_face_lane_shut(report, load_event(place.event_file).mode):
        return
    why = "nothing is sealed on this machine" if report.state is State.NOT_SEALED else report.first
    typer.echo(f"Face lanes stay shut, staff check everybody: {why}.", err=True)
    typer.echo(
        "If what lies here is meant to be so: kiosk integrity seal --config MACHINE.toml --by NAME --reason WHY",
        err=True,
    )
