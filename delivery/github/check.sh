#!/usr/bin/env bash
# Runs the check of the composite action and leaves its exit code and reports as outputs; the step itself succeeds, so
# that the comment and the upload still happen. Everything comes in through the environment, nothing is evaluated.
set -euo pipefail

folder="$RUNNER_TEMP/decompose-drift"
mkdir -p "$folder"
command="${DECOMPOSE:-$RUNNER_TEMP/decompose/bin/decompose}"

arguments=(drift check --services "$SERVICES" --lock "$LOCK")
while IFS= read -r line; do [ -z "$line" ] || arguments+=("$line"); done <<<"$SOURCES"
while IFS= read -r line; do [ -z "$line" ] || arguments+=(--log "$line"); done <<<"$LOGS"
while IFS= read -r line; do [ -z "$line" ] || arguments+=("$line"); done <<<"$ARGUMENTS"
if [ -n "$BASE" ]; then
  case "$BASE" in
    origin/*) git fetch --quiet --no-tags --depth=1 origin "+refs/heads/${BASE#origin/}:refs/remotes/$BASE" ;;
  esac
  arguments+=(--base "$BASE")
fi

code=0
"$command" "${arguments[@]}" --format github --format "json=$folder/drift.json" --format "sarif=$folder/drift.sarif" \
  --format "junit=$folder/drift.xml" --format "markdown=$folder/drift.md" || code=$?
{
  echo "exit-code=$code"
  echo "folder=$folder"
} >>"$GITHUB_OUTPUT"
