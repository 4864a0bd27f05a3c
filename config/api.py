"""Every address of the API. What is not here is answered with a problem too."""

from django.urls import path, re_path

from accounts.clients.api import TokenView
from foundation.api.schema import OpenApiView
from foundation.api.views import nothing_here
from infosharing.attachments import api as attachments
from infosharing.notes import api as notes
from infosharing.notes import api_explaining as explaining
from infosharing.notes import api_granting as granting
from infosharing.readers import api as readers
from infosharing.requests import api as requests
from partnership.commitments import api as commitments
from partnership.competences import api as competences
from partnership.membership import api as membership
from partnership.responsibilities import api as responsibilities

urlpatterns = [
    path("oauth/token", TokenView.as_view(), name="api-token"),
    path("v1/openapi.json", OpenApiView.as_view(), name="api-description"),
    path("v1/agencies", membership.AgenciesView.as_view(), name="api-agencies"),
    path("v1/agencies/<uuid:agency>", membership.AgencyView.as_view(), name="api-agency"),
    path("v1/partnerships", membership.PartnershipsView.as_view(), name="api-partnerships"),
    path("v1/partnerships/<uuid:partnership>", membership.PartnershipView.as_view(), name="api-partnership"),
    path(
        "v1/partnerships/<uuid:partnership>/memberships",
        membership.PartnershipMembershipsView.as_view(),
        name="api-partnership-memberships",
    ),
    path(
        "v1/partnerships/<uuid:partnership>/competences",
        competences.RegisterView.as_view(),
        name="api-partnership-competences",
    ),
    path("v1/partnerships/<uuid:partnership>/steps", competences.StepsView.as_view(), name="api-partnership-steps"),
    path("v1/competences", competences.CatalogueView.as_view(), name="api-competences"),
    path("v1/memberships", membership.MembershipsView.as_view(), name="api-memberships"),
    path("v1/memberships/<uuid:membership>", membership.OneMembershipView.as_view(), name="api-membership"),
    path("v1/responsibilities", responsibilities.ResponsibilitiesView.as_view(), name="api-responsibilities"),
    path("v1/commitments", commitments.CommitmentsView.as_view(), name="api-commitments"),
    path("v1/commitments/<uuid:commitment>", commitments.OneCommitmentView.as_view(), name="api-commitment"),
    path(
        "v1/commitments/<uuid:commitment>/accept",
        commitments.AcceptanceView.as_view(),
        name="api-commitment-accept",
    ),
    path(
        "v1/commitments/<uuid:commitment>/decline",
        commitments.DeclineView.as_view(),
        name="api-commitment-decline",
    ),
    path("v1/commitments/<uuid:commitment>/date", commitments.DateView.as_view(), name="api-commitment-date"),
    path(
        "v1/commitments/<uuid:commitment>/date-answer",
        commitments.DateAnswerView.as_view(),
        name="api-commitment-date-answer",
    ),
    path(
        "v1/commitments/<uuid:commitment>/progress", commitments.ProgressView.as_view(), name="api-commitment-progress"
    ),
    path(
        "v1/commitments/<uuid:commitment>/complete",
        commitments.CompletionView.as_view(),
        name="api-commitment-complete",
    ),
    path("v1/notes", notes.NotesView.as_view(), name="api-notes"),
    path("v1/notes/<uuid:note>", notes.OneNoteView.as_view(), name="api-note"),
    path("v1/notes/<uuid:note>/files/<uuid:attachment>", attachments.NoteFileView.as_view(), name="api-note-file"),
    path("v1/notes/<uuid:note>/acceptance", notes.AcceptanceView.as_view(), name="api-note-acceptance"),
    path("v1/notes/<uuid:note>/withdrawal", notes.WithdrawalView.as_view(), name="api-note-withdrawal"),
    path("v1/notes/<uuid:note>/grants", granting.GrantsView.as_view(), name="api-note-grants"),
    path("v1/notes/<uuid:note>/grants/<uuid:grant>", granting.OneGrantView.as_view(), name="api-note-grant"),
    path("v1/notes/<uuid:note>/explanation", explaining.ExplanationView.as_view(), name="api-note-explanation"),
    path("v1/recalls", readers.RecallsView.as_view(), name="api-recalls"),
    path(
        "v1/recalls/<uuid:recall>/acknowledgement",
        readers.RecallAcknowledgementView.as_view(),
        name="api-recall-acknowledgement",
    ),
    path("v1/requests", requests.RequestsView.as_view(), name="api-requests"),
    path("v1/requests/<uuid:question>", requests.OneRequestView.as_view(), name="api-request"),
    path("v1/requests/<uuid:question>/answer", requests.AnswerView.as_view(), name="api-request-answer"),
    path("v1/requests/<uuid:question>/refuse", requests.RefusalView.as_view(), name="api-request-refuse"),
    path("v1/requests/<uuid:question>/withdrawal", requests.TakingBackView.as_view(), name="api-request-withdrawal"),
    re_path("", nothing_here),
]
