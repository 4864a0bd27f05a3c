from django.urls import path

from partnership.responsibilities import web

BASE = "partnerships/<slug:slug>/responsibilities/"
ONE = BASE + "<uuid:responsibility>/"

urlpatterns = [
    path(BASE, web.responsibility_list, name="responsibility_list"),
    path(BASE + "grid/", web.responsibility_grid, name="responsibility_grid"),
    path(BASE + "new/", web.responsibility_new, name="responsibility_new"),
    path(ONE, web.responsibility_detail, name="responsibility_detail"),
    path(ONE + "edit/", web.responsibility_edit, name="responsibility_edit"),
    path(ONE + "accept/", web.responsibility_accept, name="responsibility_accept"),
    path(ONE + "decline/", web.responsibility_decline, name="responsibility_decline"),
    path(ONE + "ask/", web.responsibility_ask, name="responsibility_ask"),
    path(ONE + "end/", web.responsibility_end, name="responsibility_end"),
]
