#!/usr/bin/env bash
# Makes paper-sans.otf, the font of notices: bash make.sh NotoSansCJK-Regular.ttc Unihan_OtherMappings.txt[.bz2]
# Needs Python with fonttools 4.68.0. The same inputs give the same bytes.
set -euo pipefail
collection=$(realpath "$1") mappings=$(realpath "$2")
cd "$(dirname "$0")"
export SOURCE_DATE_EPOCH=0
python3 - "$collection" "$mappings" paper-sans.otf <<'PYTHON'
import bz2, re, sys
from fontTools import subset
from fontTools.ttLib import TTFont

collection, mappings, made = sys.argv[1:]
with (bz2.open if mappings.endswith(".bz2") else open)(mappings, "rt", encoding="utf-8") as lines:
    # kTGH: the 8,105 characters of the General Standard of 2013; kGB0: the 6,763 of GB 2312, which has some the standard left out.
    han = {int(found[1], 16) for line in lines if (found := re.match(r"U\+([0-9A-F]+)\tk(TGH|GB0)\t", line))}
others = [
    range(0x20, 0x7F), range(0xA0, 0x180),  # ASCII, Latin-1, Latin Extended-A
    range(0x2010, 0x2028), range(0x2030, 0x203C), [0x20AC, 0x2103, 0x2116, 0x2122],  # dashes, quotes, per mille, euro, degrees, number
    range(0x2160, 0x216C), range(0x2460, 0x2474), range(0x2190, 0x2194),  # roman and circled numbers, arrows
    [0xD7, 0xF7, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25A0, 0x25A1, 0x25B3, 0x25CB, 0x25CF, 0x25C6, 0x25C7, 0x2605, 0x2606, 0x25BC, 0x2713],
    range(0x3000, 0x3020), range(0xFF01, 0xFF5F), range(0xFFE0, 0xFFE6),  # CJK punctuation, full-width forms
]
options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], drop_tables=["BASE", "GPOS", "GSUB", "GDEF", "VORG", "vhea", "vmtx", "DSIG"])
font = TTFont(collection, fontNumber=2, recalcTimestamp=False)  # 2: the forms of simplified Chinese
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=han.union(*others))
subsetter.subset(font)
# A changed font must not carry the name of its source.
names = {1: "Sanshi Paper Sans", 3: "Sanshi Paper Sans, of Noto Sans CJK SC 2.004", 4: "Sanshi Paper Sans", 6: "SanshiPaperSans-Regular"}
for record in list(font["name"].names):
    if record.nameID in names:
        record.string = names[record.nameID]
    if record.langID not in (0, 0x409):
        font["name"].names.remove(record)
cff = font["CFF "].cff
cff.fontNames = [names[6]]
top = cff.topDictIndex[0]
top.FullName = top.FamilyName = names[1]
font.save(made)
missing = han - set(font.getBestCmap())
print(f"{made}: {len(font.getGlyphOrder())} glyphs, {len(han)} Han characters wanted, {len(missing)} of them not in the source")
PYTHON
sha256sum paper-sans.otf
