"""The document's portrait for an officer's eye: where the event says so, and where the station can decode any."""

from __future__ import annotations

from kiosk.config.event import DecoderKind
from kiosk.parts.capture import decoder_settings
from kiosk.parts.common import Common
from kiosk.ui.desk_window import DeskWindow
from kiosk.workers.portrait_viewing import PortraitViewing


def desk_portraits(common: Common, window: DeskWindow) -> PortraitViewing | None:
    """None: portraits are overwritten as soon as they have been read."""
    machine = common.config.machine
    decodes = machine.portrait.decoder is not DecoderKind.NONE or machine.passport_reader is not None
    if not (common.config.event.desk.chip_portrait and decodes):
        return None
    return PortraitViewing(decoder_settings(common.config), common.mailbox.post, window.show_portrait)
