"""What people fill in about competences."""
