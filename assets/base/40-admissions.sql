-- Hold, commit, release, undo, exit; and what was decided while the base could not be asked.

-- The admission that uses a ticket up now: not undone, its holder not gone out.
CREATE FUNCTION venue.standing(p_event venue.id, p_session venue.id, p_reference venue.id)
RETURNS SETOF venue.admissions
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM venue.admissions
    WHERE event = p_event AND session = p_session AND reference = p_reference
      AND undone_at IS NULL AND exited_at IS NULL
    ORDER BY entry DESC LIMIT 1
$$;

CREATE FUNCTION venue.next_entry(p_event venue.id, p_session venue.id, p_reference venue.id) RETURNS venue.amount
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 1 + coalesce(max(entry), 0)::integer FROM venue.admissions
    WHERE event = p_event AND session = p_session AND reference = p_reference
      AND undone_at IS NULL AND exited_at IS NOT NULL
$$;

-- held (id, until) | already_used (when, where, lane) | in_use (station) | revoked | no_ticket.
-- Not forced to the disk: a lease that a crash of the base loses is asked for anew, and the key of the admissions holds.
-- No lease outlasts the longest an event may set, whatever a device asks for.
CREATE FUNCTION venue.hold(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id, p_session venue.id,
  p_reference venue.id, p_hold venue.id, p_lease_s venue.amount
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'hold', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  until_s venue.seconds := now_s + least(p_lease_s, 300);
  ticket_revoked boolean;
  used venue.admissions;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT revoked INTO ticket_revoked FROM venue.tickets
    WHERE event = p_event AND session = p_session AND reference = p_reference;
  IF ticket_revoked IS NULL OR ticket_revoked THEN
    given.outcome := CASE WHEN ticket_revoked THEN 'revoked' ELSE 'no_ticket' END;
    RETURN venue.keep(p_event, me, 'hold', p_nonce, given);
  END IF;
  INSERT INTO venue.holds AS kept
    VALUES (p_event, p_session, p_reference, p_hold, me, p_station, p_gate_group, until_s)
    ON CONFLICT (event, session, reference) DO UPDATE
      SET hold = excluded.hold, device = excluded.device, station = excluded.station,
          gate_group = excluded.gate_group, until = excluded.until
      WHERE kept.until <= now_s OR (kept.device = excluded.device AND kept.station = excluded.station);
  IF NOT FOUND THEN
    SELECT 'in_use', station INTO given.outcome, given.station FROM venue.holds
      WHERE event = p_event AND session = p_session AND reference = p_reference;
    given.outcome := 'in_use';
    RETURN venue.keep(p_event, me, 'hold', p_nonce, given);
  END IF;
  SELECT * INTO used FROM venue.standing(p_event, p_session, p_reference);
  IF FOUND THEN
    DELETE FROM venue.holds WHERE event = p_event AND hold = p_hold;
    given := ('already_used', used.admission, used.scanned_at, used.station, used.gate_group, used.lane, NULL);
  ELSE
    given.outcome := 'held';
    given.id := p_hold;
    given.until := until_s;
  END IF;
  RETURN venue.keep(p_event, me, 'hold', p_nonce, given);
END $$;

-- admitted (id, at) | already_used | lease_lost | revoked. On disk before it answers.
CREATE FUNCTION venue.commit(
  p_event venue.id, p_nonce venue.nonce, p_hold venue.id, p_admission venue.id, p_lane venue.word,
  p_scanned_at venue.seconds
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'commit', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  lease venue.holds;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  DELETE FROM venue.holds WHERE event = p_event AND hold = p_hold AND device = me AND until > now_s
    RETURNING * INTO lease;
  IF NOT FOUND THEN
    given.outcome := 'lease_lost';
  ELSIF EXISTS (SELECT FROM venue.tickets WHERE event = p_event AND session = lease.session
                AND reference = lease.reference AND revoked) THEN
    given.outcome := 'revoked';
  ELSE
    INSERT INTO venue.admissions
      VALUES (p_event, p_admission, lease.session, lease.reference,
              venue.next_entry(p_event, lease.session, lease.reference), me, lease.station, lease.gate_group, p_lane,
              now_s, p_scanned_at, false, 'pending', NULL, NULL)
      ON CONFLICT DO NOTHING;
    IF FOUND THEN
      given := ('admitted', p_admission, p_scanned_at, lease.station, lease.gate_group, p_lane, NULL);
      PERFORM venue.note(p_event, 'admitted', p_admission, lease.session, lease.reference, lease.station,
                         lease.gate_group, p_lane, p_scanned_at, false);
    ELSE
      given.outcome := 'already_used';
    END IF;
  END IF;
  RETURN venue.keep(p_event, me, 'commit', p_nonce, given);
END $$;

-- released | nothing
CREATE FUNCTION venue.release(p_event venue.id, p_nonce venue.nonce, p_hold venue.id) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'release', p_nonce);
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  DELETE FROM venue.holds WHERE event = p_event AND hold = p_hold AND device = me;
  given.outcome := CASE WHEN FOUND THEN 'released' ELSE 'nothing' END;
  RETURN venue.keep(p_event, me, 'release', p_nonce, given);
END $$;

-- undone | nothing. A second record under the admission; never a deletion. Its own machine's alone, or any at a desk.
CREATE FUNCTION venue.undo(p_event venue.id, p_nonce venue.nonce, p_admission venue.id) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'undo', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  whose venue.id;
  taken_back venue.admissions;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  SELECT device INTO whose FROM venue.admissions WHERE event = p_event AND admission = p_admission;
  IF whose <> me THEN
    PERFORM venue.asking_desk();
  END IF;
  UPDATE venue.admissions SET undone_at = now_s
    WHERE event = p_event AND admission = p_admission AND undone_at IS NULL RETURNING * INTO taken_back;
  given.outcome := CASE WHEN FOUND THEN 'undone' ELSE 'nothing' END;
  IF FOUND THEN
    PERFORM venue.note(p_event, 'undone', p_admission, taken_back.session, taken_back.reference, taken_back.station,
                       taken_back.gate_group, taken_back.lane, now_s, false);
  END IF;
  UPDATE venue.conflicts SET undone_at = now_s
    WHERE event = p_event AND admission = p_admission AND device = me AND undone_at IS NULL;
  IF FOUND THEN
    given.outcome := 'undone';
  END IF;
  RETURN venue.keep(p_event, me, 'undo', p_nonce, given);
END $$;

-- exited (id of the admission) | not_inside. The ticket may admit once more. Whom its own machine let in alone, or anybody
-- at a desk: a gate that could note the guests of other gates as gone would free their tickets.
CREATE FUNCTION venue.exit(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id, p_session venue.id,
  p_reference venue.id
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'exit', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  inside venue.admissions;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  SELECT * INTO inside FROM venue.standing(p_event, p_session, p_reference);
  IF inside.device <> me THEN
    PERFORM venue.asking_desk();
  END IF;
  UPDATE venue.admissions SET exited_at = now_s
    WHERE event = p_event AND admission = inside.admission AND undone_at IS NULL AND exited_at IS NULL;
  IF FOUND THEN
    given := ('exited', inside.admission, now_s, p_station, p_gate_group, NULL, NULL);
    PERFORM venue.note(p_event, 'exited', inside.admission, p_session, p_reference, p_station, p_gate_group,
                       inside.lane, now_s, false);
  ELSE
    given.outcome := 'not_inside';
  END IF;
  RETURN venue.keep(p_event, me, 'exit', p_nonce, given);
END $$;

-- Somebody was let in while the base was away: always recorded. admitted | conflict (when and where the other was).
CREATE FUNCTION venue.upload(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id, p_session venue.id,
  p_reference venue.id, p_admission venue.id, p_lane venue.word, p_scanned_at venue.seconds
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'upload', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  ticket_revoked boolean;
  other venue.admissions;
  trouble venue.word;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  SELECT revoked INTO ticket_revoked FROM venue.tickets
    WHERE event = p_event AND session = p_session AND reference = p_reference;
  trouble := CASE WHEN ticket_revoked IS NULL THEN 'unknown_ticket' WHEN ticket_revoked THEN 'revoked' END;
  INSERT INTO venue.admissions
    VALUES (p_event, p_admission, p_session, p_reference, venue.next_entry(p_event, p_session, p_reference), me,
            p_station, p_gate_group, p_lane, now_s, p_scanned_at, true, 'pending', NULL, NULL)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN
    PERFORM venue.note(p_event, 'admitted', p_admission, p_session, p_reference, p_station, p_gate_group, p_lane,
                       p_scanned_at, false);
  ELSE
    -- Either the commit had arrived although its answer had not, or the ticket was used elsewhere.
    SELECT * INTO other FROM venue.admissions WHERE event = p_event AND admission = p_admission;
    IF NOT FOUND THEN
      SELECT * INTO other FROM venue.standing(p_event, p_session, p_reference);
      trouble := 'double_use';
    END IF;
  END IF;
  given := ('admitted', p_admission, p_scanned_at, p_station, p_gate_group, p_lane, NULL);
  IF trouble IS NOT NULL THEN
    INSERT INTO venue.conflicts
      VALUES (p_event, p_admission, trouble, p_session, p_reference, me, p_station, p_gate_group, p_lane, p_scanned_at,
              now_s, other.admission, NULL)
      ON CONFLICT DO NOTHING;
    PERFORM venue.note(p_event, 'conflict', p_admission, p_session, p_reference, p_station, p_gate_group, trouble,
                       p_scanned_at, true);
    given.outcome := 'conflict';
    IF other.admission IS NOT NULL THEN
      given := ('conflict', other.admission, other.scanned_at, other.station, other.gate_group, other.lane, NULL);
    END IF;
  END IF;
  RETURN venue.keep(p_event, me, 'upload', p_nonce, given);
END $$;

-- What is known of the opening that belongs to an admission: told by who admitted, or by the gate that sent the person to
-- staff, of which whoever admitted then hears. noted | nothing
CREATE FUNCTION venue.note_gate(p_event venue.id, p_nonce venue.nonce, p_admission venue.id, p_state venue.word)
RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'note_gate', p_nonce);
  opened venue.admissions;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  UPDATE venue.admissions SET gate_state = p_state
    WHERE event = p_event AND admission = p_admission
      AND (device = me OR EXISTS (
        SELECT FROM venue.queue WHERE event = p_event AND admission = p_admission AND device = me))
    RETURNING * INTO opened;
  given.outcome := CASE WHEN FOUND THEN 'noted' ELSE 'nothing' END;
  IF opened.device <> me THEN
    PERFORM venue.note(p_event, 'gate_noted', p_admission, NULL, NULL, opened.station, opened.gate_group, p_state,
                       venue.base_now(p_event), true);
  END IF;
  RETURN venue.keep(p_event, me, 'note_gate', p_nonce, given);
END $$;

-- A look that changes nothing: free | already_used | in_use (by another station) | revoked | no_ticket.
CREATE FUNCTION venue.look(p_event venue.id, p_station venue.id, p_session venue.id, p_reference venue.id)
RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer;
  ticket_revoked boolean;
  used venue.admissions;
BEGIN
  SELECT revoked INTO ticket_revoked FROM venue.tickets
    WHERE event = p_event AND session = p_session AND reference = p_reference;
  IF ticket_revoked IS NULL OR ticket_revoked THEN
    given.outcome := CASE WHEN ticket_revoked THEN 'revoked' ELSE 'no_ticket' END;
    RETURN given;
  END IF;
  SELECT * INTO used FROM venue.standing(p_event, p_session, p_reference);
  IF FOUND THEN
    given := ('already_used', used.admission, used.scanned_at, used.station, used.gate_group, used.lane, NULL);
    RETURN given;
  END IF;
  SELECT station INTO given.station FROM venue.holds
    WHERE event = p_event AND session = p_session AND reference = p_reference
      AND until > venue.base_now(p_event) AND NOT (device = me AND station = p_station);
  given.outcome := CASE WHEN FOUND THEN 'in_use' ELSE 'free' END;
  RETURN given;
END $$;
