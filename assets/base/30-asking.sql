-- Who asks, and whether the same was asked before. Called by the other functions, never by a device.

-- A function of its own, so that a test can tell the time.
CREATE FUNCTION venue.base_now(p_event venue.id) RETURNS venue.seconds
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT extract(epoch FROM clock_timestamp())::double precision
$$;

-- The device that this connection's certificate belongs to; a revoked or replaced one is nobody.
CREATE FUNCTION venue.asking() RETURNS venue.id
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_device venue.id;
BEGIN
  SELECT device INTO found_device FROM venue.devices
    WHERE serial = sslinfo.ssl_client_serial()::text AND revoked_at IS NULL;
  IF found_device IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'VE001', MESSAGE = 'this device is not enrolled';
  END IF;
  RETURN found_device;
END $$;

CREATE FUNCTION venue.asking_desk() RETURNS venue.id
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_device venue.id := venue.asking();
BEGIN
  IF NOT EXISTS (SELECT FROM venue.devices WHERE device = found_device AND kind = 'desk') THEN
    RAISE EXCEPTION USING ERRCODE = 'VE003', MESSAGE = 'only a desk may do this';
  END IF;
  RETURN found_device;
END $$;

-- The answer given under this nonce before, or null. The lock lets a repeated call wait for the first one's end.
CREATE FUNCTION venue.earlier(p_event venue.id, p_device venue.id, p_action venue.word, p_nonce venue.nonce)
RETURNS venue.answer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  given venue.answer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_event || ' ' || p_device || ' ' || p_action || ' ' || p_nonce, 0));
  SELECT outcome, id, at, station, gate_group, lane, until INTO given FROM venue.nonces
    WHERE event = p_event AND device = p_device AND action = p_action AND nonce = p_nonce;
  IF NOT FOUND AND NOT EXISTS (SELECT FROM venue.events WHERE event = p_event) THEN
    RAISE EXCEPTION USING ERRCODE = 'VE002', MESSAGE = 'this event is not at the base';
  END IF;
  RETURN given;
END $$;

CREATE FUNCTION venue.keep(
  p_event venue.id, p_device venue.id, p_action venue.word, p_nonce venue.nonce, given venue.answer
) RETURNS venue.answer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO venue.nonces
    VALUES (p_event, p_device, p_action, p_nonce, given.outcome, given.id, given.at, given.station, given.gate_group,
            given.lane, given.until);
  RETURN given;
END $$;

-- Writes down what happened. ``wake``: tell every device at once. Admissions do not, because PostgreSQL lets only one
-- transaction at a time commit with a notice, and devices ask for changes by themselves.
CREATE FUNCTION venue.note(
  p_event venue.id, p_kind venue.word, p_id venue.id, p_session venue.id, p_reference venue.id, p_station venue.id,
  p_gate_group venue.id, p_word venue.word, p_at venue.seconds, wake boolean, p_admission venue.id DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  noted bigint;
BEGIN
  INSERT INTO venue.changes (event, kind, id, session, reference, station, gate_group, word, admission, at)
    VALUES (p_event, p_kind, p_id, p_session, p_reference, p_station, p_gate_group, p_word, p_admission, p_at)
    RETURNING seq INTO noted;
  IF wake THEN
    PERFORM pg_notify('venue', noted::text);
  END IF;
END $$;
