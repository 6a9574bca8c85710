#!/bin/sh
# Makes the namespace of the cases when it is not there. Closed workflows are kept for a year.
set -eu
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 \
    || temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 365d
