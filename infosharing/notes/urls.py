from django.urls import path

from infosharing.notes import web

urlpatterns = [
    path("notes/", web.note_list, name="note_list"),
    path("notes/<uuid:note>/", web.note_detail, name="note_detail"),
    path("notes/<uuid:note>/edit/", web.note_edit, name="note_edit"),
    path("notes/<uuid:note>/withdraw/", web.note_withdraw, name="note_withdraw"),
    path("partnerships/<slug:slug>/notes/", web.partnership_notes, name="partnership_notes"),
    path("partnerships/<slug:slug>/notes/new/", web.note_new, name="note_new"),
]
