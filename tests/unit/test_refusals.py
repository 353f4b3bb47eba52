"""A refusal in words: what was refused, and who may, in each language and without a name of the code."""

from __future__ import annotations

import pytest

from kiosk.accounts.account import PEOPLE
from kiosk.accounts.refusal import sentence_of_refusal, who_may
from kiosk.domain.access import ALLOWED, Action, NotAllowed, Principal, Role
from kiosk.text import Texts, languages


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("action", Action)
def test_every_act_has_words_and_whoever_may_is_named(action: Action, language: str) -> None:
    texts = Texts(language)
    for role in PEOPLE:
        said = sentence_of_refusal(NotAllowed(Principal(role, "x-1"), action), texts)
        assert "x-1" in said
        assert "_" not in said
        named = said.split(texts(f"access.act.{action}"))[1]
        assert [each for each in PEOPLE if texts(f"access.role.{each}") in named] == who_may(action)


@pytest.mark.parametrize("language", languages())
def test_no_two_roles_are_called_the_same_nor_one_within_another(language: str) -> None:
    names = [Texts(language)(f"access.role.{role}") for role in Role]
    assert not [(one, other) for one in names for other in names if one != other and one in other]
    assert len(set(names)) == len(names)


def test_what_no_person_may_is_said_so() -> None:
    assert Action.ADMIT_BY_FACE in ALLOWED[Role.STATION]
    refused = NotAllowed(Principal(Role.ORGANISER, "org", frozenset({Role.AUDIT_ADMIN})), Action.ADMIT_BY_FACE)
    said = "org (organiser, audit administrator) may not admit by face check; no person may."
    assert sentence_of_refusal(refused, Texts("en")) == said
