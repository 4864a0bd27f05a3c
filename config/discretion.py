"""Keeps secrets that stand in addresses out of the log: whoever reads the log must not be able to use them."""

import logging
import re

# a calendar's address, the way out of mails, the link that sets a new password
SECRET = re.compile(r"(/(?:calendar|unsubscribe|accounts/password/reset/key)/)[^/\s?\"']+")


def discreet(text: str) -> str:
    """Return a text with the secrets of addresses left out."""
    return SECRET.sub(r"\1…", text)


class DiscreetFilter(logging.Filter):
    """Leaves the secrets of addresses out of a log line, wherever in it they stand."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = discreet(str(record.msg))
        if isinstance(record.args, tuple):
            record.args = tuple(discreet(value) if isinstance(value, str) else value for value in record.args)
        return True
