from django.urls import path

from partnership.engagement import web

BASE = "partnerships/<slug:slug>/engagement/"
ONE = BASE + "<uuid:input>/"

urlpatterns = [
    path(BASE, web.input_list, name="input_list"),
    path(BASE + "new/", web.input_new, name="input_new"),
    path(BASE + "groups/", web.group_list, name="group_list"),
    path(BASE + "groups/new/", web.group_new, name="group_new"),
    path(BASE + "groups/<uuid:group>/", web.group_edit, name="group_edit"),
    path(ONE, web.input_detail, name="input_detail"),
    path(ONE + "edit/", web.input_edit, name="input_edit"),
    path(ONE + "answer/", web.input_answer, name="input_answer"),
    path(ONE + "turn-down/", web.input_turn_down, name="input_turn_down"),
]
