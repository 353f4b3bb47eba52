"""A lane chosen with the ticket: staff by a word, a face check only by a consent the organiser's system signed (R-06).

A consent reads ``1.UNTIL.SIGNATURE``: UTC seconds it is good until, and an Ed25519 signature in base64url without
padding, over ``consent_message``: this event, this ticket's code, this version of the notice, the one purpose, face
checks and nothing else. Whatever does not verify is no consent, and the choice stays open. Verifying takes the public
key alone; no secret is compared, so nothing can be learnt from how long it takes.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.config.event import EventConfig
from kiosk.config.notice import notice_hash
from kiosk.domain.check import normalise_code
from kiosk.domain.lane import Lane

CONSENT = re.compile(r"1\.([1-9][0-9]{8,10})\.([A-Za-z0-9_-]{86})")


@dataclass(frozen=True)
class PriorNote:
    """What the store holds of one ticket's lane: "" for nothing, ``staff``, or a consent."""

    code: str = field(repr=False)
    said: str = field(repr=False)


def consent_message(event: EventConfig, code: str, until_s: int) -> bytes:
    """What a consent signs: canonical JSON with sorted keys, no spaces, UTF-8."""
    words = {
        "consent": 1,
        "event": event.id,
        "lane": Lane.FACE.value,
        "notice": notice_hash(event),
        "ticket": normalise_code(code),
        "until": until_s,
        "use": event.reason.use.value,
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def signed_consent(event: EventConfig, code: str, until_s: int, key: Ed25519PrivateKey) -> str:
    """As an organiser's ticket system writes it; the product itself signs for rehearsals and tests only."""
    signature = base64.urlsafe_b64encode(key.sign(consent_message(event, code, until_s))).rstrip(b"=")
    return f"1.{until_s}.{signature.decode('ascii')}"


class PriorChoices:
    """Judges what tickets say, for one event. Anything unusable is None: no choice was made beforehand."""

    def __init__(self, event: EventConfig) -> None:
        self._event, self._taken = event, event.prior_choice.taken
        key = event.prior_choice.key_bytes
        self._key = Ed25519PublicKey.from_public_bytes(key) if key else None

    def lane(self, note: PriorNote | None, now: float) -> Lane | None:
        """The lane that counts at ``now`` (UTC seconds)."""
        if note is None or not self._taken:
            return None
        if note.said == Lane.STAFF:
            return Lane.STAFF
        return Lane.FACE if self.consents(note.code, note.said, now) else None

    def consents(self, code: str, untrusted_consent: str, now: float) -> bool:
        """Whether it is signed for this ticket and this notice, and not over."""
        found = CONSENT.fullmatch(untrusted_consent)
        if found is None or self._key is None or not self._event.face.enabled:
            return False
        until_s = int(found[1])
        if now >= until_s:
            return False
        try:
            signature = base64.urlsafe_b64decode(found[2] + "==")
            self._key.verify(signature, consent_message(self._event, code, until_s))
        except (binascii.Error, InvalidSignature):
            return False
        return True
