"""Measures what the portal promises about speed: `make bench` (docs/performance.md)."""
