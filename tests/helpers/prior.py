"""An event that takes lanes chosen with tickets, and the key of whoever signs its consents."""

from __future__ import annotations

import base64
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.config.event_sections import PriorChoice
from kiosk.config.rehearsal_event import rehearsal_event

KEY, OTHER_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (7, 8))
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode("ascii")
PLAIN = rehearsal_event(date(2026, 5, 1)).model_copy(update={"prior_choice": PriorChoice()})
EVENT = PLAIN.model_copy(update={"prior_choice": PriorChoice(taken=True, key=PUBLIC)})
