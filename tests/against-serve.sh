#!/usr/bin/env bash
# The contract suite against a `lenticular serve` in another process, whose account is not empty.
#
#   tests/against-serve.sh                 all cases
#   tests/against-serve.sh service::lists  the cases of that name; further arguments are the test's own
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

cargo build --bin lenticular --tests
folder=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ] && kill "$server"; then
        wait "$server" || true
    fi
    rm -rf "$folder"
}
trap finish EXIT

binary=${CARGO_TARGET_DIR:-target}/debug/lenticular
LENTICULAR_TOKEN=a-token-for-this-run "$binary" serve --library "$folder/library" \
    --listen 127.0.0.1:0 --allow-private-urls >"$folder/announced" &
server=$!
for _ in $(seq 100); do
    [ -s "$folder/announced" ] && break
    sleep 0.1
done

# The first line is JSON with plain values only.
told() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$folder/announced"; }
LENTICULAR_TEST_API=$(told api)
LENTICULAR_TEST_DELIVERY=$(told delivery)
LENTICULAR_TEST_UPLOAD=$(told upload)
LENTICULAR_TEST_BATCH=$(told batch)
LENTICULAR_TEST_ACCOUNT_ID=$(told account_id)
LENTICULAR_TEST_ACCOUNT_HASH=$(told account_hash)
LENTICULAR_TEST_TOKEN=$(told token)
export LENTICULAR_TEST_API LENTICULAR_TEST_DELIVERY LENTICULAR_TEST_UPLOAD LENTICULAR_TEST_BATCH
export LENTICULAR_TEST_ACCOUNT_ID LENTICULAR_TEST_ACCOUNT_HASH LENTICULAR_TEST_TOKEN

images=$LENTICULAR_TEST_API/accounts/$LENTICULAR_TEST_ACCOUNT_ID/images/v1
ask() { curl --silent --show-error --fail --header "Authorization: Bearer $LENTICULAR_TEST_TOKEN" "$@"; }
for n in $(seq 30); do
    ask "$images" --form file=@assets/app-icon-64.png --form "id=resident/$n" \
        --form "metadata={\"n\":$n,\"parity\":\"odd\"}" --form creator=ann >"$folder/last"
done
ask "$images/variants" --json '{"id":"resident","options":{"width":20}}' >"$folder/last"
count() { ask "$images/stats" | sed 's/.*"current":\([0-9]*\).*/\1/'; }
before="$(count) $(ask "$images/variants") $(ask "$images/config") $(ask "$images/keys")"

if [ $# = 0 ]; then
    set -- service::
fi
cargo test --test spec -- "$@"

after="$(count) $(ask "$images/variants") $(ask "$images/config") $(ask "$images/keys")"
if [ "$before" != "$after" ]; then
    printf 'The account is not as it was:\n%s\n%s\n' "$before" "$after" >&2
    exit 1
fi
echo "The account is as it was before."
