from django.urls import path

from partnership.commitments import web

BASE = "partnerships/<slug:slug>/commitments/"
ONE = BASE + "<uuid:commitment>/"

urlpatterns = [
    path(BASE, web.commitment_list, name="commitment_list"),
    path(BASE + "new/", web.commitment_new, name="commitment_new"),
    path(ONE, web.commitment_detail, name="commitment_detail"),
    path(ONE + "accept/", web.commitment_accept, name="commitment_accept"),
    path(ONE + "decline/", web.commitment_decline, name="commitment_decline"),
    path(ONE + "start/", web.commitment_start, name="commitment_start"),
    path(ONE + "done/", web.commitment_done, name="commitment_done"),
    path(ONE + "verify/", web.commitment_verify, name="commitment_verify"),
    path(ONE + "send-back/", web.commitment_send_back, name="commitment_send_back"),
    path(ONE + "replan/", web.commitment_replan, name="commitment_replan"),
    path(ONE + "drop/", web.commitment_drop, name="commitment_drop"),
]
