from django.urls import path

from infosharing.circles import web

BASE = "partnerships/<slug:slug>/notes/circles/"
ONE = BASE + "<uuid:circle>/"

urlpatterns = [
    path(BASE, web.circle_list, name="circle_list"),
    path(BASE + "new/", web.circle_new, name="circle_new"),
    path(ONE, web.circle_detail, name="circle_detail"),
    path(ONE + "edit/", web.circle_edit, name="circle_edit"),
    path(ONE + "invite/", web.circle_invite, name="circle_invite"),
    path(ONE + "accept/", web.circle_accept, name="circle_accept"),
    path(ONE + "decline/", web.circle_decline, name="circle_decline"),
    path(ONE + "leave/", web.circle_leave, name="circle_leave"),
    path(ONE + "end/", web.circle_end, name="circle_end"),
    path(ONE + "members/<uuid:circle_member>/remove/", web.circle_remove, name="circle_remove"),
]
