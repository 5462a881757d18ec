#!/usr/bin/env bash
# Lets a program of other makers read a demo site, or keep the photos of one: tests/clients/run.sh gdal|owslib|pyogrio|qgis|libreoffice|s3 BINARY.
# Installs what it can. Exit status 77: the program is not here and could not be installed.
set -euo pipefail
cd "$(dirname "$0")"
client=$1
binary=$(realpath "$2")
python=python3

absent() {
    echo "$client: $1"
    exit 77
}

command -v python3 >/dev/null || absent "needs python3"
case $client in
gdal)
    command -v ogr2ogr >/dev/null || absent "needs ogrinfo and ogr2ogr (Debian: gdal-bin)"
    ;;
owslib | pyogrio | s3)
    requirements=requirements.txt
    [ "$client" != s3 ] || requirements=requirements-s3.txt
    # Kept beside the build, made anew when other versions are asked for.
    venv=${CARGO_TARGET_DIR:-$PWD/../../target}/clients-$(sha256sum "$requirements" | cut -c1-12)
    python=$venv/bin/python
    if [ ! -e "$venv/complete" ]; then
        python3 -m venv --clear "$venv" || absent "needs python3 -m venv (Debian: python3-venv)"
        "$python" -m pip install --quiet --disable-pip-version-check -r "$requirements" || absent "pip cannot install $requirements"
        touch "$venv/complete"
    fi
    ;;
qgis)
    command -v qgis_process >/dev/null || absent "needs qgis_process (Debian: qgis)"
    ;;
libreoffice)
    command -v soffice >/dev/null || absent "needs soffice (Debian: libreoffice-calc-nogui)"
    ;;
*)
    echo "expected gdal, owslib, pyogrio, qgis, libreoffice or s3; found $client" >&2
    exit 2
    ;;
esac

scratch=$(mktemp -d /tmp/sanshi-clients-XXXXXX)
if [ "$client" = s3 ]; then
    trap 'rm -rf "$scratch"' EXIT
    "$python" with_s3.py "$binary" "$scratch"
    exit
fi
"$binary" demo --no-photos --data "$scratch/site" --listen 127.0.0.1:0 >"$scratch/said" 2>"$scratch/complained" &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$scratch"' EXIT
for _ in $(seq 600); do
    url=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$scratch/said" | head -n 1) || url=
    [ -n "$url" ] && curl -sf -o /dev/null "$url/readyz" && break
    kill -0 $server 2>/dev/null || { cat "$scratch/complained" >&2 && exit 1; }
    sleep 0.2
done
curl -sf -o /dev/null "$url/readyz" || { echo "the demo was not ready within two minutes" >&2 && exit 1; }
"$python" "with_$client.py" "$url" "$scratch"
