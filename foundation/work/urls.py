from django.urls import path

from foundation.work import web

urlpatterns = [path("", web.my_work, name="my_work")]
