from django.urls import path

from partnership.meetings.web import agenda, meetings, records, series, session

BASE = "partnerships/<slug:slug>/meetings/"
SERIES = BASE + "series/<uuid:series>/"
DECISION = BASE + "decisions/<uuid:decision>/"
ONE = BASE + "<uuid:meeting>/"
ITEM = ONE + "items/<uuid:item>/"
PAPER = ONE + "papers/<uuid:paper>/"

urlpatterns = [
    path(BASE, meetings.meeting_list, name="meeting_list"),
    path(BASE + "new/", meetings.meeting_new, name="meeting_new"),
    path(BASE + "series/", series.series_list, name="series_list"),
    path(BASE + "series/new/", series.series_new, name="series_new"),
    path(SERIES, series.series_detail, name="series_detail"),
    path(SERIES + "edit/", series.series_edit, name="series_edit"),
    path(SERIES + "end/", series.series_end, name="series_end"),
    path(BASE + "decisions/", records.decision_list, name="decision_list"),
    path(DECISION, records.decision_detail, name="decision_detail"),
    path(DECISION + "edit/", session.decision_edit, name="decision_edit"),
    path(DECISION + "dissent/", session.decision_dissent, name="decision_dissent"),
    path(ONE, meetings.meeting_detail, name="meeting_detail"),
    path(ONE + "edit/", meetings.meeting_edit, name="meeting_edit"),
    path(ONE + "call/", meetings.meeting_call, name="meeting_call"),
    path(ONE + "cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path(ONE + "answer/", meetings.meeting_answer, name="meeting_answer"),
    path(ONE + "calendar/", meetings.meeting_calendar, name="meeting_calendar"),
    path(ONE + "start/", session.meeting_start, name="meeting_start"),
    path(ONE + "session/", session.meeting_session, name="meeting_session"),
    path(ONE + "attendance/", session.meeting_attendance, name="meeting_attendance"),
    path(ONE + "decide/", session.decision_new, name="decision_new"),
    path(ONE + "commit/", session.meeting_commit, name="meeting_commit"),
    path(ONE + "close/", session.meeting_close, name="meeting_close"),
    path(ONE + "minutes/", records.meeting_minutes, name="meeting_minutes"),
    path(ONE + "minutes/pdf/", records.meeting_minutes_pdf, name="meeting_minutes_pdf"),
    path(ONE + "items/new/", agenda.item_new, name="item_new"),
    path(ITEM + "edit/", agenda.item_edit, name="item_edit"),
    path(ITEM + "move/", agenda.item_move, name="item_move"),
    path(ITEM + "withdraw/", agenda.item_withdraw, name="item_withdraw"),
    path(ITEM + "outcome/", session.item_outcome, name="item_outcome"),
    path(ITEM + "papers/new/", agenda.paper_new, name="paper_new"),
    path(PAPER, agenda.paper_detail, name="paper_detail"),
    path(PAPER + "read/", agenda.paper_read, name="paper_read"),
    path(PAPER + "remove/", agenda.paper_remove, name="paper_remove"),
]
