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
        _station()
    else:
        from kiosk.cli.main import app

        app()


def _station() -> None:
    """The one command that somebody at a gate waits for: without everything that the others need."""
    from kiosk.cli.examples import give_examples
    from kiosk.cli.program import new_program
    from kiosk.cli.run import run

    program = new_program()
    program.command("run")(run)
    give_examples(program)
    program()


if __name__ == "__main__":
    main()
