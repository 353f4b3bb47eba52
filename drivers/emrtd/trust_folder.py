"""The organiser's trust on disk: what was imported, and the index that says what of it counts.

```
index.json                 one entry per file: kind, SHA-256, when imported, for lists the pin
<kind>-<16 digits>.der     as imported; a file the index does not name is not looked at
```

Everything is checked again whenever it is loaded: a list against its pin, a revocation list against its issuer. Of the
lists under one pin the newest counts; the one before it is kept to go back to.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from drivers.emrtd.certificates import Certificate, parse_certificate
from drivers.emrtd.errors import EmrtdError
from drivers.emrtd.master_list import MasterList, parse_master_list
from drivers.emrtd.revocation import RevocationList, parse_revocation_list
from drivers.emrtd.trust import Trust

__all__ = ["Entry", "Installed", "ListInUse", "TrustFolder", "TrustUnusable"]

INDEX = "index.json"
_LIST, _CERTIFICATE, _REVOCATIONS = "list", "certificate", "revocations"
_KINDS = (_LIST, _CERTIFICATE, _REVOCATIONS)
_KEPT_LISTS = 2


class TrustUnusable(EmrtdError):
    """The folder's index cannot be read."""

    code = "trust_unusable"


@dataclass(frozen=True)
class Entry:
    """One imported file. ``pin``: for lists, SHA-256 of the certificate its signer leads to. ``imported``: ISO 8601."""

    kind: str
    sha256: str
    imported: str
    pin: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.sha256[:16]}"


@dataclass(frozen=True)
class ListInUse:
    entry: Entry
    content: MasterList
    signer: Certificate

    @property
    def signed_at(self) -> datetime:
        assert self.content.signed_at is not None
        return self.content.signed_at


@dataclass(frozen=True)
class Installed:
    """``earlier``: lists kept to go back to. ``faults``: files that do not count, with the reason in a few words."""

    lists: tuple[ListInUse, ...] = ()
    earlier: tuple[ListInUse, ...] = ()
    certificates: tuple[tuple[Entry, Certificate], ...] = ()
    revocations: tuple[tuple[Entry, RevocationList], ...] = ()
    faults: tuple[tuple[str, str], ...] = ()

    def trust(self) -> Trust:
        issuers = [each for used in self.lists for each in used.content.certificates]
        issuers += [certificate for _, certificate in self.certificates]
        return Trust(issuers, [each for _, each in self.revocations])

    @property
    def pins(self) -> frozenset[str]:
        return frozenset(used.entry.pin for used in (*self.lists, *self.earlier))


class TrustFolder:
    """Read by many, written by one command at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def index_file(self) -> Path:
        return self.folder / INDEX

    def load(self) -> Installed:
        """What is installed and counts. Raises TrustUnusable, OSError; a folder that is not there holds nothing."""
        lists: list[ListInUse] = []
        certificates: list[tuple[Entry, Certificate]] = []
        revocations: list[tuple[Entry, RevocationList]] = []
        faults: list[tuple[str, str]] = []
        for entry in self._entries():
            try:
                data = self._content(entry)
                if entry.kind == _LIST:
                    content = parse_master_list(data)
                    lists.append(ListInUse(entry, content, content.signer_of(frozenset({entry.pin}))))
                elif entry.kind == _CERTIFICATE:
                    certificates.append((entry, parse_certificate(data)))
                else:
                    revocations.append((entry, parse_revocation_list(data)))
            except EmrtdError as error:
                faults.append((entry.name, error.step))
        newest, earlier = _by_age(lists)
        return Installed(newest, earlier, tuple(certificates), tuple(revocations), tuple(faults))

    def add_list(self, content: MasterList, pin: str, now: datetime) -> Entry:
        """Install a list that was checked against ``pin``. Of more than two under it the oldest goes."""
        entry = self._written(_LIST, content.raw, now, pin)
        used = [each for each in self._all_lists() if each.entry.pin == pin and each.entry != entry]
        used.sort(key=lambda each: each.signed_at, reverse=True)
        gone = {each.entry.sha256 for each in used[_KEPT_LISTS - 1 :]}
        self._save([each for each in self._entries() if each.sha256 not in gone], entry)
        self._unlink(gone)
        return entry

    def add_certificate(self, certificate: Certificate, now: datetime) -> Entry:
        entry = self._written(_CERTIFICATE, certificate.raw, now)
        self._save(self._entries(), entry)
        return entry

    def add_revocations(self, revocations: RevocationList, now: datetime) -> Entry:
        """In place of older ones of the same issuer."""
        entry = self._written(_REVOCATIONS, revocations.raw, now)
        gone = {
            old.sha256
            for old, each in self.load().revocations
            if each.issuer == revocations.issuer and each.this_update <= revocations.this_update
        } - {entry.sha256}
        self._save([each for each in self._entries() if each.sha256 not in gone], entry)
        self._unlink(gone)
        return entry

    def remove(self, name: str) -> Entry | None:
        """The entry of that name, gone from index and disk; None without one."""
        entries = list(self._entries())
        found = next((each for each in entries if each.name == name), None)
        if found is not None:
            self._save([each for each in entries if each != found])
            self._unlink({found.sha256})
        return found

    def _all_lists(self) -> list[ListInUse]:
        installed = self.load()
        return [*installed.lists, *installed.earlier]

    def _entries(self) -> list[Entry]:
        try:
            text = self.index_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        try:
            return list(_parsed(json.loads(text)))
        except (ValueError, TypeError, KeyError, UnicodeDecodeError) as error:
            raise TrustUnusable("the index of trusted issuers cannot be read") from error

    def _content(self, entry: Entry) -> bytes:
        """Raises TrustUnusable when the file is not the one that was imported."""
        try:
            data = self._path(entry.kind, entry.sha256).read_bytes()
        except FileNotFoundError:
            raise TrustUnusable("the file is missing") from None
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise TrustUnusable("the file was changed after it was imported")
        return data

    def _written(self, kind: str, data: bytes, now: datetime, pin: str = "") -> Entry:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        entry = Entry(kind, hashlib.sha256(data).hexdigest(), now.isoformat(timespec="seconds"), pin)
        _write_whole(self._path(kind, entry.sha256), data)
        return entry

    def _save(self, entries: list[Entry], added: Entry | None = None) -> None:
        kept = [each for each in entries if added is None or each.sha256 != added.sha256]
        kept += [added] if added is not None else []
        text = json.dumps({"version": 1, "files": [asdict(each) for each in kept]}, indent=1)
        _write_whole(self.index_file, text.encode("utf-8"))

    def _path(self, kind: str, sha256: str) -> Path:
        return self.folder / f"{kind}-{sha256[:16]}.der"

    def _unlink(self, gone: set[str]) -> None:
        for sha256 in gone:
            for kind in _KINDS:
                self._path(kind, sha256).unlink(missing_ok=True)


def _parsed(index: Any) -> Iterator[Entry]:
    if index["version"] != 1:
        raise ValueError("version")
    for each in index["files"]:
        entry = Entry(**each)
        if entry.kind not in _KINDS or len(bytes.fromhex(entry.sha256)) != 32:
            raise ValueError("entry")
        yield entry


def _by_age(lists: list[ListInUse]) -> tuple[tuple[ListInUse, ...], tuple[ListInUse, ...]]:
    """(the newest under each pin, all others)."""
    newest: dict[str, ListInUse] = {}
    for used in sorted(lists, key=lambda each: each.signed_at):
        newest[used.entry.pin] = used
    chosen = tuple(newest.values())
    return chosen, tuple(each for each in lists if each not in chosen)


def _write_whole(path: Path, data: bytes) -> None:
    """So that after a crash ``path`` holds the old bytes or the new ones. Raises OSError."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
