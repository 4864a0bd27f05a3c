"""What a service refuses with. Web doors turn these into form errors, the API into problem+json."""


class Refusal(Exception):
    """A service did nothing, and says why.

    Args:
        message: one sentence for the person, saying what is wrong and how to mend it.
        field: name of the input at fault, where one is.

    `code` is stable and part of the API; `status` is its HTTP status.
    """

    code = "refused"
    status = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(Refusal):
    """The input does not hold together."""

    code = "invalid"
    status = 400


class NotAllowed(Refusal):
    """The actor sees the thing but may not do this to it."""

    code = "not_allowed"
    status = 403


class OutOfTurn(Refusal):
    """The thing is in a state in which this cannot be done (any more)."""

    code = "out_of_turn"
    status = 409
