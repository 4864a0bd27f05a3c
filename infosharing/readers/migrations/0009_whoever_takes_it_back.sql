-- What a member that leaves has decided to take back is recalled from whoever read it also where the coordinator ends the
-- membership before its day: somebody reads then, and the trigger of migration 0002 kept silent. So it always speaks; a
-- service that recalls by itself finds that done, and tells them.
DROP TRIGGER recall_unattended ON notes_note;
ALTER FUNCTION readers_recall_unattended() RENAME TO readers_recall_withdrawn;
CREATE TRIGGER recall_withdrawn AFTER UPDATE OF status ON notes_note FOR EACH ROW
    WHEN (OLD.status = 'live' AND NEW.status = 'withdrawn')
    EXECUTE FUNCTION readers_recall_withdrawn();
