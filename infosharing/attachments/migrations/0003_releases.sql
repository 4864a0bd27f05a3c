-- A file of a note leaves the agency too. Where a second pair of eyes is asked for (migration 0017 of notes), it waits
-- until a colleague of whoever added it lets it out, and until then is its originator's alone.
ALTER POLICY attachment_select ON attachments_attachment USING (
    EXISTS (SELECT 1 FROM notes_note n WHERE n.id = attachments_attachment.note_id OFFSET 0)
    AND ((removed_at IS NULL AND NOT waits
          AND (audience = 'note'
               OR EXISTS (SELECT 1 FROM attachments_attachmentrecipient r
                          WHERE r.attachment_id = attachments_attachment.id
                            AND r.member_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OFFSET 0)))
         OR sight.owns(note_id)));
GRANT UPDATE (waits, released_by_id) ON attachments_attachment TO concord_app;

CREATE FUNCTION attachments_second_pair() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked boolean := (SELECT sight.asks_second_pair(n.partnership_id, n.owner_id)
                      FROM public.notes_note n WHERE n.id = NEW.note_id);
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.waits := asked;
        NEW.released_by_id := NULL;
        RETURN NEW;
    END IF;
    IF (NEW.waits, NEW.released_by_id) IS DISTINCT FROM (OLD.waits, OLD.released_by_id)
       AND NOT (OLD.waits AND NOT NEW.waits AND NEW.released_by_id IS NOT DISTINCT FROM sight.person()
                AND NEW.released_by_id <> OLD.added_by_id) THEN
        RAISE EXCEPTION 'a colleague of whoever added a file releases it' USING ERRCODE = 'check_violation';
    END IF;
    IF asked AND NOT OLD.waits AND OLD.audience = 'named' AND NEW.audience = 'note' AND NEW.removed_at IS NULL THEN
        RAISE EXCEPTION 'a colleague releases what leaves the agency' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER second_pair BEFORE INSERT OR UPDATE ON attachments_attachment
    FOR EACH ROW EXECUTE FUNCTION attachments_second_pair();

-- Who is named while a file is for all loses nothing and gets nothing; who is named beside others gets it.
CREATE FUNCTION attachments_second_pair_named() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.attachments_attachment a JOIN public.notes_note n ON n.id = a.note_id
        WHERE a.id = NEW.attachment_id AND a.audience = 'named' AND NOT a.waits
          AND sight.asks_second_pair(n.partnership_id, n.owner_id)) THEN
        RAISE EXCEPTION 'a colleague releases what leaves the agency' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER second_pair BEFORE INSERT ON attachments_attachmentrecipient
    FOR EACH ROW EXECUTE FUNCTION attachments_second_pair_named();
