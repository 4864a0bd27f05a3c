"""Engagement: groups of people whom a partnership is for, what they said, and what was done with it."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from partnership.engagement.querysets import GroupQuerySet, InputQuerySet
from partnership.membership.models import Membership, Partnership

# so long may somebody wait for an answer
ANSWER_WITHIN = timedelta(days=30)


class Group(PublicRecord):
    """People whom the partnership is for, as it speaks of them: residents of a district, shop owners, dock workers."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="beneficiary_groups")
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("who they are"), max_length=500, blank=True)
    reached_through = models.CharField(_("how they are reached"), max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("beneficiary group")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("partnership", "name"),
                name="group_name_once",
                violation_error_message=_("There is a group of this name already."),
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="group_has_a_name"),
            # what rows below refer to, so that nothing of another partnership can be named
            models.UniqueConstraint(fields=("id", "partnership"), name="group_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return self.name


class Way(models.TextChoices):
    """How it was said."""

    MEETING = "meeting", _("at a meeting")
    CONVERSATION = "conversation", _("in a conversation")
    LETTER = "letter", _("in a letter or mail")
    FORM = "form", _("on a form")


class Status(models.TextChoices):
    RECEIVED = "received", _("received")
    ANSWERED = "answered", _("answered")
    NOT_TAKEN_UP = "not_taken_up", _("not taken up")


TRANSITIONS = table(received="answered not_taken_up", answered="", not_taken_up="")


class Input(PublicRecord):
    """What a group said, in the words of who recorded it: no personal data. Whoever receives it owes an answer."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="inputs")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="inputs", verbose_name=_("group"))
    place = models.CharField(_("place or district"), max_length=200, blank=True)
    received_on = models.DateField(_("received"))
    answer_by = models.DateField(_("to be answered by"), editable=False)
    way = models.CharField(_("how"), max_length=20, choices=Way)
    said = models.TextField(_("what was said"), max_length=2000)
    given_to = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member that answers")
    )
    recorded_for = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.RECEIVED)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_on = models.DateField(_("told on"), null=True, blank=True)
    reason = models.CharField(_("why it was not taken up"), max_length=500, blank=True)
    settled_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = InputQuerySet.as_manager()

    class Meta:
        verbose_name = _("input")
        ordering = ("-received_on", "-id")
        constraints = [
            models.CheckConstraint(condition=models.Q(way__in=Way.values), name="input_way_known"),
            models.CheckConstraint(condition=~models.Q(said=""), name="input_says_something"),
            models.CheckConstraint(
                condition=models.Q(
                    status="received", answer="", reason="", answered_on__isnull=True, settled_at__isnull=True
                )
                | (
                    models.Q(status="answered", reason="", answered_on__isnull=False, settled_at__isnull=False)
                    & ~models.Q(answer="")
                )
                | (
                    models.Q(status="not_taken_up", answer="", answered_on__isnull=True, settled_at__isnull=False)
                    & ~models.Q(reason="")
                ),
                name="input_answer_fits_its_status",
                violation_error_message=_("An answer says what was done, and when the group was told; or why not."),
            ),
            models.CheckConstraint(
                condition=models.Q(answered_on__isnull=True) | models.Q(answered_on__gte=models.F("received_on")),
                name="input_answered_after_it_was_received",
                violation_error_message=_("It cannot have been answered before it was received."),
            ),
            models.UniqueConstraint(fields=("id", "partnership"), name="input_id_in_partnership"),
        ]
        indexes = [
            models.Index(fields=("partnership", "-received_on", "-id"), name="input_newest"),
            models.Index(fields=("answer_by",), condition=models.Q(status="received"), name="input_to_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.group.name}, {self.received_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}engagement/{self.public_id}/"
