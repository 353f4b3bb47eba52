"""Two people agree: each proves who they are, for this one decision (R-47, R-49).

Officers give badge and PIN, everybody else password and one-time code; a session left open by an earlier command counts
for nobody. Only a machine without accounts, where no live event is touched, takes two names; the record says which.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Annotated

import typer

from kiosk.accounts.account import Account
from kiosk.accounts.badge import badge_of
from kiosk.accounts.logins import LoginRefused
from kiosk.accounts.two_people import TwoPeople
from kiosk.cli.asking import ask, ask_code
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.cli.who import chosen_place, said, sentence_of
from kiosk.closing.approval import NotApproved, approval, reason_in_words
from kiosk.closing.journal import Approval
from kiosk.domain.access import Action
from kiosk.login import COMMANDS, accounts_of, set_up

CODE_TRIES = 3
"""Who just logged in has used this half minute's code up, and is asked for the next one."""

Reason = Annotated[str, typer.Option("--reason", help="Why, in words.")]
Approve = Annotated[
    list[str] | None,
    typer.Option(
        "--approve",
        help="Account of somebody who agrees; give it twice, for two people. Each is asked to log in. "
        "On a machine without accounts: two names.",
    ),
]

_NOT_APPROVED = {
    "no_reason": "Say why with --reason, in 3 to 500 letters.",
    "not_two_people": "Two different people have to agree: give --approve twice.",
}


def two_approvals(event: str, action: Action, reason: str, approve: list[str] | None) -> Approval:
    """Both people logged in, different, and allowed to approve; written to the log for each. ``action``: what they
    agree to; inside ``spoken``. The folders are those of the options --data and --keys.

    Stops with a sentence: exit code 2 where reason or names are missing, 3 where somebody is not logged in.
    """
    given = approve or []
    try:
        reason_in_words(reason)
        with said():
            place = chosen_place()
            if not set_up(place):
                return approval(reason, given)
            with accounts_of(place) as accounts:
                two = TwoPeople(accounts.logins, accounts.book, accounts.audit, event, COMMANDS)
                return two.agreed(action, reason, _both(two, given))
    except NotApproved as missing:
        stop(_NOT_APPROVED[missing.code], BAD_USAGE)


def _both(two: TwoPeople, given: list[str]) -> list[Account]:
    """Raises LoginRefused, NotAllowed, NotApproved."""
    if len(given) > 2:
        raise NotApproved("not_two_people")
    people: list[Account] = []
    for which, who in zip_longest(("first", "second"), given, fillvalue=""):
        account = _logged_in(two, who or ask(f"Who agrees, {which} of two (account or badge)"))
        two.require(account)
        people.append(account)
    return people


def _logged_in(two: TwoPeople, account_or_badge: str) -> Account:
    badge = badge_of(account_or_badge)
    if badge is None and two.book.is_officer(account_or_badge):
        badge = badge_of(ask(f"Badge of {account_or_badge}", hidden=True)) or ""
    if badge is None:
        return _by_password(two, account_or_badge)
    account = two.by_badge(badge, _secret("PIN", account_or_badge))
    if account_or_badge not in {account.account_id, badge} and badge_of(account_or_badge) is None:
        raise LoginRefused("wrong")  # somebody else's badge
    return account


def _by_password(two: TwoPeople, account_id: str) -> Account:
    password = _secret("Password", account_id)
    for tries_left in reversed(range(CODE_TRIES)):
        code = ask_code(f" of {account_id}")
        try:
            return two.by_password(account_id, password, code)
        except LoginRefused as refused:
            if refused.code != "replayed" or not tries_left:
                raise
            typer.echo(sentence_of(refused, account_id), err=True)
    raise LoginRefused("replayed")


def _secret(what: str, whose: str) -> str:
    shown = what if badge_of(whose) else f"{what} of {whose}"
    return ask(shown, hidden=True)
