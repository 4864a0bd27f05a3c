from django.urls import path

from partnership.feeds import web

urlpatterns = [
    path("settings/calendar/new/", web.feed_new, name="feed_new"),
    path("settings/calendar/<uuid:feed>/revoke/", web.feed_revoke, name="feed_revoke"),
    path("calendar/<str:token>.ics", web.calendar, name="calendar"),
]
