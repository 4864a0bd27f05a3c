"""How a file of a note looks to a program."""

from django.urls import reverse
from rest_framework import serializers

from foundation.files.kinds import Kind
from foundation.files.models import Scan
from infosharing.attachments.models import Attachment


class NoteFileOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices, source="file.kind")
    size = serializers.IntegerField(source="file.size", help_text="In bytes.")
    sha256 = serializers.CharField(source="file.sha256")
    state = serializers.ChoiceField(
        Scan.choices, source="file.scan", help_text="What a virus scanner said; what is harmful nobody gets."
    )
    url = serializers.SerializerMethodField(help_text="Where its bytes are, on this server.")

    def get_url(self, attachment: Attachment) -> str:
        note = attachment.note.public_id
        return reverse("api-note-file", kwargs={"note": note, "attachment": attachment.public_id})
