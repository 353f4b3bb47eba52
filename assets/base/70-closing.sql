-- The end of an event over the venue: who has its tickets, and who told that they are destroyed there.

-- expected. A device that a package was made for, so that it is asked for its certificate even if it is never heard of.
-- Desks only.
CREATE FUNCTION venue.expect(p_event venue.id, p_nonce venue.nonce, p_device venue.id) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking_desk();
  given venue.answer := venue.earlier(p_event, me, 'expect', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  INSERT INTO venue.holders (event, device, since) VALUES (p_event, p_device, now_s), (p_event, me, now_s)
    ON CONFLICT DO NOTHING;
  given.outcome := 'expected';
  RETURN venue.keep(p_event, me, 'expect', p_nonce, given);
END $$;

-- told. What a device says of its own closing: the last word counts, because one that failed is closed again.
CREATE FUNCTION venue.closed(
  p_event venue.id, p_nonce venue.nonce, p_verdict venue.word, p_digest venue.digest, p_closed_at venue.seconds
) RETURNS venue.answer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me venue.id := venue.asking();
  given venue.answer := venue.earlier(p_event, me, 'closed', p_nonce);
  now_s venue.seconds := venue.base_now(p_event);
BEGIN
  IF given.outcome IS NOT NULL THEN
    RETURN given;
  END IF;
  INSERT INTO venue.holders AS kept (event, device, since, verdict, digest, closed_at, told_at)
    VALUES (p_event, me, now_s, p_verdict, p_digest, p_closed_at, now_s)
    ON CONFLICT (event, device) DO UPDATE
      SET verdict = excluded.verdict, digest = excluded.digest, closed_at = excluded.closed_at,
          told_at = excluded.told_at;
  given.outcome := 'told';
  given.at := now_s;
  RETURN venue.keep(p_event, me, 'closed', p_nonce, given);
END $$;
