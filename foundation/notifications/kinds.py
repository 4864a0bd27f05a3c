"""The kinds of notice that exist. A room registers its own; this room knows none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from foundation.notifications.models import Notice


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a mail carries beside its words, for programs, such as an entry for a calendar.

    Attributes:
        content: text.
        media_type: such as "text/calendar".
        parameters: of the media type, such as {"method": "REQUEST"}.
    """

    content: str
    media_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """The media type with its parameters; the mail adds the charset."""
        return "; ".join([self.media_type, *(f"{name}={value}" for name, value in self.parameters.items())])


@dataclass(frozen=True, slots=True)
class Message:
    """What a notice says.

    Attributes:
        title: one line that is safe in a mail's subject: never the content of a note.
        sentence: one or two sentences more, equally safe.
        path: where to go, a path of this site.
        attachment: makes what the mail carries beside its words. Called when the mail is made and not before, so it
            holds what is true then; the inbox never calls it.
    """

    title: str
    sentence: str
    path: str
    attachment: Callable[[], Attachment] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice.

    Attributes:
        slug: stable key, `room.event`; it is stored, so it never changes.
        label: what settings and logs call it.
        message: the words, made from the notice's facts alone.
        still_holds: whether the recipient may still know this and there is still a reason to; asked again
            when the mail goes out and when the inbox is shown.
    """

    slug: str
    label: str
    message: Callable[[Notice], Message]
    still_holds: Callable[[Notice], bool]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind.

    Raises:
        ValueError: its slug is taken.
    """
    if kind.slug in _kinds:
        raise ValueError(f"notice kind {kind.slug} is registered twice")
    _kinds[kind.slug] = kind
    return kind


def kind_of(notice: Notice) -> Kind:
    """Return the kind of a notice.

    Raises:
        KeyError: no room registered it.
    """
    return _kinds[notice.kind]
