"""Everything that changes an agreement: its text (`drafting`), and what becomes of it (`steps`)."""
