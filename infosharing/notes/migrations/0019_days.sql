-- What happens on a day happens on the agencies' day, not on that of the server's clock: near midnight they differ. The
-- application says which day it is, and is believed as far as time zones reach.
CREATE FUNCTION sight.day(today date) RETURNS date
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT least(greatest(today, current_date - 1), current_date + 1)
$$;

DROP FUNCTION sight.withdraw_notes_to_destroy(text);
CREATE FUNCTION sight.withdraw_notes_to_destroy(said text, today date) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    note public.notes_note;
BEGIN
    FOR note IN SELECT n.* FROM public.notes_note n
                WHERE n.status = 'live' AND n.destroy_by < sight.day(today) ORDER BY n.id FOR UPDATE LOOP
        -- as when somebody withdraws it: the originator keeps it; a note to named people, its author
        DELETE FROM public.grants_notegroupgrant g USING public.membership_membership m
        WHERE g.content_object_id = note.id AND m.id = note.owner_id AND g.group_id <> m.group_id;
        DELETE FROM public.grants_noteusergrant u
        WHERE u.content_object_id = note.id AND u.user_id <> note.author_id;
        UPDATE public.notes_note n
        SET status = 'withdrawn', withdrawn_at = clock_timestamp(), withdrawal_reason = said,
            updated_at = clock_timestamp()
        WHERE n.id = note.id;
        RETURN NEXT note.public_id;
    END LOOP;
END $$;

DROP FUNCTION sight.destroy_notes_past_review(text);
-- As in migration 0015: words are gone for everybody; one that waits for the coordinator is kept for two weeks more.
CREATE FUNCTION sight.destroy_notes_past_review(said text, today date) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    note public.notes_note;
BEGIN
    FOR note IN SELECT n.* FROM public.notes_note n
                WHERE n.destroyed_at IS NULL AND n.review_on < sight.day(today)
                  AND NOT (n.review_on >= sight.day(today) - 14 AND EXISTS (
                      SELECT 1 FROM public.notes_prolongation p WHERE p.note_id = n.id AND p.status = 'asked'))
                ORDER BY n.id FOR UPDATE LOOP
        DELETE FROM public.grants_notegroupgrant g USING public.membership_membership m
        WHERE g.content_object_id = note.id AND m.id = note.owner_id AND g.group_id <> m.group_id;
        DELETE FROM public.grants_noteusergrant u
        WHERE u.content_object_id = note.id AND u.user_id <> note.author_id;
        UPDATE public.notes_note n
        SET status = 'withdrawn', withdrawn_at = coalesce(n.withdrawn_at, clock_timestamp()),
            withdrawal_reason = CASE n.status WHEN 'live' THEN said ELSE n.withdrawal_reason END,
            destroyed_at = clock_timestamp(), updated_at = clock_timestamp(),
            title = 'Destroyed note', body = '', purpose = '', legal_basis = '', personal_data = '{}',
            competence_id = NULL
        WHERE n.id = note.id;
        RETURN NEXT note.public_id;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION sight.day(date), sight.withdraw_notes_to_destroy(text, date),
    sight.destroy_notes_past_review(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.withdraw_notes_to_destroy(text, date),
    sight.destroy_notes_past_review(text, date) TO concord_app;
