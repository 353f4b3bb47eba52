"""An officer gives a command: badge and PIN, for this one command; officers have no session outside their desk."""

from __future__ import annotations

from dataclasses import replace

from kiosk.accounts.badge import badge_of
from kiosk.accounts.logins import LoginRefused
from kiosk.cli.asking import ask
from kiosk.cli.who import acting, chosen_place, said
from kiosk.domain.access import Action, Principal, Role, authorise
from kiosk.login import COMMANDS, accounts_of, set_up


def officer_acting(action: Action, event: str) -> Principal:
    """The officer of ``event`` who gave badge and PIN, allowed to do ``action``; no badge: whoever logs in as usual.

    A machine without accounts, where no live event is touched, takes whoever can read its keys. Stops as ``acting``.
    """
    place = chosen_place()
    with said():
        if not set_up(place):
            whoever = acting(Action.READ_COUNTS, event)
            who = replace(whoever, more=whoever.more | {Role.SUPERVISOR})
            authorise(who, action)
            return who
        typed = ask("Badge (none: log in with account and password)", hidden=True, may_be_empty=True)
        if not typed:
            return acting(action, event)
        badge = badge_of(typed)
        if badge is None:
            raise LoginRefused("wrong")
        with accounts_of(place) as accounts:
            account = accounts.logins.officer_agrees(badge, ask("PIN", hidden=True), COMMANDS, event)
            accounts.require(account.principal(), action)
            return account.principal()
