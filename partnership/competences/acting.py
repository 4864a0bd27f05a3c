"""“Who can act?”: from words, a step or something written down to the competences for it, and who holds them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from accounts.people.actor import Actor
from partnership.competences.dependence import Network, Way
from partnership.competences.models import Competence, Process, Step
from partnership.membership.models import Partnership

MOST = 20

# What is told of a competence: near, its own words and those of the barriers and steps that it serves; far, those of
# the whole process. Stemmed as English, and as it stands with every word as a beginning, so that other languages are
# found too. What is near comes first.
SEARCH = """
    WITH told AS (
        SELECT c.id, c.name || ' ' || c.used_for || ' ' || c.output || ' ' || coalesce(e.name, '') AS own,
               coalesce((SELECT string_agg(concat_ws(' ', b.name, b.description, t.name, t.description), ' ')
                         FROM competences_serving v
                         JOIN competences_barrier b ON b.id = v.barrier_id
                         JOIN competences_step t ON t.id = b.step_id
                         JOIN competences_process p ON p.id = t.process_id AND p.retired_at IS NULL
                         WHERE v.competence_id = c.id), '') AS around,
               coalesce((SELECT string_agg(concat_ws(' ', p.name, p.phenomenon, p.summary), ' ')
                         FROM competences_serving v
                         JOIN competences_barrier b ON b.id = v.barrier_id
                         JOIN competences_step t ON t.id = b.step_id
                         JOIN competences_process p ON p.id = t.process_id AND p.retired_at IS NULL
                         WHERE v.competence_id = c.id), '') AS far
        FROM competences_competence c LEFT JOIN competences_entry e ON e.id = c.entry_id
        WHERE c.partnership_id = %(partnership)s AND c.retired_at IS NULL
    ), documents AS (
        SELECT id,
               setweight(to_tsvector('english', own), 'A') || setweight(to_tsvector('english', around), 'C') AS near,
               to_tsvector('simple', own || ' ' || around) AS near_plain,
               to_tsvector('english', own || ' ' || around || ' ' || far) AS stemmed,
               to_tsvector('simple', own || ' ' || around || ' ' || far) AS plain
        FROM told
    ), asked AS (
        SELECT {stemmed} AS stemmed, {plain} AS plain
    )
    SELECT d.id, d.near @@ q.stemmed OR d.near_plain @@ q.plain AS is_near FROM documents d, asked q
    WHERE d.stemmed @@ q.stemmed OR d.plain @@ q.plain
    ORDER BY is_near DESC, ts_rank(d.near, q.stemmed) DESC, d.id
    LIMIT %(most)s
"""
# every word of the question; the last may be unfinished
ALL_WORDS = SEARCH.format(
    stemmed="websearch_to_tsquery('english', %(words)s)",
    plain="""to_tsquery('simple', coalesce((SELECT string_agg(quote_literal(lexeme) || ':*', ' & ')
                                             FROM unnest(to_tsvector('simple', %(words)s))), ''))""",
)
# any word of a longer text, such as a note: what stands closest comes first
ANY_WORD = SEARCH.format(
    stemmed="""to_tsquery('english', coalesce((SELECT string_agg(quote_literal(lexeme), ' | ')
                                               FROM unnest(to_tsvector('english', %(words)s))), ''))""",
    plain="to_tsquery('simple', '')",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A competence that fits the question.

    Attributes:
        ways: how each holder comes to act; none where nobody holds it.
        is_near: whether it fits by itself, and not only because it serves a process that does.
    """

    competence: Competence
    ways: list[Way]
    is_near: bool = True


@dataclass(frozen=True, slots=True)
class Start:
    """Something written down from which somebody asks who can act.

    Attributes:
        title: as the page names it.
        url: where it is.
        text: all its words.
    """

    title: str
    url: str
    text: str


Finder = Callable[[Actor, Partnership, str], Start | None]
_finders: dict[str, Finder] = {}


def register_start(name: str, finder: Finder) -> None:
    """Let somebody start from a room's things: `?name=<public id>` asks the room, which hides what it must."""
    _finders[name] = finder


@dataclass(frozen=True, slots=True)
class Further:
    """What somebody can go on to from a member that can act."""

    label: str
    url: str


FurtherStep = Callable[[Partnership, UUID, UUID], Further]
_further: list[FurtherStep] = []


def register_further(step: FurtherStep) -> FurtherStep:
    """Let somebody go on from another member that can act; called with the ids of the member and the competence."""
    _further.append(step)
    return step


def further_steps(partnership: Partnership, member: UUID, competence: UUID) -> list[Further]:
    """Return what somebody can go on to from a member that can act, beside proposing a commitment."""
    return [step(partnership, member, competence) for step in _further]


def starts() -> list[str]:
    """Return the names by which somebody can start from something written down."""
    return list(_finders)


def start_of(actor: Actor, partnership: Partnership, given: dict[str, str]) -> Start | None:
    """Return what somebody starts from, if the address names something that the actor sees."""
    for name, finder in _finders.items():
        if given.get(name):
            return finder(actor, partnership, given[name])
    return None


def answers(
    actor: Actor,
    partnership: Partnership,
    today: date,
    *,
    words: str = "",
    text: str = "",
    approach: str = "",
    step: Step | None = None,
    process: Process | None = None,
) -> list[Answer]:
    """Return the competences that fit, the closest first, with who holds them.

    Args:
        words: all of which must fit.
        text: any word of which may fit; asked only where there are no `words`.
        approach: only competences with this approach.
        step: only competences that serve it.
        process: only competences that serve one of its steps.
    """
    seen = Competence.objects.visible_to(actor).in_use().filter(partnership=partnership)
    if approach:
        seen = seen.filter(approaches__contains=[approach])
    if step is not None:
        seen = seen.filter(barriers__step=step)
    if process is not None:
        seen = seen.filter(barriers__step__process=process)
    seen = seen.distinct()
    if words.strip() or text.strip():
        near = _matching(partnership, ALL_WORDS, words) if words.strip() else _matching(partnership, ANY_WORD, text)
        by_key = seen.select_related("partnership", "entry").in_bulk(list(near))
        found = [by_key[key] for key in near if key in by_key]
    elif approach or step or process:
        found = list(seen.select_related("partnership", "entry").order_by("name", "pk")[:MOST])
        near = {one.pk: True for one in found}
    else:
        return []
    network = Network.of(actor, partnership, today)
    return [Answer(competence, network.ways(competence.pk), near[competence.pk]) for competence in found]


def _matching(partnership: Partnership, query: str, words: str) -> dict[int, bool]:
    """Return the keys of the competences that fit, the closest first, each with whether it fits by itself."""
    with connection.cursor() as cursor:
        cursor.execute(query, {"partnership": partnership.pk, "words": words, "most": MOST})
        return dict(cursor.fetchall())
