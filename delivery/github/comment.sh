#!/usr/bin/env bash
# Keeps one comment on the pull request: the one that begins with the marker is updated, else one is written. A token
# that may not write (pull requests from forks) is no failure: the step summary says the same.
set -euo pipefail

if [ ! -s "$COMMENT" ]; then
  echo "no comment: the check ended before it had a result"
  exit 0
fi
marker='<!-- decompose-drift -->'
comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
body="$RUNNER_TEMP/decompose-comment.json"
python3 -c 'import json, sys; json.dump({"body": open(sys.argv[1], encoding="utf-8").read()}, open(sys.argv[2], "w"))' \
  "$COMMENT" "$body"
if ! known="$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)"; then
  echo "::notice title=decompose::the comments of the pull request cannot be read; see the step summary"
  exit 0
fi
if [ -n "$known" ]; then
  target=(--method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known")
else
  target=(--method POST "$comments")
fi
gh api "${target[@]}" --input "$body" --silent ||
  echo "::notice title=decompose::the pull request cannot be commented on; see the step summary"
