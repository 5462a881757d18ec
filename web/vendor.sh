#!/bin/sh
# Re-creates web/vendor/ from the pinned npm packages. Run by hand, from anywhere; needs npm, tar, sed, sha256sum.
# Nothing else in the project runs this: the result is committed and served as it is.
set -eu

maplibre=6.17.0
terra=1.35.0
adapter=1.4.1
uplot=1.6.32

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() { # name version -> $work/name
  (cd "$work" && npm pack --silent "$1@$2" >/dev/null && mkdir "$1" && tar xzf "$1-$2.tgz" -C "$1" --strip-components 1)
}
fetch maplibre-gl $maplibre
fetch terra-draw $terra
fetch terra-draw-maplibre-gl-adapter $adapter
fetch uplot $uplot

out=$work/vendor
m=$out/maplibre-gl-$maplibre t=$out/terra-draw-$terra a=$out/terra-draw-maplibre-gl-adapter-$adapter u=$out/uplot-$uplot
mkdir -p "$m" "$t" "$a" "$u"

# The trailing sourceMappingURL line goes: the maps (6 MB) are not shipped, and a browser would ask for them.
plain() { sed -e '/^\/\/# sourceMappingURL=/d' -e 's/\/\/# sourceMappingURL=[^ ]*$//' "$1" >"$2"; }

plain "$work/maplibre-gl/dist/maplibre-gl.mjs" "$m/maplibre-gl.mjs"
plain "$work/maplibre-gl/dist/maplibre-gl-worker.mjs" "$m/maplibre-gl-worker.mjs"
cp "$work/maplibre-gl/dist/maplibre-gl.css" "$m/"
cp "$work/maplibre-gl/dist/maplibre-gl.d.ts" "$m/maplibre-gl.d.mts"
cp "$work/maplibre-gl/LICENSE.txt" "$m/LICENSE"

plain "$work/terra-draw/dist/terra-draw.module.js" "$t/terra-draw.js"
(cd "$work/terra-draw/dist" && find . -name '*.d.ts' ! -name '*.spec.d.ts' ! -name '*.benchmark.d.ts' ! -path './test/*' ! -path './benchmark/*' |
  while read -r f; do mkdir -p "$t/$(dirname "$f")"; cp "$f" "$t/$f"; done)

# The adapter's one bare import becomes a path, so that no import map is needed (the CSP would want a hash for it).
plain "$work/terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.module.js" "$work/adapter.js"
sed "s#from\"terra-draw\"#from\"../terra-draw-$terra/terra-draw.js\"#" "$work/adapter.js" >"$a/terra-draw-maplibre-gl-adapter.js"
sed "s#from \"terra-draw\"#from \"../terra-draw-$terra/terra-draw.js\"#" \
  "$work/terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.d.ts" >"$a/terra-draw-maplibre-gl-adapter.d.ts"
grep -q "../terra-draw-$terra/terra-draw.js" "$a/terra-draw-maplibre-gl-adapter.js"

# Both terra-draw packages say "MIT" in package.json and carry no licence file; this is the text of their repository.
cat >"$t/LICENSE" <<'TEXT'
Copyright 2022 James Milner

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
TEXT
cp "$t/LICENSE" "$a/LICENSE"

plain "$work/uplot/dist/uPlot.esm.js" "$u/uPlot.esm.js"
cp "$work/uplot/dist/uPlot.min.css" "$u/"
cp "$work/uplot/dist/uPlot.d.ts" "$u/uPlot.esm.d.ts"
cp "$work/uplot/LICENSE" "$u/LICENSE"

{
  echo "# name version licence / then: sha256  file (checked by: cd web/vendor && grep '^[0-9a-f]\{64\} ' VERSIONS | sha256sum -c)"
  echo "maplibre-gl $maplibre BSD-3-Clause"
  echo "terra-draw $terra MIT"
  echo "terra-draw-maplibre-gl-adapter $adapter MIT"
  echo "uplot $uplot MIT"
  (cd "$out" && find . -type f | sed 's#^\./##' | LC_ALL=C sort | xargs sha256sum)
} >"$work/VERSIONS"
mv "$work/VERSIONS" "$out/VERSIONS"

rm -rf "$here/vendor"
cp -R "$out" "$here/vendor"
echo "vendor/ holds $(find "$here/vendor" -type f | wc -l) files"
