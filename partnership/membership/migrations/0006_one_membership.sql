-- As in migration 0002, for what an agency is in one partnership: whoever is suspended there or comes back keeps the
-- groups of all others, and there may be many (docs/performance.md).
CREATE FUNCTION membership_keep_groups_in(wanted_agency bigint, wanted_partnership bigint) RETURNS void LANGUAGE sql AS $$
    WITH concerned AS (
        -- more than one where it left and came back
        SELECT m.id, m.group_id FROM membership_membership m
        WHERE m.agency_id = wanted_agency AND m.partnership_id = wanted_partnership
    ), belongs AS (
        SELECT p.* FROM concerned c JOIN membership_people p ON p.membership_id = c.id
    ), due AS (
        SELECT person_id, member_group_id AS group_id FROM belongs
        UNION
        SELECT person_id, partnership_group_id FROM belongs
    ), gone AS (
        DELETE FROM people_person_groups h
        WHERE h.person_id = ANY(ARRAY(SELECT id FROM people_person WHERE agency_id = wanted_agency))
          AND h.group_id = ANY(ARRAY(SELECT group_id FROM concerned
                                     UNION ALL SELECT group_id FROM membership_partnership WHERE id = wanted_partnership))
          AND NOT EXISTS (SELECT 1 FROM due d WHERE d.person_id = h.person_id AND d.group_id = h.group_id)
    )
    INSERT INTO people_person_groups (person_id, group_id) SELECT person_id, group_id FROM due
    ON CONFLICT DO NOTHING;
$$;

CREATE OR REPLACE FUNCTION membership_follow_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- two changes of one agency at once must not both read the state before the other
    PERFORM 1 FROM agencies_agency WHERE id = NEW.agency_id FOR UPDATE;
    PERFORM membership_keep_groups_in(NEW.agency_id, NEW.partnership_id);
    RETURN NULL;
END $$;
