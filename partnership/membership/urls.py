from django.urls import path

from partnership.membership import web
from partnership.membership.departures import web as departures

DEPARTURE = "partnerships/<slug:slug>/departures/<uuid:departure>/"

urlpatterns = [
    path("partnerships/", web.partnership_list, name="partnership_list"),
    path("partnerships/new/", web.partnership_new, name="partnership_new"),
    path("partnerships/<slug:slug>/", web.partnership_detail, name="partnership_detail"),
    path("partnerships/<slug:slug>/edit/", web.partnership_edit, name="partnership_edit"),
    path("partnerships/<slug:slug>/members/", web.member_list, name="member_list"),
    path("partnerships/<slug:slug>/members/invite/", web.member_invite, name="member_invite"),
    path("partnerships/<slug:slug>/members/<uuid:member>/", web.member_detail, name="member_detail"),
    path(
        "partnerships/<slug:slug>/members/<uuid:member>/representatives/",
        web.member_representatives,
        name="member_representatives",
    ),
    path("partnerships/<slug:slug>/members/<uuid:member>/suspend/", web.member_suspend, name="member_suspend"),
    path("partnerships/<slug:slug>/members/<uuid:member>/reinstate/", web.member_reinstate, name="member_reinstate"),
    path("partnerships/<slug:slug>/members/<uuid:member>/withdraw/", web.member_withdraw, name="member_withdraw"),
    path(
        "partnerships/<slug:slug>/members/<uuid:member>/leave/",
        departures.departure_announce,
        name="departure_announce",
    ),
    path(DEPARTURE, departures.departure_detail, name="departure_detail"),
    path(DEPARTURE + "take-back/", departures.departure_take_back, name="departure_take_back"),
    path(DEPARTURE + "hand-over/<slug:room>/<uuid:subject>/", departures.hand_over_arrange, name="hand_over_arrange"),
    path(DEPARTURE + "items/<uuid:item>/agree/", departures.hand_over_agree, name="hand_over_agree"),
    path(DEPARTURE + "items/<uuid:item>/decline/", departures.hand_over_decline, name="hand_over_decline"),
    path("invitations/<uuid:member>/", web.invitation_detail, name="invitation_detail"),
    path("invitations/<uuid:member>/accept/", web.invitation_accept, name="invitation_accept"),
    path("invitations/<uuid:member>/decline/", web.invitation_decline, name="invitation_decline"),
]
