from django.urls import path

from infosharing.requests import web

ALL = "partnerships/<slug:slug>/requests/"
ONE = ALL + "<uuid:question>/"

urlpatterns = [
    path(ALL, web.request_list, name="request_list"),
    path(ALL + "new/", web.request_new, name="request_new"),
    path(ONE, web.request_detail, name="request_detail"),
    path(ONE + "answer/", web.request_answer, name="request_answer"),
    path(ONE + "refuse/", web.request_refuse, name="request_refuse"),
    path(ONE + "withdraw/", web.request_withdraw, name="request_withdraw"),
]
