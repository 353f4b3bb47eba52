"""Any order of holds, admissions, goings out, takings back, restarts and clocks, at a real store: heads are counted.

A stateful model (hypothesis): the ledger in memory does the same beside the store, and the model counts for itself who
is inside. Whatever is done twice, too late or to somebody who was never there, nobody is inside twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.domain.lane import Lane
from kiosk.ledger.memory import MemoryLedger
from kiosk.ledger.port import Admission, Ledger
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import sealed_row
from tests.helpers.ledger import GATE, LEASE_S, NOON, OTHER_STATION, card, new_keys, ticket

PEOPLE = 3
_PERSON, _PICK, _AGAIN = st.integers(1, PEOPLE), st.integers(0, 1 << 16), st.booleans()


@dataclass
class _Entry:
    """One admission: its ids in the store and in memory, and what became of it."""

    person: int
    stored: str
    remembered: str
    undone: bool = False
    out: bool = False

    @property
    def inside(self) -> bool:
        return not (self.undone or self.out)


@dataclass(frozen=True)
class _Hold:
    person: int
    stored: str
    remembered: str


class LedgerHeads(RuleBasedStateMachine):
    """Two stations over one file. ``_asked``: each nonce is new unless a rule repeats one on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name) / "ledger.sqlite"
        self._keys = new_keys(Path(self._folder.name))
        self._store, self._memory = SqliteLedger(self._path, self._keys), MemoryLedger(self._keys)
        rows = [sealed_row(ticket(self._keys, person), self._keys) for person in range(1, PEOPLE + 1)]
        self._store.add_rows(rows)
        self._memory.add_rows(rows)
        self._now, self._asked = NOON, 0
        self._entries: list[_Entry] = []
        self._holds: list[_Hold] = []
        self._allowed: int | None = 1

    def teardown(self) -> None:
        self._store.close()
        self._folder.cleanup()

    @initialize(allowed=st.sampled_from([1, 2, None]))
    def the_event_says_how_often(self, allowed: int | None) -> None:
        self._allowed = allowed

    # --- what people and stations do -------------------------------------------------------------------

    @rule(person=_PERSON, other=_AGAIN)
    def hold(self, person: int, other: bool) -> None:
        place = OTHER_STATION if other else GATE
        place = type(place)(place.station, place.gate_group, place.session, entries=self._allowed)
        nonce, shown = self._nonce(), card(self._keys, person)
        stored, remembered = (one.hold(shown, place, nonce, LEASE_S, self._now) for one in self._both)
        assert stored.check.outcome == remembered.check.outcome
        assert (stored.hold is None) == (remembered.hold is None)
        if stored.hold is not None and remembered.hold is not None:
            assert not self._inside(person), "a lease on a ticket whose holder is inside"
            self._holds.append(_Hold(person, stored.hold.hold_id, remembered.hold.hold_id))

    @precondition(lambda self: self._holds)
    @rule(pick=_PICK, again=_AGAIN)
    def admit(self, pick: int, again: bool) -> None:
        """``again``: asked twice, as after an answer that was lost."""
        hold, nonce = self._holds[pick % len(self._holds)], self._nonce()
        stored = self._store.commit(hold.stored, nonce, Lane.STAFF, self._now)
        remembered = self._memory.commit(hold.remembered, nonce, Lane.STAFF, self._now)
        if again:
            assert self._store.commit(hold.stored, nonce, Lane.STAFF, self._now + 5) == stored
        self._came_in([hold], stored, remembered)

    @precondition(lambda self: self._holds)
    @rule(picks=st.lists(_PICK, min_size=1, max_size=4))
    def admit_a_family(self, picks: list[int]) -> None:
        """Leases that ended, or that two of them share, among them."""
        holds, nonce = [self._holds[pick % len(self._holds)] for pick in picks], self._nonce()
        stored = self._store.commit_all([hold.stored for hold in holds], nonce, Lane.STAFF, self._now)
        remembered = self._memory.commit_all([hold.remembered for hold in holds], nonce, Lane.STAFF, self._now)
        self._came_in(holds, stored, remembered)

    @precondition(lambda self: self._holds)
    @rule(pick=_PICK)
    def give_back(self, pick: int) -> None:
        hold, nonce = self._holds[pick % len(self._holds)], self._nonce()
        self._store.release(hold.stored, nonce, self._now)
        self._memory.release(hold.remembered, nonce, self._now)

    @rule(person=_PERSON, twice=_AGAIN)
    def go_out(self, person: int, twice: bool) -> None:
        nonce, shown = self._nonce(), card(self._keys, person)
        was = self._inside(person)
        for one in self._both:
            assert one.exit(shown, GATE, nonce, self._now) is bool(was)
            assert not twice or one.exit(shown, GATE, f"{nonce}.2", self._now) is False
        for entry in was:
            entry.out = True

    @precondition(lambda self: self._entries)
    @rule(pick=_PICK, twice=_AGAIN)
    def take_back(self, pick: int, twice: bool) -> None:
        """Any admission there ever was: of whoever is inside, went out, came in again since, or was taken back."""
        entry, nonce = self._entries[pick % len(self._entries)], self._nonce()
        for one, key in zip(self._both, (entry.stored, entry.remembered), strict=True):
            assert one.undo(key, nonce, "desk", "officer-1", self._now) is not entry.undone
            assert not twice or one.undo(key, f"{nonce}.2", "desk", "officer-1", self._now) is False
        entry.undone = True

    @rule(seconds=st.sampled_from([1.0, LEASE_S + 1, -3600.0, 86_400.0]))
    def time_passes(self, seconds: float) -> None:
        """Or somebody sets the clock, back too."""
        self._now += seconds

    @rule()
    def killed_and_started_again(self) -> None:
        """Without closing: what was answered is on the disk."""
        self._store.close()
        self._store = SqliteLedger(self._path, self._keys)

    # --- what holds whatever is done -------------------------------------------------------------------

    @invariant()
    def nobody_is_inside_twice(self) -> None:
        for person in range(1, PEOPLE + 1):
            assert len(self._inside(person)) <= 1
        counts, remembered = self._store.counts(), self._memory.counts()
        assert (counts["admitted"], counts["exited"], counts["undone"]) == (
            sum(not entry.undone for entry in self._entries),
            sum(entry.out and not entry.undone for entry in self._entries),
            sum(entry.undone for entry in self._entries),
        )
        assert {name: counts[name] for name in remembered if name != "held"} == {
            name: remembered[name] for name in remembered if name != "held"
        }

    @invariant()
    def every_act_is_on_record(self) -> None:
        made = self._store._db.execute("SELECT kind, count(*) FROM records GROUP BY kind").fetchall()
        kinds = dict(made)
        assert kinds.get("commit", 0) == len(self._entries)
        assert kinds.get("undo", 0) == sum(entry.undone for entry in self._entries)
        assert kinds.get("exit", 0) == sum(entry.out for entry in self._entries)

    # ----------------------------------------------------------------------------------------------------

    @property
    def _both(self) -> tuple[Ledger, Ledger]:
        return self._store, self._memory

    def _nonce(self) -> str:
        self._asked += 1
        return f"n{self._asked}"

    def _inside(self, person: int) -> list[_Entry]:
        return [entry for entry in self._entries if entry.person == person and entry.inside]

    def _came_in(self, holds: list[_Hold], stored: object, remembered: object) -> None:
        """All of them, or nobody."""
        ours = stored if isinstance(stored, tuple) else (stored,)
        theirs = remembered if isinstance(remembered, tuple) else (remembered,)
        for hold, here, there in zip(holds, ours, theirs, strict=False):
            assert isinstance(here, Admission) == isinstance(there, Admission)
            if isinstance(here, Admission) and isinstance(there, Admission):
                self._entries.append(_Entry(hold.person, here.admission_id, there.admission_id))
