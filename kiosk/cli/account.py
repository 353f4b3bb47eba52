"""``kiosk account``: personal accounts of this machine and the badges of an event's officers.

No secret is ever an argument: passwords and codes are asked for, starting secrets are shown once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import segno
import typer

from kiosk.accounts.account import OFFICERS, THREE_ADMINS, Account, Profile, RolesRefused, expiry_of
from kiosk.accounts.book import AccountFault, Issued, NewAccount
from kiosk.accounts.logins import LoginRefused
from kiosk.accounts.officer_file import read_officers
from kiosk.accounts.overrides import Standing
from kiosk.accounts.paper_process import on_paper
from kiosk.accounts.second_factor import matching_step, new_secret, uri
from kiosk.accounts.store import holds
from kiosk.cli.account_papers import papers_said
from kiosk.cli.asking import ask, ask_code
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, KeyDir
from kiosk.cli.saying import BAD_USAGE, FAILED, NOT_ALLOWED, stop
from kiosk.cli.session_place import session_file
from kiosk.cli.tables import show_table
from kiosk.cli.who import logged_in, remember, said, sentence_of
from kiosk.config.event import EventConfig
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Action, Principal, Role
from kiosk.login import COMMANDS, Accounts, accounts_of, set_up
from kiosk.roster.faults import RosterUnreadable

account_app = typer.Typer(help="Personal accounts, roles and badges.", no_args_is_help=True)

AccountId = Annotated[str, typer.Argument(help="The account's id.", metavar="ACCOUNT")]
EventOption = Annotated[str, typer.Option("--event", help="The event the officers work at.")]
Person = Annotated[
    str, typer.Option("--person", help="What tells this person from others, where the name does not: a staff number.")
]
CODE_TRIES = 3

Roles = Annotated[list[Role] | None, typer.Option("--role", help="The account's role; may be given more than once.")]
ListedEvent = Annotated[
    str | None, typer.Option("--event", help="The officers of this event; without it the machine's own accounts.")
]

_FAULTS = {
    "exists": "There is already an account with this id; ids are never given twice.",
    "unknown": "There is no such account.",
    "bad_id": "An id is a small letter and then 1 to 31 small letters, digits or -, for example org-lin.",
    "bad_name": "A name, or what --person says, is one line that can be seen, without marks of direction.",
    "set_up": "This machine has its accounts already. Further ones are made with kiosk account add.",
    "weak_too_short": "The password needs twelve characters, or eight of three kinds (a-z, A-Z, 0-9, other).",
    "weak_too_simple": "The password needs twelve characters, or eight of three kinds (a-z, A-Z, 0-9, other).",
    "weak_too_long": "The password may have at most 128 characters.",
    "weak_has_id": "The password must not contain the account's id.",
}
_ROLES_REFUSED = {
    "separated": "Nobody holds two of system_admin, security_admin and audit_admin, or audits what they organise.",
    "mixed": "Desk roles (attendant, supervisor) are accounts of their own.",
    "no_role": "The account needs a role that fits; the first one is security_admin's.",
    "no_person": "This role is a machine's, not a person's.",
    "no_event": "Officers belong to an event: name it with --event.",
}


@account_app.command("first")
def first(
    account_id: AccountId,
    name: Annotated[str, typer.Option("--name", help="The person's name.")],
    profile: Annotated[Profile, typer.Option("--profile", help="The rules for this machine's accounts.")],
    person: Person = "",
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Set the machine up: the first account, with a password of your own and an authenticator. Once only.

    Nothing is made before a code of the authenticator was right. In the profiles cn and eu-strict the account is the
    security administrator's, who makes the others; in generic it may do all.
    """
    roles = frozenset({Role.SECURITY_ADMIN}) if profile.separates else THREE_ADMINS | {Role.ORGANISER}
    new = NewAccount(account_id, name, roles, person)
    with _book(data, keys, first=True) as accounts:
        accounts.book.require_first(new, profile)
        password = ask("New password", hidden=True, twice=True)
        accounts.book.require_password(new, password)
        issued = Issued(new.account(), second=new_secret())
        typer.echo("Scan this with an authenticator app and type the code it shows:")
        _show_second(issued)
        code = _proved(accounts, issued)
        accounts.book.first(new, profile, password, issued.second)
        session = accounts.logins.admin(account_id, password, code, COMMANDS)
        remember(session, session_file(_device(data, keys)))
    typer.echo(f"Account {account_id} is made and logged in. From now on commands ask for a log-in.")


@account_app.command("add")
def add(
    account_id: AccountId,
    name: Annotated[str, typer.Option("--name", help="The person's name.")],
    role: Roles = None,
    event: Annotated[str, typer.Option("--event", help="For officers: the event they work at.")] = "",
    person: Person = "",
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Make one account. Officers get badge and PIN with kiosk account badges, everybody else a starting password."""
    roles = frozenset(role or ())
    with _book(data, keys) as accounts:
        action = Action.MANAGE_OFFICERS if roles and roles <= OFFICERS else Action.MANAGE_ADMINS
        by = _by(accounts, data, keys, action)
        expires_at = _expiry(_event(event, data, keys)) if event else None
        issued = accounts.book.add(by, NewAccount(account_id, name, roles, person, event, expires_at))
    _show(issued)


@account_app.command("list")
def list_(
    event: ListedEvent = None, as_json: AsJson = False, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR
) -> None:
    """The machine's own accounts, or the officers of one event."""
    with _book(data, keys) as accounts:
        found = accounts.book.listed(_by(accounts, data, keys, Action.READ_ACCOUNTS), event)
        now = accounts.book.clock.now()
    if as_json:
        typer.echo(json.dumps([_as_dict(one, now) for one in found], ensure_ascii=False))
        return
    if not found:
        typer.echo("There are none.")
        return
    rows = [(one.account_id, " ".join(sorted(one.roles)), _state(one, now), one.name) for one in found]
    show_table(("account", "roles", "state", "name"), rows)
    if event is None:
        typer.echo("Officers belong to their event: kiosk account list --event EVENT.", err=True)


@account_app.command("import")
def import_(
    officers: Annotated[Path, typer.Argument(help="CSV with columns id, name and, where wanted, role.")],
    event: EventOption,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Take the good rows although others are bad.")] = False,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Make the accounts of an event's officers. With one bad row none is made, unless --skip-bad is given."""
    with _book(data, keys) as accounts:
        by = _by(accounts, data, keys, Action.MANAGE_OFFICERS)
        taken = frozenset(row["account_id"] for row in accounts.store.rows())
        try:
            found = read_officers(officers, event, _expiry(_event(event, data, keys)), taken)
        except RosterUnreadable as unreadable:
            stop(f"{officers}: {unreadable.fault.sentence}")
        take = found.good if skip_bad or not found.faults else []
        if take:
            accounts.book.add_officers(by, take, event)
    for fault in found.faults:
        typer.echo(f"{officers}: {fault}", err=True)
    following = f" Next: {_badges(event)}" if take else ""
    typer.echo(f"{len(take)} of {found.rows} accounts made.{following}")
    if found.faults or not take:
        raise typer.Exit(FAILED)


@account_app.command("badges")
def badges(
    event: EventOption,
    pdf: Annotated[Path, typer.Option("--pdf", help="Write the badges here; the file must not exist yet.")],
    slips: Annotated[Path, typer.Option("--slips", help="Write the PIN slips here; the file must not exist yet.")],
    only: Annotated[list[str] | None, typer.Option("--only", help="A new badge for this account.")] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Make badges and starting PINs for officers who have none (or --only for one who lost theirs), as two PDFs.

    The machine keeps neither: a lost badge is replaced, never printed again. Hand the slips out apart from the badges.
    """
    for path in (pdf, slips):
        if path.exists() or not path.absolute().parent.is_dir():
            stop(f"{path} exists already, or its folder does not.", BAD_USAGE)
    with _book(data, keys) as accounts:
        by = _by(accounts, data, keys, Action.PRINT_BADGES)
        config = _event(event, data, keys)
        with papers_said(pdf, slips):
            issued = accounts.book.issue_badges(by, event, only or (), partial(on_paper, config, pdf, slips))
        if not issued:
            stop(f"Every officer of {event} has a badge.")
    typer.echo(f"{len(issued)} badges in {pdf}, their PINs in {slips}. Print both, then delete them.")


@account_app.command("revoke")
def revoke(account_id: AccountId, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Take an account away, for good and at once."""
    with _book(data, keys) as accounts:
        accounts.book.revoke(_by(accounts, data, keys, Action.MANAGE_OFFICERS), account_id)
    typer.echo(f"Account {account_id} is revoked.")


@account_app.command("unlock")
def unlock(account_id: AccountId, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """End the lock that five failed log-ins made."""
    with _book(data, keys) as accounts:
        accounts.book.unlock(_by(accounts, data, keys, Action.UNLOCK_ACCOUNT), account_id)
    typer.echo(f"Account {account_id} is not locked.")


@account_app.command("renew")
def renew(account_id: AccountId, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """A new starting password and authenticator for somebody who lost theirs."""
    with _book(data, keys) as accounts:
        issued = accounts.book.renew(_by(accounts, data, keys, Action.MANAGE_ADMINS), account_id)
    _show(issued)


@account_app.command("passwd")
def passwd(account_id: AccountId, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Change your own password; needed at the first log-in, and every 90 days in the profile cn."""
    with _book(data, keys) as accounts:
        old, code = ask("Password", hidden=True), ask_code()
        new = ask("New password", hidden=True, twice=True)
        try:
            session = accounts.logins.admin(account_id, old, code, COMMANDS, new_password=new)
        except LoginRefused as refused:
            stop(sentence_of(refused, account_id), NOT_ALLOWED)
        remember(session, session_file(_device(data, keys)))
    typer.echo(f"The password is changed. Logged in as {account_id}.")


@account_app.command("login")
def login(data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Log in; commands do not ask again until five minutes passed without one."""
    with _book(data, keys) as accounts:
        session = logged_in(accounts, _device(data, keys))
    typer.echo(f"Logged in as {session.account.account_id}.")


@account_app.command("logout")
def logout(data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """End the log-in of commands."""
    kept = session_file(_device(data, keys))
    if kept is None or not kept.is_file():
        typer.echo("Nobody is logged in.")
        return
    with _book(data, keys) as accounts:
        try:
            accounts.logins.end(accounts.logins.resume(kept.read_text(encoding="ascii", errors="replace")))
        except LoginRefused:
            typer.echo("The log-in had ended already.")
        kept.unlink(missing_ok=True)
    typer.echo("Logged out.")


@account_app.command("overrides")
def overrides(
    event: EventOption, as_json: AsJson = False, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR
) -> None:
    """How often each officer admitted somebody against the ticket check, or took an admission back; most first."""
    with _book(data, keys) as accounts:
        seen = accounts.book.overrides(_by(accounts, data, keys, Action.READ_OVERRIDES), event)
    if as_json:
        told = {
            one.account_id: {
                "admitted": one.admitted,
                "override": one.overrides,
                "undone": one.undone,
                "per_quarter": round(one.per_quarter, 2),
                "most": one.most,
                "standing": seen.standing(one),
            }
            for one in seen.officers
        }
        typer.echo(json.dumps(told))
        return
    rows = [
        (
            one.account_id,
            one.admitted,
            one.overrides,
            one.undone,
            f"{one.per_quarter:.1f}",
            "FAR ABOVE" if seen.standing(one) is Standing.FAR_ABOVE else "",
        )
        for one in seen.officers
    ]
    headings = ("account", "admitted", "override", "undone", "per 15 min", f"median {seen.median:.1f}")
    show_table(headings, rows, right=frozenset({1, 2, 3, 4}))


# --- shared -----------------------------------------------------------------------------------------


@contextmanager
def _book(data: Path, keys: Path, *, first: bool = False) -> Iterator[Accounts]:
    """The machine's accounts; everything that can go wrong with them as one sentence. Only ``first`` makes any."""
    with said():
        if not first and not set_up(_device(data, keys)):
            stop("This machine has no accounts yet. Set it up first: kiosk account first --help")
    with said(), accounts_of(_device(data, keys)) as accounts:
        try:
            yield accounts
        except AccountFault as fault:
            stop(_FAULTS.get(fault.code, fault.code))
        except RolesRefused as refused:
            stop(_ROLES_REFUSED.get(refused.code, refused.code))


def _by(accounts: Accounts, data: Path, keys: Path, action: Action | None = None) -> Principal:
    """Who asks; before anything else is asked for, ``action`` is looked up for them."""
    who = logged_in(accounts, _device(data, keys)).account.principal()
    if action is not None:
        accounts.require(who, action)
    return who


def _device(data: Path, keys: Path) -> DevicePlace:
    return DevicePlace(data.absolute(), keys.absolute())


def _event(event: str, data: Path, keys: Path) -> EventConfig:
    file = EventPlace(data.absolute(), keys.absolute(), event).event_file
    if "/" in event or not file.is_file():
        stop(f"There is no event {event} in {data}.", BAD_USAGE)
    try:
        return load_event(file)
    except ConfigFaults as faults:
        stop("\n".join(str(fault) for fault in faults.faults), BAD_USAGE)


def _expiry(event: EventConfig) -> float:
    return expiry_of(event).timestamp()


def _badges(event: str) -> str:
    return f"kiosk account badges --event {event} --pdf BADGES.pdf --slips SLIPS.pdf"


def _proved(accounts: Accounts, issued: Issued) -> str:
    """A code that shows that the authenticator works: without one, nobody could ever log in to this machine again."""

    def fits(code: str) -> bool:
        right = matching_step(issued.second, code, accounts.book.clock.now()) is not None
        if not right:
            typer.echo("This is not the code the authenticator should show now. Are both clocks right?", err=True)
        return right

    good = next(filter(fits, (ask_code() for _ in range(CODE_TRIES))), None)
    if good is None:
        stop("No account was made: no code of the authenticator was right. Set it up again from the beginning.")
    return good


def _show(issued: Issued) -> None:
    account_id = issued.account.account_id
    if not issued.secret:
        typer.echo(f"Account {account_id} is made. Next: {_badges(issued.account.event)}")
        return
    typer.echo(f"Account {account_id} is made. Shown once:")
    typer.echo(f"  starting password: {issued.secret}")
    _show_second(issued)
    typer.echo(f"Its person changes the password before anything else: kiosk account passwd {account_id}")


def _show_second(issued: Issued) -> None:
    """The second factor as an address and as a code for the authenticator app's camera."""
    address = uri(issued.second, issued.account.account_id)
    typer.echo(f"  authenticator, shown once: {address}")
    segno.make(address, micro=False).terminal(compact=True)


def _as_dict(account: Account, now: float) -> dict[str, object]:
    return {
        "account": account.account_id,
        "name": account.name,
        "roles": sorted(account.roles),
        "event": account.event,
        "state": _state(account, now),
    }


def _state(account: Account, now: float) -> str:
    if account.revoked:
        return "revoked"
    if account.expires_at is not None and now >= account.expires_at:
        return "ended"
    if holds(account.locked_until, now):
        return f"locked {datetime.fromtimestamp(account.locked_until).astimezone():%H:%M}"
    return "no badge" if not account.issued else "new" if account.must_change else "active"
