from django.urls import path

from partnership.agreements.web import reading, sharing, steps, writing

BASE = "partnerships/<slug:slug>/agreement/"
ONE = BASE + "<uuid:agreement>/"
VERSION = ONE + "<int:number>/"

urlpatterns = [
    path(BASE, reading.agreement_list, name="agreement_list"),
    path(BASE + "new/", writing.agreement_new, name="agreement_new"),
    path(BASE + "may-share/", sharing.may_share, name="may_share"),
    path(ONE, reading.agreement_detail, name="agreement_detail"),
    path(ONE + "new-version/", writing.version_new, name="version_new"),
    path(ONE + "annexes/new/", writing.annex_new, name="annex_new"),
    path(ONE + "annexes/<uuid:annex>/", reading.annex_detail, name="annex_detail"),
    path(VERSION, reading.version_detail, name="version_detail"),
    path(VERSION + "pdf/", reading.version_pdf, name="version_pdf"),
    path(VERSION + "compare/<int:earlier>/", reading.version_compare, name="version_compare"),
    path(VERSION + "revise/", writing.version_revise, name="version_revise"),
    path(VERSION + "clauses/new/", writing.clause_new, name="clause_new"),
    path(VERSION + "clauses/<uuid:clause>/", writing.clause_edit, name="clause_edit"),
    path(VERSION + "clauses/<uuid:clause>/remove/", writing.clause_remove, name="clause_remove"),
    path(VERSION + "clauses/<uuid:clause>/rules/new/", sharing.rule_new, name="rule_new"),
    path(VERSION + "clauses/<uuid:clause>/rules/<uuid:rule>/remove/", sharing.rule_remove, name="rule_remove"),
    path(VERSION + "signatories/new/", writing.signatory_new, name="signatory_new"),
    path(VERSION + "signatories/<int:place>/remove/", writing.signatory_remove, name="signatory_remove"),
    path(VERSION + "remark/", reading.version_remark, name="version_remark"),
    path(VERSION + "consult/", steps.version_consult, name="version_consult"),
    path(VERSION + "redraft/", steps.version_redraft, name="version_redraft"),
    path(VERSION + "open/", steps.version_open, name="version_open"),
    path(VERSION + "sign/", steps.version_sign, name="version_sign"),
    path(VERSION + "force/", steps.version_force, name="version_force"),
    path(VERSION + "review/", steps.version_review, name="version_review"),
    path(VERSION + "confirm/", steps.version_confirm, name="version_confirm"),
    path(VERSION + "end/", steps.version_end, name="version_end"),
]
