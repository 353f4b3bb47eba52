"""Where a base's files lie, and as whom its PostgreSQL runs.

::

    <folder>/base.json         port, names, user: what ``kiosk base init`` was told
             ca/ca.key         signs certificates; never leaves this folder
             ca/ca.crt
             tls/server.key    the base's own certificate, for PostgreSQL alone
             tls/server.crt  tls/ca.crt  tls/revoked.pem
             data/             PostgreSQL's files
             socket/           the way in for commands on this machine
             log/              what PostgreSQL says when it runs in the background
"""

from __future__ import annotations

import json
import os
import pwd
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.base.errors import BaseTrouble

DEFAULT_PORT = 5433
"""Not PostgreSQL's usual one, which Debian's own cluster takes."""


@dataclass(frozen=True)
class BasePlace:
    folder: Path

    @property
    def settings_file(self) -> Path:
        return self.folder / "base.json"

    @property
    def ca(self) -> Path:
        return self.folder / "ca"

    @property
    def tls(self) -> Path:
        return self.folder / "tls"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        return self.folder / "socket"

    @property
    def log(self) -> Path:
        return self.folder / "log"


@dataclass(frozen=True)
class BaseSettings:
    """``names``: DNS names and addresses that devices reach the base by. ``user``: who PostgreSQL runs as.
    ``standbys``: where standbys will be reached; devices that are enrolled from then on know of them.
    """

    names: tuple[str, ...]
    port: int
    user: str
    standbys: tuple[str, ...] = ()

    @property
    def account(self) -> pwd.struct_passwd:
        """Raises BaseTrouble when the machine has no such user."""
        try:
            return pwd.getpwnam(self.user)
        except KeyError:
            raise BaseTrouble(f"This machine has no user {self.user}.") from None


def own_user() -> str:
    """Who gives the command."""
    return pwd.getpwuid(os.geteuid()).pw_name


def read_settings(place: BasePlace) -> BaseSettings:
    """Raises BaseTrouble where there is no base, or a damaged one."""
    try:
        value = json.loads(place.settings_file.read_text(encoding="utf-8"))
        return BaseSettings(
            tuple(map(str, value["names"])),
            int(value["port"]),
            str(value["user"]),
            tuple(map(str, value.get("standbys", ()))),
        )
    except FileNotFoundError:
        raise BaseTrouble(f"There is no base in {place.folder}. Make one: kiosk base init --name ADDRESS") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise BaseTrouble(f"{place.settings_file} cannot be read.") from None


def write_settings(place: BasePlace, settings: BaseSettings) -> None:
    place.settings_file.write_text(json.dumps(asdict(settings)) + "\n", encoding="utf-8")
