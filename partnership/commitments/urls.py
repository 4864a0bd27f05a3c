from django.urls import path

from partnership.commitments.web import dates, evidence, handing_over, lists, reading, steps, writing

BASE = "partnerships/<slug:slug>/commitments/"
ONE = BASE + "<uuid:commitment>/"

urlpatterns = [
    path(BASE, lists.commitment_list, name="commitment_list"),
    path(BASE + "new/", writing.commitment_new, name="commitment_new"),
    path(BASE + "hand-over/", handing_over.commitment_hand_over, name="commitment_hand_over"),
    path(ONE, reading.commitment_detail, name="commitment_detail"),
    path(ONE + "accept/", steps.commitment_accept, name="commitment_accept"),
    path(ONE + "decline/", steps.commitment_decline, name="commitment_decline"),
    path(ONE + "start/", steps.commitment_start, name="commitment_start"),
    path(ONE + "block/", steps.commitment_block, name="commitment_block"),
    path(ONE + "unblock/", steps.commitment_unblock, name="commitment_unblock"),
    path(ONE + "done/", steps.commitment_done, name="commitment_done"),
    path(ONE + "evidence/", evidence.evidence_add, name="evidence_add"),
    path(ONE + "evidence/<uuid:evidence>/file/", evidence.evidence_file, name="evidence_file"),
    path(ONE + "evidence/<uuid:evidence>/remove/", evidence.evidence_remove, name="evidence_remove"),
    path(ONE + "verify/", steps.commitment_verify, name="commitment_verify"),
    path(ONE + "send-back/", steps.commitment_send_back, name="commitment_send_back"),
    path(ONE + "drop/", steps.commitment_drop, name="commitment_drop"),
    path(ONE + "replan/", dates.commitment_replan, name="commitment_replan"),
    path(ONE + "ask-date/", dates.commitment_ask_date, name="commitment_ask_date"),
    path(ONE + "agree-date/", dates.commitment_agree_date, name="commitment_agree_date"),
    path(ONE + "keep-date/", dates.commitment_keep_date, name="commitment_keep_date"),
    path(ONE + "plan/", writing.commitment_plan, name="commitment_plan"),
    path(ONE + "stop-repeating/", writing.commitment_stop_repeating, name="commitment_stop_repeating"),
    path(ONE + "needs/", writing.commitment_needs, name="commitment_needs"),
    path(ONE + "needs/<uuid:needed>/remove/", writing.commitment_need_remove, name="commitment_need_remove"),
]
