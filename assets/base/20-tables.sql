-- What the base keeps. Device roles have no right on any of it; they execute functions alone.

-- Told anew whenever the rows were restored from a backup: positions in ``changes`` that were read before are then void.
CREATE TABLE venue.base (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch venue.id NOT NULL
);

-- closing_at: since when every device is to close it. archived_at: since when none of its rows are here any more.
CREATE TABLE venue.events (
  event venue.id PRIMARY KEY,
  closing_at venue.seconds,
  archived_at venue.seconds
);

-- kind: gate or desk; or standby, which follows the whole base and calls nothing. A device that was replaced keeps its row and gets another serial number.
CREATE TABLE venue.devices (
  device venue.id PRIMARY KEY,
  kind venue.word NOT NULL CHECK (kind IN ('gate', 'desk', 'standby')),
  serial venue.serial UNIQUE,
  enrolled_at venue.seconds,
  expires_at venue.seconds,
  revoked_at venue.seconds
);

-- Which devices have tickets of an event, or may have, and what each told of its end: verdict and SHA-256 of its
-- certificate. Or that it is lost: why, under which record of the incident, and which two people said so.
CREATE TABLE venue.holders (
  event venue.id NOT NULL,
  device venue.id NOT NULL,
  since venue.seconds NOT NULL,
  verdict venue.word CHECK (verdict IN ('pass', 'failed', 'unknown')),
  digest venue.digest,
  closed_at venue.seconds,
  told_at venue.seconds,
  lost_at venue.seconds,
  lost_why venue.word CHECK (lost_why IN ('stolen', 'missing', 'broken', 'destroyed')),
  incident venue.id,
  lost_by venue.id,
  agreed_by venue.id,
  PRIMARY KEY (event, device)
);

-- Serial numbers of every certificate that was taken back, for the list that TLS asks.
CREATE TABLE venue.revoked (
  serial venue.serial PRIMARY KEY
);

-- One-time codes that let a device in; only a digest is kept.
CREATE TABLE venue.enrolments (
  device venue.id PRIMARY KEY,
  kind venue.word NOT NULL CHECK (kind IN ('gate', 'desk', 'standby')),
  code_digest venue.digest NOT NULL,
  until venue.seconds NOT NULL,
  tries venue.amount NOT NULL DEFAULT 0
);

-- The reference is random and means nothing outside the event.
CREATE TABLE venue.tickets (
  event venue.id NOT NULL REFERENCES venue.events,
  session venue.id NOT NULL,
  reference venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  revoked boolean NOT NULL DEFAULT false,
  PRIMARY KEY (event, session, reference)
);

-- Leases: one for each ticket. Not durable by themselves, see ``venue.hold``.
CREATE TABLE venue.holds (
  event venue.id NOT NULL,
  session venue.id NOT NULL,
  reference venue.id NOT NULL,
  hold venue.id NOT NULL,
  device venue.id NOT NULL,
  station venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  until venue.seconds NOT NULL,
  PRIMARY KEY (event, session, reference),
  UNIQUE (event, hold)
);

-- at: the base's time; scanned_at: the station's. entry: 1, and one more for each time its holder has gone out.
CREATE TABLE venue.admissions (
  event venue.id NOT NULL,
  admission venue.id NOT NULL,
  session venue.id NOT NULL,
  reference venue.id NOT NULL,
  entry venue.amount NOT NULL,
  device venue.id NOT NULL,
  station venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  lane venue.word NOT NULL CHECK (lane IN ('face', 'staff', 'document')),
  at venue.seconds NOT NULL,
  scanned_at venue.seconds NOT NULL,
  offline boolean NOT NULL,
  gate_state venue.word NOT NULL CHECK (gate_state IN ('pending', 'opened', 'passed', 'failed')),
  undone_at venue.seconds,
  exited_at venue.seconds,
  PRIMARY KEY (event, admission)
);

-- The rule everything stands on, kept by the store itself.
CREATE UNIQUE INDEX a_ticket_admits_once ON venue.admissions (event, session, reference)
  WHERE undone_at IS NULL AND exited_at IS NULL;
CREATE UNIQUE INDEX an_entry_is_made_once ON venue.admissions (event, session, reference, entry)
  WHERE undone_at IS NULL;

-- What a station decided without the base and the base could not agree to. Nothing of it is ever removed.
-- double_use: not in admissions, because another admission of the same ticket stands there (other_admission).
-- revoked, unknown_ticket: in admissions too.
CREATE TABLE venue.conflicts (
  event venue.id NOT NULL,
  admission venue.id NOT NULL,
  kind venue.word NOT NULL CHECK (kind IN ('double_use', 'revoked', 'unknown_ticket')),
  session venue.id NOT NULL,
  reference venue.id NOT NULL,
  device venue.id NOT NULL,
  station venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  lane venue.word NOT NULL CHECK (lane IN ('face', 'staff', 'document')),
  scanned_at venue.seconds NOT NULL,
  at venue.seconds NOT NULL,
  other_admission venue.id,
  undone_at venue.seconds,
  PRIMARY KEY (event, admission)
);

CREATE TABLE venue.nonces (
  event venue.id NOT NULL,
  device venue.id NOT NULL,
  action venue.word NOT NULL,
  nonce venue.nonce NOT NULL,
  outcome venue.word NOT NULL,
  id venue.id,
  at venue.seconds,
  station venue.id,
  gate_group venue.id,
  lane venue.word,
  until venue.seconds,
  PRIMARY KEY (event, device, action, nonce)
);

-- What happened, in an order every device can follow: by (xact, seq), and only once no older transaction is under way.
-- A sequence number alone would not do, because a lower one can become visible after a higher one.
CREATE TABLE venue.changes (
  event venue.id NOT NULL,
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  kind venue.word NOT NULL,
  id venue.id,
  session venue.id,
  reference venue.id,
  station venue.id,
  gate_group venue.id,
  word venue.word,
  admission venue.id,
  at venue.seconds NOT NULL,
  PRIMARY KEY (event, xact, seq)
);

CREATE TABLE venue.stations (
  event venue.id NOT NULL,
  device venue.id NOT NULL,
  station venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  state venue.word NOT NULL,
  pending venue.amount NOT NULL,
  version venue.version NOT NULL,
  seen_at venue.seconds NOT NULL,
  PRIMARY KEY (event, device, station)
);

-- What the sensors of turnstiles saw. free: while everybody was let through unchecked.
CREATE TABLE venue.passages (
  event venue.id NOT NULL,
  device venue.id NOT NULL,
  station venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  free boolean NOT NULL,
  passed_in bigint NOT NULL,
  passed_out bigint NOT NULL,
  PRIMARY KEY (event, device, station, gate_group, free)
);

-- Who waits for staff: a random number, nothing about the person, and no reason. admission: what they were let in by.
CREATE TABLE venue.queue (
  event venue.id NOT NULL,
  entry venue.id NOT NULL,
  device venue.id NOT NULL,
  station venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  joined_at venue.seconds NOT NULL,
  taken_at venue.seconds,
  taken_by venue.id,
  taken_device venue.id,
  finished_at venue.seconds,
  outcome venue.word CHECK (outcome IN ('admitted', 'sent_on', 'left')),
  admission venue.id,
  PRIMARY KEY (event, entry)
);
CREATE INDEX waiting ON venue.queue (event, gate_group, joined_at) WHERE finished_at IS NULL;
CREATE INDEX taken_lately ON venue.queue (event, taken_at);
CREATE INDEX let_in_from_the_queue ON venue.queue (event, admission) WHERE admission IS NOT NULL;

-- How long face checks took, from the tap on the choice to the answer: what the staff queue is compared with.
CREATE TABLE venue.face_waits (
  event venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  at venue.seconds NOT NULL,
  wait_s venue.seconds NOT NULL
);
CREATE INDEX face_waits_lately ON venue.face_waits (event, at);

-- Which desks serve which gate groups, and whether an officer works there. manned_at: when one was last known to.
CREATE TABLE venue.staffing (
  event venue.id NOT NULL,
  device venue.id NOT NULL,
  station venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  manned boolean NOT NULL,
  manned_at venue.seconds,
  seen_at venue.seconds NOT NULL,
  PRIMARY KEY (event, device, station, gate_group)
);

-- about: staff, somebody tapped; care, whoever comes from there should be compared with care.

CREATE TABLE venue.calls (
  event venue.id NOT NULL,
  call venue.id NOT NULL,
  device venue.id NOT NULL,
  station venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  about venue.word NOT NULL CHECK (about IN ('staff', 'care')),
  called_at venue.seconds NOT NULL,
  answered_at venue.seconds,
  answered_by venue.id,
  PRIMARY KEY (event, call)
);
CREATE UNIQUE INDEX a_station_calls_once ON venue.calls (event, device, station, about) WHERE answered_at IS NULL;

-- gate_group: one, or all. officer: the id of an account, never a name.
CREATE TABLE venue.incidents (
  event venue.id NOT NULL,
  incident venue.id NOT NULL,
  gate_group venue.id NOT NULL,
  mode venue.word NOT NULL CHECK (mode IN ('all_manual', 'document_only', 'free_flow', 'lane_closed')),
  why venue.word NOT NULL CHECK (why IN ('medical', 'crowd', 'fault', 'attack', 'weather', 'leak', 'order')),
  officer venue.id NOT NULL,
  began_at venue.seconds NOT NULL,
  until venue.seconds NOT NULL,
  ended_at venue.seconds,
  ended_by venue.id,
  PRIMARY KEY (event, incident)
);
