"""The same answers as linked data: JSON-LD for whoever asks for application/ld+json."""

from collections.abc import Callable, Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer

# From a resource as data and the API's address, the same resource in terms of a vocabulary.
Describe = Callable[[Mapping[str, Any], str], dict[str, Any]]


class LinkedDataRenderer(JSONRenderer):
    """Writes a view's data in the terms that its `linked_data` (a `Describe`) puts it in."""

    media_type = "application/ld+json"
    format = "jsonld"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        context = renderer_context or {}
        if not context["response"].exception:
            data = _linked(data, context["view"], context["request"])
        return super().render(data, accepted_media_type, renderer_context)


def _linked(data: Mapping[str, Any], view: Any, request: Any) -> dict[str, Any]:
    base = request.build_absolute_uri("/api/v1")
    # what no vocabulary names keeps its own name, below the API's description
    context = {**view.vocabularies, "@vocab": f"{base}/openapi.json#"}
    if "results" not in data:
        return {"@context": context, **view.linked_data(data, base)}
    listed = {
        "results": {"@id": "http://www.w3.org/2000/01/rdf-schema#member", "@container": "@set"},
        "next": {"@id": "http://www.w3.org/ns/hydra/core#next", "@type": "@id"},
    }
    results = [view.linked_data(row, base) for row in data["results"]]
    return {"@context": context | listed, "@id": request.build_absolute_uri(), **data, "results": results}
