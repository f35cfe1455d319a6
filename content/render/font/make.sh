#!/bin/sh
# Makes linli-sans.otf anew, beside this file: the letters of printed names, about 2 MB.
# Needs: apt-get install fonts-noto-cjk unicode-data; pip install fonttools
set -e
cd "$(dirname "$0")"
letters=$(mktemp)
trap 'rm -f "$letters"' EXIT
python3 - > "$letters" <<'END'
import bz2
import sys

# 1. The 8,105 characters of 通用规范汉字表: Unicode's property kTGH.
letters = set()
with bz2.open("/usr/share/unicode/Unihan_OtherMappings.txt.bz2", "rt") as lines:
    for line in lines:
        if "\tkTGH\t" in line:
            letters.add(chr(int(line.split("\t")[0].removeprefix("U+"), 16)))
# 2. All of GB 2312, its signs included.
for row in range(0xA1, 0xF8):
    for cell in range(0xA1, 0xFF):
        letters.update(bytes([row, cell]).decode("gb2312", "ignore"))
# 3. Latin with its accents, Greek, Cyrillic, punctuation, signs, kana, bopomofo, full-width.
for first, last in (
    (0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF),
    (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218B),
    (0x2190, 0x21FF), (0x2460, 0x24FF), (0x25A0, 0x266F), (0x3000, 0x30FF), (0x3105, 0x312F),
    (0xFF01, 0xFFEE),
):
    letters.update(map(chr, range(first, last + 1)))
sys.stdout.write("".join(sorted(letters)))
END
# Number 2 of the collection is the simplified Chinese one. Its names are left out: what was changed
# is not called Noto; copyright and licence (0, 13, 14) stay.
pyftsubset /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc --font-number=2 \
    --text-file="$letters" --output-file=linli-sans.otf --layout-features= --no-hinting \
    --notdef-outline --name-IDs=0,5,13,14 --name-languages=0x409 \
    --drop-tables+=VORG,vhea,vmtx,BASE
