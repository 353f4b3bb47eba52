"""The first lines of the ``kiosk`` command. A live station starts afresh before anything of others is loaded: once
loaded, some libraries write into the environment it is looked over for."""

from __future__ import annotations

import sys

from kiosk.cli.afresh import start_afresh
from kiosk.vault.core_dumps import leave_no_core


def main() -> None:
    leave_no_core()
    if sys.argv[1:2] == ["run"]:
        start_afresh()
    from kiosk.cli.main import app

    app()


if __name__ == "__main__":
    main()
