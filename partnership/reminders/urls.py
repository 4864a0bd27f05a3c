from django.urls import path

from partnership.reminders import web

BASE = "partnerships/<slug:slug>/reminders/"

urlpatterns = [
    path(BASE, web.reminder_list, name="reminder_list"),
    path(BASE + "<str:source>/", web.ladder_edit, name="ladder_edit"),
    path(BASE + "<str:source>/reset/", web.ladder_reset, name="ladder_reset"),
    path(BASE + "<str:source>/<uuid:subject>/now/", web.remind_now, name="remind_now"),
]
