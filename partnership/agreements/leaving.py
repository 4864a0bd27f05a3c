"""What agreements know of leaving: the days of notice in what the member itself signed."""

from partnership.agreements.models import Version
from partnership.agreements.sharing import without_signature
from partnership.membership.leaving import register_notice_period
from partnership.membership.models import Membership


@register_notice_period
def notice_days(membership: Membership) -> int:
    """Return the longest notice in a text in force that the member signed or joined; others do not bind it."""
    versions = Version.objects.standing().filter(partnership=membership.partnership_id, notice_days__isnull=False)
    binding = [version.notice_days or 0 for version in versions if not without_signature(version, [membership])]
    return max(binding, default=0)
