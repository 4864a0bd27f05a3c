"""Which version of the API answers: the major number is in the address, the whole in every answer's header."""

VERSION = "1.0.0"
HEADER = "API-Version"
