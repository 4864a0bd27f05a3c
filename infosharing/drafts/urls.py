from django.urls import path

from infosharing.drafts import web

ONE = "drafts/<uuid:draft>/"

urlpatterns = [
    path("partnerships/<slug:slug>/notes/drafts/", web.draft_list, name="draft_list"),
    path("partnerships/<slug:slug>/notes/drafts/new/", web.draft_new, name="draft_new"),
    path("notes/<uuid:note>/draft/", web.draft_of_change, name="draft_of_change"),
    path(ONE, web.draft_detail, name="draft_detail"),
    path(ONE + "edit/", web.draft_edit, name="draft_edit"),
    path(ONE + "ask/", web.draft_ask, name="draft_ask"),
    path(ONE + "take-back/", web.draft_take_back, name="draft_take_back"),
    path(ONE + "send-back/", web.draft_send_back, name="draft_send_back"),
    path(ONE + "release/", web.draft_release, name="draft_release"),
    path(ONE + "share/", web.draft_share, name="draft_share"),
    path(ONE + "discard/", web.draft_discard, name="draft_discard"),
]
