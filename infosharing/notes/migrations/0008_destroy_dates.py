"""Notes whose day of destruction has come are taken back by the database, and never their contents given out."""

from django.db import migrations

SQL = """
    CREATE FUNCTION sight.withdraw_notes_to_destroy(said text) RETURNS SETOF uuid
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        note public.notes_note;
    BEGIN
        FOR note IN SELECT n.* FROM public.notes_note n
                    WHERE n.status = 'live' AND n.destroy_by < current_date ORDER BY n.id FOR UPDATE LOOP
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
    REVOKE ALL ON FUNCTION sight.withdraw_notes_to_destroy(text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION sight.withdraw_notes_to_destroy(text) TO concord_app;
    CREATE INDEX note_to_destroy ON notes_note (destroy_by) WHERE status = 'live' AND destroy_by IS NOT NULL;
"""
UNDO = """
    DROP INDEX note_to_destroy;
    DROP FUNCTION sight.withdraw_notes_to_destroy(text);
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0007_acceptance_wall")]

    operations = [migrations.RunSQL(SQL, UNDO)]
