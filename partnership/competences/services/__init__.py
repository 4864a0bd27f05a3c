"""Everything that changes what members can do, as the portal knows it."""
