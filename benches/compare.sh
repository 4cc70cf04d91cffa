#!/bin/sh
# Build the same pages with Milepost, Hugo and mdBook, in turn.
#
#   benches/compare.sh [PAGES ...]        (1000 10000 unless given)
#
# Peers are those found on PATH; mdBook is left out above 2,000 pages, where its
# table of contents alone takes minutes. MILEPOST names the program (else the
# release build), HUGO and MDBOOK the peers (a wrapper on PATH would be timed
# too), WORK a folder that is kept, RUNS the turns that count.
#
# "milepost" is a build with everything on; "pages" is one without the search
# index and without a JSON file beside each document, which the peers do not
# write either.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
milepost=${MILEPOST:-$here/../target/release/milepost}
[ -x "$milepost" ] || { echo "$milepost is not there: run cargo build --release" >&2; exit 2; }
if [ -n "${WORK:-}" ]; then
    work=$WORK && mkdir -p "$work"
else
    work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
fi
[ $# -gt 0 ] || set -- 1000 10000

"$milepost" --version
hugo=${HUGO:-hugo} mdbook=${MDBOOK:-mdbook}
if command -v "$hugo" >/dev/null; then "$hugo" version; fi
if command -v "$mdbook" >/dev/null; then "$mdbook" --version; fi
nproc

for pages in "$@"; do
    book=$work/book-$pages
    [ -d "$book" ] || python3 "$here/generate.py" "$book" --pages "$pages"
    for tool in hugo mdbook; do
        [ -d "$work/$tool-$pages" ] || python3 "$here/peers.py" "$tool" "$book" "$work/$tool-$pages"
    done
    if [ ! -d "$work/pages-$pages" ]; then
        cp -R "$book" "$work/pages-$pages"
        printf '\n[output.html]\npage-json = "portfolio"\n\n[output.html.search]\nenable = false\n' \
            >>"$work/pages-$pages/book.toml"
    fi
    out=$work/out
    commands() {
        set -- pages "exec $milepost --quiet build $work/pages-$pages -d $out" \
            milepost "exec $milepost --quiet build $book -d $out"
        if command -v "$hugo" >/dev/null; then
            set -- "$@" hugo "exec $hugo --quiet -s $work/hugo-$pages -d $out"
        fi
        if command -v "$mdbook" >/dev/null && [ "$pages" -le 2000 ]; then
            set -- "$@" mdbook "exec $mdbook build -d $out $work/mdbook-$pages"
        fi
        python3 "$here/timer.py" -n "${RUNS:-5}" --clear "$out" "$@"
    }
    echo "== $pages pages"
    commands
    rm -rf "$out"
done
