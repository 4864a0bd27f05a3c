#!/usr/bin/env python
"""Runs Django's and Concord's commands; with no DATABASE_URL set they reach the running demo."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
