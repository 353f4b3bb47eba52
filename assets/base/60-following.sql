-- How a device keeps up with the others, and they see that it lives.

-- noted, or closing when the event is to be closed (at: the base's time, so that a device can see that its clock is
-- wrong). The last word wins, so it needs no nonce.
CREATE FUNCTION venue.beat(
  p_event venue.id, p_station venue.id, p_gate_group venue.id, p_state venue.word, p_pending venue.amount,
  p_version venue.version
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  now_s venue.seconds := venue.base_now(p_event);
  given venue.answer;
  was venue.word;
  told venue.events;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT * INTO told FROM venue.events WHERE event = p_event;
  given.outcome := CASE WHEN told.closing_at IS NULL THEN 'noted' ELSE 'closing' END;
  given.id := (SELECT epoch FROM venue.base);
  given.at := now_s;
  IF told.archived_at IS NOT NULL THEN
    RETURN given;
  END IF;
  SELECT state INTO was FROM venue.stations WHERE event = p_event AND device = me AND station = p_station;
  IF was IS DISTINCT FROM p_state THEN
    PERFORM venue.note(p_event, 'station_state', NULL, NULL, NULL, p_station, p_gate_group, p_state, now_s, true);
  END IF;
  INSERT INTO venue.holders (event, device, since) VALUES (p_event, me, now_s) ON CONFLICT DO NOTHING;
  INSERT INTO venue.stations VALUES (p_event, me, p_station, p_gate_group, p_state, p_pending, p_version, now_s)
    ON CONFLICT (event, device, station) DO UPDATE
      SET gate_group = excluded.gate_group, state = excluded.state, pending = excluded.pending,
          version = excluded.version, seen_at = excluded.seen_at;
  RETURN given;
END $$;

-- Which state of the base this is: its first digits tell when it began, so that an earlier base, which somebody started
-- again after another had taken its place, is known to be one.
CREATE FUNCTION venue.epoch() RETURNS venue.id
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT epoch FROM venue.base WHERE venue.asking() IS NOT NULL
$$;

-- Every station of the event as it last said of itself; quiet_s: for how long nothing was heard of it since.
CREATE FUNCTION venue.stations_seen(p_event venue.id)
RETURNS TABLE (
  device venue.id, station venue.id, gate_group venue.id, state venue.word, pending venue.amount,
  version venue.version, seen_at venue.seconds, quiet_s double precision
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.device, s.station, s.gate_group, s.state, s.pending, s.version, s.seen_at,
         venue.base_now(p_event) - s.seen_at
    FROM venue.stations s WHERE s.event = p_event AND venue.asking() IS NOT NULL ORDER BY s.station
$$;

-- Every use of every ticket with a conflict, ticket by ticket, in the order of their scans.
CREATE FUNCTION venue.uses_in_conflict(p_event venue.id)
RETURNS TABLE (
  reference venue.id, session venue.id, station venue.id, gate_group venue.id, lane venue.word,
  scanned_at venue.seconds, offline boolean, undone boolean, kind venue.word
)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH doubtful AS (SELECT DISTINCT c.session, c.reference FROM venue.conflicts c WHERE c.event = p_event)
  SELECT a.reference, a.session, a.station, a.gate_group, a.lane, a.scanned_at, a.offline, a.undone_at IS NOT NULL,
         coalesce((SELECT c.kind FROM venue.conflicts c
                   WHERE c.event = p_event AND c.admission = a.admission AND c.kind <> 'double_use'), 'admitted')
    FROM venue.admissions a JOIN doubtful d ON d.session = a.session AND d.reference = a.reference
    WHERE a.event = p_event
  UNION ALL
  SELECT c.reference, c.session, c.station, c.gate_group, c.lane, c.scanned_at, true, c.undone_at IS NOT NULL, c.kind
    FROM venue.conflicts c WHERE c.event = p_event AND c.kind = 'double_use'
  ORDER BY 2, 1, 6
$$;

-- The same for desks: the uses of the next 50 such tickets after one, which is 0 and 0 to begin with.
CREATE FUNCTION venue.conflicts_seen(p_event venue.id, p_session venue.id, p_reference venue.id)
RETURNS TABLE (
  reference venue.id, session venue.id, station venue.id, gate_group venue.id, lane venue.word,
  scanned_at venue.seconds, offline boolean, undone boolean, kind venue.word
)
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH uses AS (SELECT * FROM venue.uses_in_conflict(p_event) u
                WHERE (u.session, u.reference) > (p_session, p_reference) AND venue.asking_desk() IS NOT NULL),
       next AS (SELECT DISTINCT u.session, u.reference FROM uses u ORDER BY 1, 2 LIMIT 50)
  SELECT u.* FROM uses u JOIN next n ON n.session = u.session AND n.reference = u.reference ORDER BY 2, 1, 6
$$;

-- The next changes after a position, at most 200 at once, oldest first; what an unfinished transaction may still come
-- before is kept back, so that a position once passed never gets anything new before it.
CREATE FUNCTION venue.changes_since(p_event venue.id, p_xact bigint, p_seq bigint)
RETURNS TABLE (
  xact bigint, seq bigint, kind venue.word, id venue.id, session venue.id, reference venue.id, station venue.id,
  gate_group venue.id, word venue.word, at venue.seconds, admission venue.id
)
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.xact::text::bigint, c.seq, c.kind, c.id, c.session, c.reference, c.station, c.gate_group, c.word, c.at,
         c.admission
    FROM venue.changes c
    WHERE c.event = p_event AND (c.xact, c.seq) > (p_xact::text::xid8, p_seq)
      AND c.xact < pg_snapshot_xmin(pg_current_snapshot()) AND venue.asking() IS NOT NULL
    ORDER BY c.xact, c.seq LIMIT 200
$$;
