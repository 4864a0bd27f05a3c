from django.urls import path

from infosharing.identifiers import web

urlpatterns = [
    path("settings/lists/", web.list_list, name="given_lists"),
    path("settings/lists/new/", web.list_new, name="given_list_new"),
    path("settings/lists/<uuid:given_list>/replace/", web.list_replace, name="given_list_replace"),
    path("settings/lists/<uuid:given_list>/remove/", web.list_remove, name="given_list_remove"),
]
