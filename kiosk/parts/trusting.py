"""The issuers this machine trusts, as the passport reader asks for them: loaded once, and again when they change."""

from __future__ import annotations

import logging

from drivers.emrtd.trust import Trust
from drivers.emrtd.trust_folder import TrustFolder, TrustUnusable

log = logging.getLogger(__name__)


class InstalledTrust:
    """Called for every document, from the reader's thread. Parsing a list of a hundred States takes half a second.

    What cannot be read counts as nothing: every issuer is then unknown, and their documents go to staff.
    """

    def __init__(self, folder: TrustFolder) -> None:
        self._folder = folder
        self._seen: int | None = None
        self._trust = Trust()

    def __call__(self) -> Trust:
        changed = self._changed_at()
        if changed != self._seen:
            self._seen, self._trust = changed, self._loaded()
        return self._trust

    def _changed_at(self) -> int:
        try:
            return self._folder.index_file.stat().st_mtime_ns
        except OSError:
            return 0

    def _loaded(self) -> Trust:
        try:
            return self._folder.load().trust()
        except (TrustUnusable, OSError) as error:
            log.warning("trusted issuers cannot be read: %s", error)
            return Trust()
