from django.urls import path

from infosharing.notes import web, web_changes, web_conventions, web_explaining
from infosharing.notes.evidence import web as evidence
from infosharing.notes.reviewing import web as reviewing

EVIDENCE = "partnerships/<slug:slug>/commitments/<uuid:commitment>/evidence/note/"

urlpatterns = [
    path("notes/", web.note_list, name="note_list"),
    path("notes/<uuid:note>/", web.note_detail, name="note_detail"),
    path("notes/<uuid:note>/accept/", web.note_accept, name="note_accept"),
    path("notes/<uuid:note>/changes/", web_changes.note_changes, name="note_changes"),
    path("notes/<uuid:note>/edit/", web.note_edit, name="note_edit"),
    path("notes/<uuid:note>/prolong/", reviewing.note_prolong, name="note_prolong"),
    path("notes/<uuid:note>/withdraw/", web.note_withdraw, name="note_withdraw"),
    path("notes/<uuid:note>/explanation/", web_explaining.note_explanation, name="note_explanation"),
    path("notes/<uuid:note>/preview/<uuid:agency>/", web_explaining.note_preview, name="note_preview"),
    path("partnerships/<slug:slug>/notes/", web.partnership_notes, name="partnership_notes"),
    path(EVIDENCE, evidence.note_evidence_add, name="note_evidence_add"),
    path(EVIDENCE + "<uuid:note_evidence>/remove/", evidence.note_evidence_remove, name="note_evidence_remove"),
    path("partnerships/<slug:slug>/notes/new/", web.note_new, name="note_new"),
    path("partnerships/<slug:slug>/notes/conventions/", web_conventions.conventions, name="note_conventions"),
    path("partnerships/<slug:slug>/notes/house-rule/", web_conventions.house_rule, name="note_house_rule"),
    path("partnerships/<slug:slug>/notes/prolongations/", reviewing.prolongation_list, name="prolongation_list"),
    path(
        "partnerships/<slug:slug>/notes/prolongations/<uuid:prolongation>/answer/",
        reviewing.prolongation_answer,
        name="prolongation_answer",
    ),
    path("partnerships/<slug:slug>/notes/seen-by/<uuid:member>/", web_explaining.notes_seen_by, name="notes_seen_by"),
]
