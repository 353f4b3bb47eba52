"""Who gives a command: logged in with password and one-time code, and remembered for five idle minutes."""

from __future__ import annotations

import os
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from kiosk.accounts.logins import LoginRefused, Session
from kiosk.accounts.refusal import sentence_of_refusal
from kiosk.cli.asking import ask, ask_code
from kiosk.cli.saying import NOT_ALLOWED, stop, stop_at
from kiosk.cli.session_place import session_file
from kiosk.closing.bound import BoundUnusable, read_bound
from kiosk.config.event import Mode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Action, NotAllowed, Principal, authorise
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.words import store_words
from kiosk.login import COMMANDS, Accounts, accounts_of, before_set_up, set_up
from kiosk.text import Texts
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import SealBroken
from kiosk.vault.words import key_words

ACCOUNT_VARIABLE = "VENUE_KIOSK_ACCOUNT"
_SPEECH = Texts("en")

_REFUSED = {
    "wrong": "Account, password or code is wrong. Nobody is logged in.",
    "replayed": "This code was used already. Wait for the next one, at most 30 seconds.",
    "expired": "This account has ended.",
    "elsewhere": "This account is logged in at another station. Log out there first.",
    "must_change": "This password has to be changed first: kiosk account passwd {account}",
    "reused": "This is one of the last five passwords. Choose another.",
    "over": "The log-in is over. Log in again.",
    "weak_too_short": "The password needs twelve characters, or eight of three kinds (a-z, A-Z, 0-9, other).",
    "weak_too_simple": "The password needs twelve characters, or eight of three kinds (a-z, A-Z, 0-9, other).",
    "weak_too_long": "The password may have at most 128 characters.",
    "weak_has_id": "The password must not contain the account's id.",
}


_data: ContextVar[Path] = ContextVar("data")
_keys: ContextVar[Path] = ContextVar("keys")


def data_chosen(value: Path) -> Path:
    """For the option --data: whose accounts the command asks for."""
    _data.set(value.absolute())
    return value


def keys_chosen(value: Path) -> Path:
    """For the option --keys."""
    _keys.set(value.absolute())
    return value


def chosen_place() -> DevicePlace:
    """The machine of the options --data and --keys."""
    return DevicePlace(_data.get(), _keys.get())


def acting(action: Action, event: str = "") -> Principal:
    """Who gives this command, allowed to do ``action``; asks for a log-in where the machine has accounts.

    The machine is the one of the options --data and --keys. One without accounts is refused where real tickets are
    touched, that is, where ``event`` is live; in a rehearsal whoever may read the machine's keys acts.
    """
    place = chosen_place()
    with said():
        if not set_up(place):
            if _is_live(EventPlace(place.data_dir, place.key_dir, event)):
                stop("This machine has no accounts yet. Set it up first: kiosk account first --help")
            authorise(before_set_up(), action)
            return before_set_up()
        with accounts_of(place) as accounts:
            who = logged_in(accounts, place).account.principal()
            accounts.require(who, action)
            return who


def _is_live(place: EventPlace) -> bool:
    if not place.event_id or "/" in place.event_id:
        return False
    try:
        bound = read_bound(place)  # whoever may write the data folder makes no rehearsal of it
        if bound is not None:
            return bound.terms.mode == Mode.LIVE
        return place.event_file.is_file() and load_event(place.event_file).mode is Mode.LIVE
    except BoundUnusable:
        return True
    except ConfigFaults:
        return False  # what cannot be read cannot be served either; its closing must stay possible


def logged_in(accounts: Accounts, place: DevicePlace) -> Session:
    """The session of an earlier command, or a new one after asking. Raises LoginRefused."""
    kept = session_file(place)
    if kept is not None and kept.is_file():
        try:
            return accounts.logins.resume(kept.read_text(encoding="ascii", errors="replace"))
        except LoginRefused:
            kept.unlink(missing_ok=True)
    account_id = os.environ.get(ACCOUNT_VARIABLE) or ask("Account")
    password, code = ask("Password", hidden=True), ask_code()
    try:
        session = accounts.logins.admin(account_id, password, code, COMMANDS)
    except LoginRefused as refused:
        stop(sentence_of(refused, account_id), NOT_ALLOWED)
    remember(session, kept)
    return session


def remember(session: Session, kept: Path | None) -> None:
    """Keep the session's secret where kiosk.cli.session_place says."""
    if kept is not None:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(session.token)


class said:  # noqa: N801 - reads as a verb: with said():
    """What keeps somebody from being logged in or from acting, as one sentence and an exit code."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        match error:
            case LoginRefused():
                stop(sentence_of(error), NOT_ALLOWED)
            case NotAllowed():
                refuse(error)
            case LedgerUnavailable():
                stop(f"The accounts of this machine cannot be used: {store_words(error)}.")
            case KeyFileUnusable():
                stop(f"The key of this machine's accounts cannot be used: {key_words(error)}.")
            case SealBroken():
                stop("An account was changed by other means than this program, or its key is another one.")
            case OSError():
                stop_at(error, "The store of accounts")


def refuse(refused: NotAllowed) -> NoReturn:
    """Say who may instead."""
    again = "Log in as somebody who may: kiosk account logout, then kiosk account login."
    stop(f"{sentence_of_refusal(refused, _SPEECH)} {again}", NOT_ALLOWED)


def sentence_of(refused: LoginRefused, account_id: str = "ACCOUNT") -> str:
    if refused.code == "locked":
        until = datetime.fromtimestamp(refused.until).astimezone()
        sooner = f"Whoever may, ends that with kiosk account unlock {account_id}."
        return f"This account is locked until {until:%H:%M:%S}. {sooner}"
    return _REFUSED.get(refused.code, "Nobody is logged in.").format(account=account_id)
