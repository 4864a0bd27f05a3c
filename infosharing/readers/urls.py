from django.urls import path

from infosharing.readers import web

urlpatterns = [
    path("notes/<uuid:note>/readers/", web.note_readers, name="note_readers"),
    path("notes/<uuid:note>/readers/remind/", web.note_remind, name="note_remind"),
    path("notes/recalls/", web.recall_list, name="recall_list"),
    path("notes/recalls/<uuid:recall>/", web.recall_detail, name="recall_detail"),
    path("notes/recalls/<uuid:recall>/acknowledge/", web.recall_acknowledge, name="recall_acknowledge"),
]
