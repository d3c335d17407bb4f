#!/bin/sh
# Runs once, in an empty PostgreSQL: a database and a role for each room, and no role may enter another's database.
set -eu
for room in catalog gateway orders payments producers; do
    password=$(printenv "$(echo "$room" | tr '[:lower:]' '[:upper:]')_PASSWORD")
    psql --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 --set room="$room" --set password="$password" <<'SQL'
CREATE ROLE :"room" LOGIN PASSWORD :'password';
CREATE DATABASE :"room" OWNER :"room";
REVOKE CONNECT ON DATABASE :"room" FROM PUBLIC;
SQL
done
