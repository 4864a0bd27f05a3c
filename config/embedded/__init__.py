"""The servers that Concord starts itself when a city has not given it any.

PostgreSQL, a server that speaks the Redis protocol, and a sink for mail: real servers, run as
child processes from binaries that come with the Python packages, so that the demo, the tests
and the benchmarks meet the same engine as production. Nothing here is used in production.
"""
