from django.urls import URLPattern

BASE = "partnerships/<slug:slug>/competences/"

# the catalogue, for everybody
catalogue: list[URLPattern] = []

# the matrix, the barrier model and who needs whom
barriers: list[URLPattern] = []

# the register, members' own pages, rights and acknowledgement
register: list[URLPattern] = []

urlpatterns = [*catalogue, *barriers, *register]
