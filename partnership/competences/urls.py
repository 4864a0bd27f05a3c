from django.urls import URLPattern, path

from partnership.competences import web

BASE = "partnerships/<slug:slug>/competences/"

# the catalogue, for everybody
catalogue: list[URLPattern] = [
    path("competences/", web.catalogue.catalogue_list, name="catalogue_list"),
    path("competences/<slug:code>/", web.catalogue.catalogue_entry, name="catalogue_entry"),
    path(BASE + "copy/", web.catalogue.competence_copy, name="competence_copy"),
    path(BASE + "import/", web.importing.competence_import, name="competence_import"),
    path(BASE + "import/apply/", web.importing.competence_import_apply, name="competence_import_apply"),
]

# the matrix, the barrier model and who needs whom
PROCESS = BASE + "processes/<uuid:process>/"
STEP = BASE + "steps/<uuid:step>/"
BARRIER = BASE + "barriers/<uuid:barrier>/"

barriers: list[URLPattern] = [
    path(BASE, web.matrix.competence_matrix, name="competence_matrix"),
    path(BASE + "graph/", web.graph.competence_graph, name="competence_graph"),
    path(BASE + "processes/new/", web.barriers.process_new, name="process_new"),
    path(PROCESS + "edit/", web.barriers.process_edit, name="process_edit"),
    path(PROCESS + "retire/", web.barriers.process_retire, name="process_retire"),
    path(PROCESS + "steps/new/", web.barriers.step_new, name="step_new"),
    path(STEP, web.barriers.step_detail, name="step_detail"),
    path(STEP + "edit/", web.barriers.step_edit, name="step_edit"),
    path(STEP + "up/", web.barriers.step_up, name="step_up"),
    path(STEP + "down/", web.barriers.step_down, name="step_down"),
    path(STEP + "remove/", web.barriers.step_remove, name="step_remove"),
    path(STEP + "barriers/new/", web.barriers.barrier_new, name="barrier_new"),
    path(BARRIER + "edit/", web.barriers.barrier_edit, name="barrier_edit"),
    path(BARRIER + "remove/", web.barriers.barrier_remove, name="barrier_remove"),
]

# the register, members' own pages, rights and acknowledgement
register: list[URLPattern] = [
    path(BASE + "register/", web.register.competence_register, name="competence_register"),
    path(BASE + "new/", web.register.competence_new, name="competence_new"),
    path(BASE + "who/", web.acting.competence_who, name="competence_who"),
    path(BASE + "<uuid:competence>/", web.register.competence_detail, name="competence_detail"),
    path(BASE + "<uuid:competence>/edit/", web.register.competence_edit, name="competence_edit"),
    path(BASE + "<uuid:competence>/confirm/", web.register.competence_confirm, name="competence_confirm"),
    path(BASE + "<uuid:competence>/retire/", web.register.competence_retire, name="competence_retire"),
    path(BASE + "<uuid:competence>/holdings/new/", web.register.holding_propose, name="holding_propose"),
    path(BASE + "holdings/<uuid:holding>/end/", web.register.holding_end, name="holding_end"),
    path(BASE + "holdings/<uuid:holding>/remarks/new/", web.members.remark_new, name="remark_new"),
    path(BASE + "remarks/<uuid:holding_remark>/remove/", web.members.remark_remove, name="remark_remove"),
    path(BASE + "changes/<uuid:change>/", web.register.change_detail, name="change_detail"),
    path(BASE + "changes/<uuid:change>/confirm/", web.register.change_confirm, name="change_confirm"),
    path(BASE + "changes/<uuid:change>/decline/", web.register.change_decline, name="change_decline"),
    path(BASE + "changes/<uuid:change>/take-back/", web.register.change_take_back, name="change_take_back"),
    path(BASE + "members/<uuid:member>/changes/", web.members.changes_confirm, name="changes_confirm"),
    path(BASE + "members/<uuid:member>/", web.members.competence_member, name="competence_member"),
    path(BASE + "interests/new/", web.members.interest_declare, name="interest_declare"),
    path(BASE + "interests/<uuid:interest>/end/", web.members.interest_end, name="interest_end"),
    path(BASE + "rights/", web.rights.decision_rights, name="decision_rights"),
    path(BASE + "rights/new/", web.rights.subject_new, name="subject_new"),
    path(BASE + "rights/<uuid:decided_on>/edit/", web.rights.subject_edit, name="subject_edit"),
    path(BASE + "rights/<uuid:decided_on>/remove/", web.rights.subject_remove, name="subject_remove"),
    path(BASE + "acknowledgement/", web.acknowledgement.acknowledgement, name="acknowledgement"),
    path(BASE + "acknowledgement/put/", web.acknowledgement.acknowledgement_put, name="acknowledgement_put"),
    path(BASE + "acknowledgement/sign/", web.acknowledgement.acknowledgement_sign, name="acknowledgement_sign"),
]

urlpatterns = [*catalogue, *barriers, *register]
