"""A member leaves with notice: announced, arranged with those who take over, and in effect on its day."""
