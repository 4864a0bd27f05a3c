"""Notes as evidence of a commitment: added by who promised or helps, seen by whoever sees the note."""
