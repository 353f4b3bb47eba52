"""Starts one station of the product for a rehearsal: ``kiosk run`` with fingers attached.

``python -m kiosk.rehearsal.product --config FILE --socket PATH [--as NAME] [--rules JSON]``.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from kiosk.app import Assembled, rules_of
from kiosk.rehearsal.link import RehearsalLink
from kiosk.rehearsal.measured import MeasuredApplication
from kiosk.service import load_station, serve


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--as", dest="name", required=True)
    parser.add_argument("--rules", type=json.loads, default={})
    options = parser.parse_args()
    config = load_station(options.config)
    if not config.rehearsal:
        parser.error("this event is live: it cannot be rehearsed")
    application = MeasuredApplication(sys.argv[:1])
    link = RehearsalLink(options.socket, options.name, application.finger)

    def ready(app: Assembled, startup_s: float) -> None:
        application.dispatched = app.pulse.dispatched
        link.attach(app.window, app.mailbox, app.pulse, lambda: QApplication.exit(0))
        link.start(startup_s)

    return serve(config, link, replace(rules_of(config), **options.rules), ready, measured_from_outside=True)


if __name__ == "__main__":
    raise SystemExit(main())
