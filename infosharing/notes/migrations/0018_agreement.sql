-- A note rests on an agreement of its own partnership.
ALTER TABLE notes_note ADD CONSTRAINT note_agreement_in_partnership
    FOREIGN KEY (agreement_id, partnership_id) REFERENCES agreements_agreement (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

-- What is shared in a circle, by what the agreements distinguish alone: for who knows of the circle.
DROP FUNCTION sight.shared_in_circle(bigint);
CREATE FUNCTION sight.shared_in_circle(wanted bigint)
    RETURNS TABLE (owner bigint, tlp text, category text, personal_data text[], agreement bigint, notes bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT sight.knows_circle(wanted) THEN
        RAISE EXCEPTION 'this circle is not known to the reader' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
        SELECT n.owner_id, n.tlp::text, n.category::text, n.personal_data::text[], n.agreement_id, count(*)
        FROM public.circles_circle c JOIN public.grants_notegroupgrant g ON g.group_id = c.group_id
        JOIN public.notes_note n ON n.id = g.content_object_id
        WHERE c.id = wanted AND (g.expires_at IS NULL OR g.expires_at > sight.now())
        GROUP BY n.owner_id, n.tlp, n.category, n.personal_data, n.agreement_id ORDER BY 1, 2, 3, 4, 5;
END $$;
REVOKE ALL ON FUNCTION sight.shared_in_circle(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.shared_in_circle(bigint) TO concord_app;
