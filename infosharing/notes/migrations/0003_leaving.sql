-- Takes back all live notes of a member that leaves, and returns their public ids; never their contents.
--
-- Why not as somebody of that agency: a note to named people is its author's alone, and an author may have moved on, or
-- the member may be suspended. Then nobody could take the note back, and it would stay out there for good against what
-- its originator decided. So the database does it, and only for a departure that is announced and says so.
CREATE FUNCTION sight.withdraw_notes_of(leaving bigint, said text) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    leaver public.membership_membership;
    note public.notes_note;
BEGIN
    SELECT m.* INTO leaver FROM public.membership_departure d
    JOIN public.membership_membership m ON m.id = d.membership_id
    WHERE d.id = leaving AND d.status = 'announced' AND d.choices->>'notes' = 'withdrawn';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no member that leaves has announced that its notes are withdrawn'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR note IN SELECT n.* FROM public.notes_note n
                WHERE n.owner_id = leaver.id AND n.status = 'live' ORDER BY n.id FOR UPDATE LOOP
        -- as when somebody withdraws it: the originator keeps it; a note to named people, its author
        DELETE FROM public.grants_notegroupgrant g
        WHERE g.content_object_id = note.id AND g.group_id <> leaver.group_id;
        DELETE FROM public.grants_noteusergrant u
        WHERE u.content_object_id = note.id AND u.user_id <> note.author_id;
        UPDATE public.notes_note n
        SET status = 'withdrawn', withdrawn_at = clock_timestamp(), withdrawal_reason = said,
            updated_at = clock_timestamp()
        WHERE n.id = note.id;
        RETURN NEXT note.public_id;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION sight.withdraw_notes_of(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.withdraw_notes_of(bigint, text) TO concord_app;
