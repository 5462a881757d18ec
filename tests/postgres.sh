#!/usr/bin/env bash
# Starts a throw-away PostgreSQL cluster and prints its address; `tests/postgres.sh stop DIR` ends it.
# It listens on a Unix socket in its own folder only.
set -euo pipefail
if [ "${1:-}" = stop ]; then
    as=(); [ "$(id -u)" = 0 ] && as=(runuser -u postgres --)
    "${as[@]}" "$(cat "$2/bin")/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$2"
    exit 0
fi
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb)" 2>/dev/null) || { echo "no PostgreSQL binaries" >&2; exit 3; }
dir=$1
mkdir -p "$dir"
echo "$bin" >"$dir/bin"
as=()
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    id postgres >/dev/null 2>&1 || useradd --system postgres
    chown postgres "$dir"
    chmod 711 "$dir"
    as=(runuser -u postgres --)
fi
"${as[@]}" "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale-provider=icu --icu-locale=en-US --no-sync >"$dir/init.log" 2>&1 || { cat "$dir/init.log" >&2; exit 1; }
"${as[@]}" "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/data/log" \
    -o "-k $dir -c listen_addresses='' -c fsync=off -c max_connections=200" start >"$dir/start.log" 2>&1 </dev/null || { cat "$dir/start.log" "$dir/data/log" >&2; exit 1; }
echo "postgres://postgres@localhost/postgres?host=$dir"
