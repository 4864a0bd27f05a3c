from django.urls import path

from foundation.notifications import web

urlpatterns = [
    path("inbox/", web.inbox, name="inbox"),
    path("inbox/read-all/", web.read_all, name="inbox_read_all"),
    path("inbox/<uuid:notice>/open/", web.open_notice, name="notice_open"),
    path("settings/mail/", web.mail_settings, name="mail_settings"),
    path("unsubscribe/<str:token>/", web.unsubscribe, name="unsubscribe"),
]
