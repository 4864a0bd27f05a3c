"""What may become of a version of an agreement."""

from foundation.states import table

# Open for signature goes back to draft with a reason: signatures count again only under the same text, opened anew.
# From consultation straight into force is for changes that nobody signs again (migration 0002 holds both).
VERSION = table(
    draft="consultation terminated",
    consultation="draft open_for_signature in_force terminated",
    open_for_signature="draft in_force terminated",
    in_force="under_review superseded expired terminated",
    under_review="in_force superseded expired terminated",
    superseded="",
    expired="",
    terminated="",
)
