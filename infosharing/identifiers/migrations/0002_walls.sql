-- Fingerprints of sixteen bytes, as many as the list says, over a salt that nobody could have reckoned with.
ALTER TABLE identifiers_givenlist ADD CONSTRAINT given_list_is_fingerprints
    CHECK (octet_length(fingerprints) = 16 * count AND octet_length(salt) = 16);

-- Written as around notes (migration 0002 of notes). A list is of an agency, whatever it takes part in. People are behind no
-- wall.
ALTER TABLE identifiers_givenlist ENABLE ROW LEVEL SECURITY;
CREATE POLICY given_list_select ON identifiers_givenlist FOR SELECT TO concord_app USING (
    agency_id = (SELECT p.agency_id FROM people_person p
                 WHERE p.id = (SELECT sight.person()) AND p.is_active AND NOT p.is_service));
CREATE POLICY given_list_insert ON identifiers_givenlist FOR INSERT TO concord_app WITH CHECK (
    given_by_id = (SELECT sight.person())
    AND agency_id = (SELECT p.agency_id FROM people_person p
                     WHERE p.id = (SELECT sight.person()) AND p.is_active AND NOT p.is_service AND p.role = 'lead'));
CREATE POLICY given_list_update ON identifiers_givenlist FOR UPDATE TO concord_app
    USING (agency_id = (SELECT p.agency_id FROM people_person p
                        WHERE p.id = (SELECT sight.person()) AND p.is_active AND NOT p.is_service AND p.role = 'lead'))
    WITH CHECK (given_by_id = (SELECT sight.person())
                AND agency_id = (SELECT p.agency_id FROM people_person p
                                 WHERE p.id = (SELECT sight.person()) AND p.is_active AND NOT p.is_service
                                   AND p.role = 'lead'));
CREATE POLICY given_list_delete ON identifiers_givenlist FOR DELETE TO concord_app
    USING (agency_id = (SELECT p.agency_id FROM people_person p
                        WHERE p.id = (SELECT sight.person()) AND p.is_active AND NOT p.is_service AND p.role = 'lead'));
