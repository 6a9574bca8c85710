#!/bin/sh
# Makes or updates both databases of the Temporal server; may run again at every start.
set -eu
SQL_PASSWORD=$(cat /run/secrets/temporal-db-password)
export SQL_PASSWORD
for database in temporal temporal_visibility; do
    folder=temporal
    [ "$database" = temporal_visibility ] && folder=visibility
    tool="temporal-sql-tool --plugin postgres12 --ep temporal-db --port 5432 --user temporal --db $database"
    $tool create
    $tool setup-schema -v 0.0
    $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done
