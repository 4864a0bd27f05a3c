-- When a grant began, the application says; when it ended, this says: both by one clock, or the history contradicts
-- itself. `sight.moment` is set where that clock stands on another day, in a rehearsal or the demo; else it is empty.
CREATE OR REPLACE FUNCTION grants_keep_ended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ended jsonb := to_jsonb(OLD);
BEGIN
    INSERT INTO public.grants_endedgrant
        (note_id, group_id, user_id, granted_at, granted_by_id, ended_at, ended_by_id)
    VALUES (OLD.content_object_id,
            coalesce((ended->>'group_id')::int, (ended->>'through_id')::int), (ended->>'user_id')::bigint,
            OLD.granted_at, OLD.granted_by_id,
            coalesce(nullif(current_setting('sight.moment', true), '')::timestamptz, clock_timestamp()),
            nullif(current_setting('sight.person', true), '')::bigint);
    RETURN NULL;
END $$;
