"""A refusal of the role table in words: who asked, for what, and who may instead."""

from __future__ import annotations

from kiosk.accounts.account import PEOPLE
from kiosk.domain.access import ALLOWED, Action, NotAllowed, Role
from kiosk.text import Texts


def who_may(action: Action) -> list[Role]:
    """The roles of people that the table has for ``action``, in the order they are named in."""
    return [role for role in PEOPLE if action in ALLOWED[role]]


def sentence_of_refusal(refused: NotAllowed, texts: Texts) -> str:
    """One sentence in the language of ``texts``: the account's id, its roles, the act, and the roles that may."""
    who = refused.principal
    own = [who.role, *(role for role in PEOPLE if role in who.more)]
    roles = who_may(refused.action)
    return texts(
        "access.refused" if roles else "access.refused_all",
        name=who.name,
        role=_listed(own, texts, "access.both"),
        act=texts(f"access.act.{refused.action}"),
        roles=_listed(roles, texts, "access.either"),
    )


def _listed(roles: list[Role], texts: Texts, last: str) -> str:
    """``last``: the key that joins the last one to those before."""
    words = [texts(f"access.role.{role}") for role in roles]
    text = words[0] if words else ""
    for number, word in enumerate(words[1:], 2):
        text = texts(last if number == len(words) else "access.both", some=text, next=word)
    return text
