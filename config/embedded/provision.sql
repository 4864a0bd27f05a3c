-- The roles and the database of Concord. Needs PostgreSQL 16 or newer, and psql:
--
--     psql -d postgres -f config/embedded/provision.sql
--     psql -d postgres -c '\password concord_owner' -c '\password concord_app'
--
-- Run it as a superuser, or as a role with CREATEROLE and CREATEDB. It may be run again at any
-- time: what is there already is left alone. The embedded server of the demo and of the tests is
-- provisioned with this same file. Rights on single tables are given by `manage.py migrate`.
--
-- There are two roles because row-level security does not bind the owner of a table:
--
--   concord_owner  owns the database and all that is in it. Only `manage.py migrate` signs in as
--                  this role (OWNER_DATABASE_URL).
--   concord_app    the portal itself (DATABASE_URL). Owns nothing, may create nothing, and
--                  cannot step around row-level security.

\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

SELECT 'CREATE ROLE concord_owner LOGIN NOCREATEDB NOCREATEROLE'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'concord_owner') \gexec
SELECT 'CREATE ROLE concord_app LOGIN NOCREATEDB NOCREATEROLE'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'concord_app') \gexec

-- A role that was there before may have more rights than it should. Only a superuser could take
-- them away, so say it and stop, rather than run a portal whose second wall has a hole.
DO $$
DECLARE
  culprit name;
BEGIN
  SELECT rolname INTO culprit
    FROM pg_roles
   WHERE rolname IN ('concord_owner', 'concord_app')
     AND (rolsuper OR rolbypassrls OR rolreplication OR rolcreaterole);
  IF FOUND THEN
    RAISE EXCEPTION 'role % must not be SUPERUSER, BYPASSRLS, REPLICATION or CREATEROLE', culprit;
  END IF;
END
$$;

-- No page may hold a connection for longer than this. Long work belongs in a task, in small steps.
-- It holds for sessions that sign in as concord_app, not after SET ROLE.
ALTER ROLE concord_app SET statement_timeout = '15s';

-- The owner may become the portal's role, to test what the portal can see, but does not have its
-- rights by itself, and never the other way round.
GRANT concord_app TO concord_owner WITH INHERIT FALSE, SET TRUE;

-- A creator who is not a superuser can give a database only to a role that it may become.
SELECT format('GRANT concord_owner TO %I WITH INHERIT FALSE, SET TRUE', current_user)
 WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \gexec

-- For tests only (psql -v testing=1): the test runner makes and drops databases of its own.
\if :{?testing}
ALTER ROLE concord_owner CREATEDB;
\endif

SELECT 'CREATE DATABASE concord OWNER concord_owner TEMPLATE template0 ENCODING ''UTF8'''
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'concord') \gexec

\connect concord
SET client_min_messages = warning;
-- From here on as the owner: who may do what in its database is the owner's to say.
SET ROLE concord_owner;

-- Out of the box every role may connect to every database and make temporary tables there. A
-- temporary table shadows a real one of the same name, also inside functions that do not name
-- their schemas.
REVOKE ALL ON DATABASE concord FROM PUBLIC;
GRANT CONNECT ON DATABASE concord TO concord_app;
-- So that this file can be run again by whoever ran it first.
SELECT format('GRANT CONNECT ON DATABASE concord TO %I', session_user)
 WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) \gexec

-- Nobody but the owner may create anything in the schema that is searched first.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO concord_app;
