-- A note as evidence stands behind the same wall as the note: the policy asks for the note, as the reader, so it shows
-- nobody more than the note itself would. And where the originator does not let recipients know each other, it shows
-- nobody that the member which added it is one of them.
ALTER TABLE notes_noteevidence ADD CONSTRAINT note_evidence_note_in_partnership
    FOREIGN KEY (note_id, partnership_id) REFERENCES notes_note (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE notes_noteevidence ADD CONSTRAINT note_evidence_commitment_in_partnership
    FOREIGN KEY (commitment_id, partnership_id) REFERENCES commitments_commitment (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE notes_noteevidence ADD CONSTRAINT note_evidence_member_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE notes_noteevidence ENABLE ROW LEVEL SECURITY;
-- One policy per command, settings within (SELECT ...), OFFSET 0 in EXISTS: see migration 0002.
CREATE POLICY note_evidence_select ON notes_noteevidence FOR SELECT TO concord_app USING (
    EXISTS (SELECT 1 FROM notes_note n
            WHERE n.id = notes_noteevidence.note_id AND n.status = 'live'
              AND (n.recipients_know_each_other
                   OR n.owner_id = notes_noteevidence.member_id
                   OR notes_noteevidence.member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
                   OR n.owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[])) OFFSET 0));
CREATE POLICY note_evidence_insert ON notes_noteevidence FOR INSERT TO concord_app WITH CHECK (
    added_by_id = (SELECT sight.person())
    AND member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    AND EXISTS (SELECT 1 FROM notes_note n WHERE n.id = note_id AND n.status = 'live' OFFSET 0));
-- who does not see it cannot delete it either: the policy for SELECT is asked too
CREATE POLICY note_evidence_delete ON notes_noteevidence FOR DELETE TO concord_app USING (
    member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    OR EXISTS (SELECT 1 FROM commitments_commitment c
               WHERE c.id = commitment_id AND c.owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OFFSET 0));
-- no policy for UPDATE: it is added and removed, never changed

CREATE TRIGGER verified_stands BEFORE INSERT OR DELETE ON notes_noteevidence
    FOR EACH ROW EXECUTE FUNCTION commitments_verified_stands();
