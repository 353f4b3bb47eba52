"""Which gate outputs may be used with real people."""

from __future__ import annotations

from drivers.port import GateOutput

__all__ = ["may_open_live"]


def may_open_live(output: GateOutput, installer_statement: bool) -> bool:
    """Whether live mode may use ``output``.

    Only a board that ends the opening pulse by itself is safe when this computer dies within the pulse.
    Any other needs ``installer_statement``: the installer has stated in writing that the turnstile ends
    its own cycle (locks again after one passage or its time limit) however long the opening contact stays
    closed. Fire-alarm and emergency release are wired past the kiosk in every case (sheet turnstiles
    section 5).
    """
    return output.self_timed or installer_statement
