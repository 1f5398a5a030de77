#!/bin/sh
# PostgreSQL's container runs this once, on an empty volume: core owns its database and nothing else.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres <<'SQL'
\set password `cat /run/secrets/database-password`
create role defguard login password :'password';
create database defguard owner defguard;
SQL
