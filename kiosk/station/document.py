"""The document and code of the visit in progress: held in memory, wiped when the visit lets go."""

from __future__ import annotations

from drivers.port import IdentityRead, IdToken, PortraitRead
from kiosk.ledger.port import Presented


class CurrentDocument:
    """Owns what was presented. ``forget`` overwrites what can be overwritten and drops the rest.

    Identity and portrait are taken from one and the same laying down only. What a reader delivers of a document that
    was turned away, or that belongs to a visit already over, is wiped at once and ``..._read`` returns False.
    """

    def __init__(self) -> None:
        self._identity: IdentityRead | None = None
        self._portrait: PortraitRead | None = None
        self._code: str | None = None
        self._disputing: IdToken | None = None
        self._reading = self._identified = False

    def put_down(self) -> None:
        """What is read from now on belongs to this visit."""
        self._reading, self._identified = True, False

    def turn_away(self) -> None:
        """What is read from now on is somebody else's document."""
        self._reading = False

    @property
    def known(self) -> bool:
        return self._identity is not None

    @property
    def code_known(self) -> bool:
        return self._code is not None

    def identity_read(self, identity: IdentityRead) -> bool:
        if not self._reading:
            identity.name.wipe()
            return False
        self._drop_identity()
        self._drop_portrait()
        self._identity, self._identified = identity, True
        return True

    def portrait_read(self, portrait: PortraitRead) -> bool:
        if not (self._reading and self._identified):
            portrait.data.wipe()
            return False
        self._drop_portrait()
        self._portrait = portrait
        return True

    def code_scanned(self, untrusted_code: str) -> None:
        self._code = untrusted_code

    def presented(self) -> Presented:
        """What the ticket check is made from."""
        identity = self._identity
        return Presented(
            token=identity.token if identity else None,
            name=identity.name if identity else None,
            untrusted_code=self._code,
        )

    def hand_over_portrait(self) -> PortraitRead | None:
        """Give the portrait away; whoever takes it wipes it."""
        portrait, self._portrait = self._portrait, None
        return portrait

    def drop_portrait(self) -> None:
        """Overwrite the portrait; the rest stays."""
        self._drop_portrait()

    def same_holder(self) -> bool:
        """Whether the document is that of whoever disputes an earlier check; True where nobody does."""
        return self._disputing is None or (self._identity is not None and self._identity.token == self._disputing)

    def forget(self, *, but_holder: bool = False) -> None:
        """``but_holder``: the keyed hash of the document's number stays until the next call, to know the holder by."""
        self.turn_away()
        self._disputing = self._identity.token if but_holder and self._identity is not None else None
        self._drop_identity()
        self._drop_portrait()
        self._code = None

    def _drop_identity(self) -> None:
        if self._identity is not None:
            self._identity.name.wipe()
        self._identity = None

    def _drop_portrait(self) -> None:
        if self._portrait is not None:
            self._portrait.data.wipe()
        self._portrait = None
