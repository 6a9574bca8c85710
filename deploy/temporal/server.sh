#!/bin/sh
# The server's image takes its database password from the environment only; it is read from its file here.
set -eu
POSTGRES_PWD=$(cat /run/secrets/temporal-db-password)
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
