"""The kinds of notice that exist. A room registers its own; this room knows none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

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


WhichHold = Callable[[Sequence[Notice]], list[Notice]]


def alone(which: WhichHold) -> Callable[[Notice], bool]:
    """Return the rule for one notice of a rule for several."""
    return lambda notice: bool(which([notice]))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice.

    Attributes:
        slug: stable key, `room.event`; it is stored, so it never changes.
        label: what settings, logs and mails call it; marked for translation, and not translated before it is read.
        message: the words, made from the notice's facts alone, in the language of the moment: a mail's is its
            reader's, the inbox's the site's. Facts are names, numbers, keys and dates, never words in a language.
        still_holds: whether the recipient may still know this and there is still a reason to; asked again
            when the mail goes out and when the inbox is shown.
        which_hold: the same of several notices to one recipient, with as many queries as for one; where it is left
            out, each is asked about. Give both, made of one rule: `still_holds=alone(which)`.
        is_timely: whether its mails go one by one whatever the recipient chose, because they carry what no gathered
            mail can, such as an entry for a calendar. Who wants no mail still gets none.
        to_anybody: whether `which_hold` takes notices to several recipients at once; for what goes out by thousands.
    """

    slug: str
    label: str | Promise
    message: Callable[[Notice], Message]
    still_holds: Callable[[Notice], bool]
    which_hold: WhichHold | None = None
    is_timely: bool = False
    to_anybody: bool = False


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


def all_kinds() -> list[Kind]:
    """Return every kind that rooms registered, by its label."""
    return sorted(_kinds.values(), key=lambda kind: str(kind.label))


def find(slug: str) -> Kind | None:
    """Return the kind of a slug, if there is one."""
    return _kinds.get(slug)


def kind_of(notice: Notice) -> Kind:
    """Return the kind of a notice.

    Raises:
        KeyError: no room registered it.
    """
    return _kinds[notice.kind]


def which_hold(notices: Sequence[Notice]) -> set[int]:
    """Return the keys of those notices that still hold.

    Raises:
        KeyError: no room registered the kind of one.
    """
    groups: dict[tuple[str, int | None], list[Notice]] = {}
    for notice in notices:
        to = None if kind_of(notice).to_anybody else notice.recipient_id
        groups.setdefault((notice.kind, to), []).append(notice)
    return {notice.pk for group in groups.values() for notice in _of_one_kind(kind_of(group[0]), group)}


def _of_one_kind(kind: Kind, notices: list[Notice]) -> list[Notice]:
    if kind.which_hold is not None:
        return kind.which_hold(notices)
    return [notice for notice in notices if kind.still_holds(notice)]
