"""``kiosk office``: accounts, overrides, the audit log, the event and the machine, in a window."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk.base.place import BasePlace
from kiosk.cli.base import DEFAULT_BASE_DIR, BaseDir
from kiosk.cli.doctor import examine
from kiosk.cli.saying import BAD_USAGE, require_display, stop
from kiosk.cli.trail import device_log
from kiosk.cli.who import said
from kiosk.closing.bound import is_rehearsal
from kiosk.config.faults import ConfigFaults
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.login import accounts_of, set_up
from kiosk.office.device import DoctorLine
from kiosk.ports import SystemClock


def office(
    config: Annotated[Path, typer.Option("--config", help="The machine file (TOML).", dir_okay=False)],
    fullscreen: Annotated[bool, typer.Option("--fullscreen", help="Over the whole screen, whatever the file says.")] = (
        False
    ),
    base: BaseDir = DEFAULT_BASE_DIR,
) -> None:
    """Open the office for whoever is not at a gate; everybody logs in, and sees what their role allows."""
    from kiosk.service import load_office  # windows are loaded only by who wants one

    try:
        loaded = load_office(config)
    except ConfigFaults as faults:
        stop("\n".join(str(fault) for fault in faults.faults), BAD_USAGE)
    machine = loaded.machine
    place = DevicePlace(machine.data_dir, machine.key_dir)
    with said():
        if not set_up(place):
            stop("This machine has no accounts yet. Set it up first: kiosk account first --help")
    require_display()
    from kiosk.office_screen import OfficeScreen
    from kiosk.service import end_on_signals
    from kiosk.ui.app_setup import make_application
    from kiosk.vault.core_dumps import leave_no_core, refuse_attaching

    leave_no_core()
    if not is_rehearsal(EventPlace(machine.data_dir, machine.key_dir, machine.event)):
        refuse_attaching()
    application = make_application(sys.argv[:1], machine.language.value, training=machine.training)
    end_on_signals(application)

    def doctor() -> list[DoctorLine]:
        return [DoctorLine(each.what, each.level.value, each.sentence, each.mend) for each in examine(config)]

    with said(), accounts_of(place) as accounts:
        log = device_log(machine.data_dir, machine.key_dir)
        screen = OfficeScreen(loaded, accounts, log, doctor, SystemClock(), base=BasePlace(base.absolute()))
        application.installEventFilter(screen.window)
        if fullscreen or machine.window.fullscreen:
            screen.window.show_full_screen()
        else:
            screen.window.show_as_window(machine.window.width_px, machine.window.height_px)
        try:
            application.exec()
        finally:
            application.removeEventFilter(screen.window)
            screen.close()
