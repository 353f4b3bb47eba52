"""PostgreSQL's own programs, run as the user its files belong to. It refuses to run as root, and so do we."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from kiosk.base.errors import BaseTrouble
from kiosk.base.place import BasePlace, BaseSettings

LEAST_VERSION = 15
DEBIAN_PLACES = Path("/usr/lib/postgresql")
_KEPT = ("PATH", "LANG", "TZ")


def program_folder() -> Path:
    """The newest PostgreSQL of this machine that will do. Raises BaseTrouble."""
    found = sorted(
        (int(folder.name), folder / "bin")
        for folder in (DEBIAN_PLACES.iterdir() if DEBIAN_PLACES.is_dir() else [])
        if folder.name.isdigit() and (folder / "bin" / "postgres").is_file()
    )
    if found and found[-1][0] >= LEAST_VERSION:
        return found[-1][1]
    on_path = shutil.which("postgres")
    if on_path is None:
        raise BaseTrouble(
            f"PostgreSQL {LEAST_VERSION} or later is not on this machine. Install it: apt-get install postgresql"
        )
    return Path(on_path).resolve().parent


def environment() -> Mapping[str, str]:
    """What PostgreSQL may know of ours: nothing of libpq's variables."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {"LC_ALL": "C.UTF-8"}


def run(place: BasePlace, settings: BaseSettings, *command: str | Path, limit_s: float = 120.0) -> str:
    """Run a program of PostgreSQL to its end; what it printed. Raises BaseTrouble with its own last words."""
    full = [program_folder() / command[0], *command[1:]]
    account, other = settings.account, settings.account.pw_uid != os.geteuid()
    try:
        done = subprocess.run(
            full,
            check=False,
            capture_output=True,
            text=True,
            timeout=limit_s,
            env=environment(),
            cwd=place.folder,
            user=account.pw_uid if other else None,
            group=account.pw_gid if other else None,
            extra_groups=os.getgrouplist(account.pw_name, account.pw_gid) if other else None,
        )
    except subprocess.TimeoutExpired:
        raise BaseTrouble(f"{command[0]} did not end within {limit_s:.0f} s.") from None
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise BaseTrouble(f"{command[0]} could not do it: {said[-1] if said else 'no reason was given'}")
    return done.stdout


def become(settings: BaseSettings) -> None:
    """This process takes PostgreSQL's user on, for good."""
    account = settings.account
    if os.geteuid() != account.pw_uid:
        os.initgroups(account.pw_name, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
