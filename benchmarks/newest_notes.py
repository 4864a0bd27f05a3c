"""The newest notes that a reader sees: ours, hand-written SQL, and django-guardian's own shortcut."""




PAGE = 25
FLOOR = """
    SELECT n.* FROM (
        SELECT DISTINCT created_at, content_object_id FROM (
            SELECT t.* FROM people_person_groups h CROSS JOIN LATERAL (
                SELECT created_at, content_object_id FROM grants_notegroupgrant
                WHERE group_id = h.group_id ORDER BY created_at DESC, content_object_id DESC LIMIT 25
            ) t WHERE h.person_id = %(person)s
            UNION ALL
            (SELECT created_at, content_object_id FROM grants_noteusergrant WHERE user_id = %(person)s
             ORDER BY created_at DESC, content_object_id DESC LIMIT 25)
        ) newest ORDER BY created_at DESC, content_object_id DESC LIMIT 25
    ) page JOIN notes_note n ON n.id = page.content_object_id ORDER BY n.created_at DESC, n.id DESC
"""
