-- What gates and desks share: the staff queue, calls for staff, incident modes, head counts.

-- joined. Who waits has a random number; the station where they stand is told again when they are served.
CREATE FUNCTION venue.queue_join(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id, p_entry venue.id
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'queue_join', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  INSERT INTO venue.queue (event, entry, device, station, gate_group, joined_at)
    VALUES (p_event, p_entry, me, p_station, p_gate_group, now_s);
  given := ('joined', p_entry, now_s, p_station, p_gate_group, NULL, NULL);
  PERFORM venue.note(p_event, 'queue_joined', p_entry, NULL, NULL, p_station, p_gate_group, NULL, now_s, true);
  RETURN venue.keep(p_event, me, 'queue_join', p_nonce, given);
END $$;

-- taken (id; station and gate group where the person stands; at: since when) | empty. Desks only; whoever waited longest,
-- and before that whom this station took and lost sight of when it was started again.
CREATE FUNCTION venue.queue_take(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking_desk();
  given venue.answer := venue.earlier(p_event, me, 'queue_take', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  next venue.queue;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  SELECT * INTO next FROM venue.queue
    WHERE event = p_event AND gate_group = p_gate_group AND finished_at IS NULL AND joined_at > now_s - 1800
      AND (taken_at IS NULL OR (taken_device = me AND taken_by = p_station))
    ORDER BY taken_at NULLS LAST, joined_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    UPDATE venue.queue SET taken_at = coalesce(taken_at, now_s), taken_by = p_station, taken_device = me
      WHERE event = p_event AND entry = next.entry;
    given := ('taken', next.entry, next.joined_at, next.station, next.gate_group, NULL, NULL);
    PERFORM venue.note(p_event, 'queue_taken', next.entry, NULL, NULL, p_station, next.gate_group, NULL, now_s, true);
  ELSE
    given.outcome := 'empty';
  END IF;
  RETURN venue.keep(p_event, me, 'queue_take', p_nonce, given);
END $$;

-- finished | nothing. outcome: admitted or sent_on, by a desk; left, by a desk or the gate that sent the person. The gate that sent the person is woken.
CREATE FUNCTION venue.queue_finish(p_event venue.id, p_nonce venue.nonce, p_entry venue.id, p_outcome venue.word)
RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := CASE WHEN p_outcome = 'left' THEN venue.asking() ELSE venue.asking_desk() END;
  given venue.answer := venue.earlier(p_event, me, 'queue_finish', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  whose venue.id;
  ended venue.queue;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  SELECT device INTO whose FROM venue.queue WHERE event = p_event AND entry = p_entry;
  IF whose <> me THEN
    PERFORM venue.asking_desk();
  END IF;
  UPDATE venue.queue SET finished_at = now_s, outcome = p_outcome
    WHERE event = p_event AND entry = p_entry AND finished_at IS NULL RETURNING * INTO ended;
  IF FOUND THEN
    given := ('finished', p_entry, now_s, ended.station, ended.gate_group, NULL, NULL);
    PERFORM venue.note(p_event, 'queue_finished', p_entry, NULL, NULL, ended.station, ended.gate_group, p_outcome,
                       now_s, true);
  ELSE
    given.outcome := 'nothing';
  END IF;
  RETURN venue.keep(p_event, me, 'queue_finish', p_nonce, given);
END $$;

-- finished | nothing | no_admission. Admitted by a desk, which made this admission: the gate that sent the person hears of
-- it and opens.
CREATE FUNCTION venue.queue_admit(p_event venue.id, p_nonce venue.nonce, p_entry venue.id, p_admission venue.id)
RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking_desk();
  given venue.answer := venue.earlier(p_event, me, 'queue_admit', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  ended venue.queue;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  IF NOT EXISTS (SELECT FROM venue.admissions WHERE event = p_event AND admission = p_admission AND device = me
                 AND undone_at IS NULL)
     AND NOT EXISTS (SELECT FROM venue.conflicts WHERE event = p_event AND admission = p_admission AND device = me
                     AND undone_at IS NULL) THEN
    given.outcome := 'no_admission';
    RETURN venue.keep(p_event, me, 'queue_admit', p_nonce, given);
  END IF;
  UPDATE venue.queue SET finished_at = now_s, outcome = 'admitted', admission = p_admission
    WHERE event = p_event AND entry = p_entry AND finished_at IS NULL RETURNING * INTO ended;
  IF FOUND THEN
    given := ('finished', p_entry, now_s, ended.station, ended.gate_group, NULL, NULL);
    PERFORM venue.note(p_event, 'queue_finished', p_entry, NULL, NULL, ended.station, ended.gate_group, 'admitted',
                       now_s, true, p_admission);
  ELSE
    given.outcome := 'nothing';
  END IF;
  RETURN venue.keep(p_event, me, 'queue_admit', p_nonce, given);
END $$;

-- Who waits and was not called up yet, longest first; whoever did not come within half an hour is not waited for.
CREATE FUNCTION venue.queue_waiting(p_event venue.id)
RETURNS TABLE (entry venue.id, station venue.id, gate_group venue.id, joined_at venue.seconds)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT q.entry, q.station, q.gate_group, q.joined_at FROM venue.queue q
    WHERE q.event = p_event AND q.taken_at IS NULL AND q.finished_at IS NULL
      AND q.joined_at > venue.base_now(p_event) - 1800 AND venue.asking() IS NOT NULL
    ORDER BY q.joined_at LIMIT 200
$$;

-- noted. A face check was answered after so many seconds.
CREATE FUNCTION venue.tell_wait(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id, p_wait_s venue.seconds
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'tell_wait', p_nonce);
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  INSERT INTO venue.face_waits VALUES (p_event, p_gate_group, venue.base_now(p_event), p_wait_s);
  given.outcome := 'noted';
  RETURN venue.keep(p_event, me, 'tell_wait', p_nonce, given);
END $$;

-- Both lanes of each group side by side, over the last ten minutes. Staff: how many wait, since when the first, and the
-- waits of those called up and of those who still wait, which may last longer yet. Face: from the choice to the answer.
CREATE FUNCTION venue.queue_waits(p_event venue.id)
RETURNS TABLE (
  gate_group venue.id, waiting bigint, since venue.seconds, p90_s double precision, served bigint,
  face_p90_s double precision, face_checks bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH now_is (s) AS (SELECT venue.base_now(p_event)::double precision),
  staff AS (
    SELECT q.gate_group, count(*) FILTER (WHERE q.taken_at IS NULL) AS waiting,
           min(q.joined_at) FILTER (WHERE q.taken_at IS NULL) AS since,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY coalesce(q.taken_at, now_is.s) - q.joined_at) AS p90_s,
           count(q.taken_at) AS served
      FROM venue.queue q, now_is
      WHERE q.event = p_event
        AND (q.taken_at > now_is.s - 600
             OR (q.taken_at IS NULL AND q.finished_at IS NULL AND q.joined_at > now_is.s - 1800))
      GROUP BY 1),
  face AS (
    SELECT f.gate_group, percentile_cont(0.9) WITHIN GROUP (ORDER BY f.wait_s) AS p90_s, count(*) AS checks
      FROM venue.face_waits f, now_is WHERE f.event = p_event AND f.at > now_is.s - 600 GROUP BY 1)
  SELECT gate_group, coalesce(staff.waiting, 0), staff.since, staff.p90_s, coalesce(staff.served, 0), face.p90_s,
         coalesce(face.checks, 0)
    FROM staff FULL JOIN face USING (gate_group) WHERE venue.asking() IS NOT NULL ORDER BY 1
$$;

-- noted. Whether an officer works at this desk for this gate group; asked for every two seconds. manned, unmanned.
CREATE FUNCTION venue.staff_here(
  p_event venue.id, p_station venue.id, p_gate_group venue.id, p_state venue.word
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking_desk();
  now_s venue.seconds := venue.base_now(p_event);
  is_manned boolean := p_state = 'manned';
  was_manned boolean;
  given venue.answer;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT manned INTO was_manned FROM venue.staffing
    WHERE event = p_event AND device = me AND station = p_station AND gate_group = p_gate_group;
  INSERT INTO venue.staffing AS kept
    VALUES (p_event, me, p_station, p_gate_group, is_manned, CASE WHEN is_manned THEN now_s END, now_s)
    ON CONFLICT (event, device, station, gate_group) DO UPDATE
      SET manned = excluded.manned, seen_at = excluded.seen_at,
          manned_at = CASE WHEN kept.manned OR excluded.manned THEN excluded.seen_at ELSE kept.manned_at END;
  IF was_manned IS DISTINCT FROM is_manned THEN
    PERFORM venue.note(p_event, 'staffing', NULL, NULL, NULL, p_station, p_gate_group, p_state, now_s, true);
  END IF;
  given.outcome := 'noted';
  given.at := now_s;
  RETURN given;
END $$;

-- For each gate group that has a desk: how many desks are manned and were heard of within six seconds, and when an officer
-- was last known to work there (null: never).
CREATE FUNCTION venue.staffing_now(p_event venue.id)
RETURNS TABLE (gate_group venue.id, desks bigint, manned bigint, manned_at venue.seconds)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.gate_group, count(*), count(*) FILTER (WHERE s.manned AND s.seen_at > venue.base_now(p_event) - 6),
         max(s.manned_at)
    FROM venue.staffing s WHERE s.event = p_event AND venue.asking() IS NOT NULL GROUP BY 1 ORDER BY 1
$$;

-- called | waiting (the call that is out already)
CREATE FUNCTION venue.call_staff(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id, p_call venue.id,
  p_about venue.word
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'call_staff', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  INSERT INTO venue.calls (event, call, device, station, gate_group, about, called_at)
    VALUES (p_event, p_call, me, p_station, p_gate_group, p_about, now_s)
    ON CONFLICT (event, device, station, about) WHERE answered_at IS NULL DO NOTHING;
  IF FOUND THEN
    given := ('called', p_call, now_s, p_station, p_gate_group, NULL, NULL);
    PERFORM venue.note(p_event, 'called', p_call, NULL, NULL, p_station, p_gate_group, p_about, now_s, true);
  ELSE
    SELECT 'waiting', call, called_at, station, gate_group
      INTO given.outcome, given.id, given.at, given.station, given.gate_group
      FROM venue.calls WHERE event = p_event AND device = me AND station = p_station AND about = p_about
        AND answered_at IS NULL;
    given.outcome := 'waiting';
  END IF;
  RETURN venue.keep(p_event, me, 'call_staff', p_nonce, given);
END $$;

-- answered (at: when it was made) | nothing. Desks only.
CREATE FUNCTION venue.answer_call(p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_call venue.id)
RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking_desk();
  given venue.answer := venue.earlier(p_event, me, 'answer_call', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  made venue.calls;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  UPDATE venue.calls SET answered_at = now_s, answered_by = p_station
    WHERE event = p_event AND call = p_call AND answered_at IS NULL RETURNING * INTO made;
  IF FOUND THEN
    given := ('answered', p_call, made.called_at, made.station, made.gate_group, NULL, NULL);
    PERFORM venue.note(p_event, 'call_answered', p_call, NULL, NULL, made.station, made.gate_group, NULL, now_s, true);
  ELSE
    given.outcome := 'nothing';
  END IF;
  RETURN venue.keep(p_event, me, 'answer_call', p_nonce, given);
END $$;

CREATE FUNCTION venue.calls_waiting(p_event venue.id)
RETURNS TABLE (
  call venue.id, station venue.id, gate_group venue.id, called_at venue.seconds, about venue.word
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.call, c.station, c.gate_group, c.called_at, c.about FROM venue.calls c
    WHERE c.event = p_event AND c.answered_at IS NULL AND venue.asking() IS NOT NULL
      AND c.called_at > venue.base_now(p_event) - CASE WHEN c.about = 'care' THEN 300 ELSE 1800 END
    ORDER BY c.called_at LIMIT 200
$$;

-- began. gate_group: one, or "all". Desks only.
CREATE FUNCTION venue.incident_begin(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id, p_incident venue.id,
  p_mode venue.word, p_why venue.word, p_officer venue.id, p_until venue.seconds
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking_desk();
  given venue.answer := venue.earlier(p_event, me, 'incident_begin', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  INSERT INTO venue.incidents
    VALUES (p_event, p_incident, p_gate_group, p_mode, p_why, p_officer, now_s, p_until, NULL, NULL);
  given := ('began', p_incident, now_s, p_station, p_gate_group, NULL, p_until);
  PERFORM venue.note(p_event, 'incident_began', p_incident, NULL, NULL, p_station, p_gate_group, p_mode, now_s, true);
  RETURN venue.keep(p_event, me, 'incident_begin', p_nonce, given);
END $$;

-- ended | nothing. Desks only.
CREATE FUNCTION venue.incident_end(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_incident venue.id, p_officer venue.id
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking_desk();
  given venue.answer := venue.earlier(p_event, me, 'incident_end', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
  over venue.incidents;
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  UPDATE venue.incidents SET ended_at = now_s, ended_by = p_officer
    WHERE event = p_event AND incident = p_incident AND ended_at IS NULL RETURNING * INTO over;
  IF FOUND THEN
    given := ('ended', p_incident, now_s, p_station, over.gate_group, NULL, NULL);
    PERFORM venue.note(p_event, 'incident_ended', p_incident, NULL, NULL, p_station, over.gate_group, over.mode,
                       now_s, true);
  ELSE
    given.outcome := 'nothing';
  END IF;
  RETURN venue.keep(p_event, me, 'incident_end', p_nonce, given);
END $$;

-- Incidents that hold now: begun, not ended, their time not over.
CREATE FUNCTION venue.incidents_now(p_event venue.id)
RETURNS TABLE (
  incident venue.id, gate_group venue.id, mode venue.word, why venue.word, officer venue.id, began_at venue.seconds,
  until venue.seconds
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.incident, i.gate_group, i.mode, i.why, i.officer, i.began_at, i.until FROM venue.incidents i
    WHERE i.event = p_event AND i.ended_at IS NULL AND i.until > venue.base_now(p_event)
      AND venue.asking() IS NOT NULL
    ORDER BY i.began_at
$$;

-- counted. What the turnstile's sensor saw since the last call. p_how: checked, or free while everybody was let through.
CREATE FUNCTION venue.count_passages(
  p_event venue.id, p_nonce venue.nonce, p_station venue.id, p_gate_group venue.id, p_in venue.amount,
  p_out venue.amount, p_how venue.word
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'count_passages', p_nonce);
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  INSERT INTO venue.passages AS seen VALUES (p_event, me, p_station, p_gate_group, p_how = 'free', p_in, p_out)
    ON CONFLICT (event, device, station, gate_group, free) DO UPDATE
      SET passed_in = seen.passed_in + excluded.passed_in, passed_out = seen.passed_out + excluded.passed_out;
  given.outcome := 'counted';
  RETURN venue.keep(p_event, me, 'count_passages', p_nonce, given);
END $$;

-- For each gate group: let in (double uses among them counted once more in ``doubled``), gone out by scan, and what the
-- sensors saw: passed_in of people who had been checked, free_in while everybody was let through.
CREATE FUNCTION venue.head_count(p_event venue.id)
RETURNS TABLE (
  gate_group venue.id, admitted bigint, exited bigint, doubled bigint, passed_in bigint, passed_out bigint,
  free_in bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT g.gate_group, coalesce(a.admitted, 0), coalesce(a.exited, 0), coalesce(c.doubled, 0),
         coalesce(p.passed_in, 0)::bigint, coalesce(p.passed_out, 0)::bigint, coalesce(p.free_in, 0)::bigint
    FROM (SELECT gate_group FROM venue.admissions WHERE event = p_event
          UNION SELECT gate_group FROM venue.conflicts WHERE event = p_event
          UNION SELECT gate_group FROM venue.passages WHERE event = p_event) g
    LEFT JOIN (SELECT gate_group, count(*) AS admitted, count(exited_at) AS exited FROM venue.admissions
               WHERE event = p_event AND undone_at IS NULL GROUP BY 1) a USING (gate_group)
    LEFT JOIN (SELECT gate_group, count(*) AS doubled FROM venue.conflicts
               WHERE event = p_event AND kind = 'double_use' AND undone_at IS NULL GROUP BY 1) c USING (gate_group)
    LEFT JOIN (SELECT gate_group, sum(passed_in) FILTER (WHERE NOT free) AS passed_in, sum(passed_out) AS passed_out,
               sum(passed_in) FILTER (WHERE free) AS free_in
               FROM venue.passages WHERE event = p_event GROUP BY 1) p USING (gate_group)
    WHERE venue.asking() IS NOT NULL ORDER BY 1
$$;
