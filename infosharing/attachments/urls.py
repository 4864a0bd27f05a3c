from django.urls import path

from infosharing.attachments import web

urlpatterns = [
    path("notes/<uuid:note>/files/add/", web.attachment_add, name="attachment_add"),
    path("notes/<uuid:note>/files/<uuid:attachment>/", web.attachment_file, name="attachment_file"),
    path("notes/<uuid:note>/files/<uuid:attachment>/audience/", web.attachment_audience, name="attachment_audience"),
    path("notes/<uuid:note>/files/<uuid:attachment>/release/", web.attachment_release, name="attachment_release"),
    path("notes/<uuid:note>/files/<uuid:attachment>/remove/", web.attachment_remove, name="attachment_remove"),
]
