from django.urls import path

from accounts.people import web

urlpatterns = [path("settings/", web.settings, name="settings")]
