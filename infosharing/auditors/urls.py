from django.urls import path

from infosharing.auditors import web

BASE = "partnerships/<slug:slug>/notes/auditors/"

urlpatterns = [
    path(BASE, web.auditor_list, name="auditor_list"),
    path(BASE + "new/", web.auditor_new, name="auditor_new"),
    path(BASE + "<uuid:auditor>/readings/", web.auditor_readings, name="auditor_readings"),
    path(BASE + "<uuid:auditor>/end/", web.auditor_end, name="auditor_end"),
]
