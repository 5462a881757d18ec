"""LibreOffice opens the workbook of the yearly figures: every cell is the number that the same request gives as JSON."""

import csv
import glob
import json
import os
import re
import subprocess
import sys
import urllib.request

from expected import done, expect

url, scratch = sys.argv[1:]
with open(f"{scratch}/said", encoding="utf-8") as said:
    token = re.search(r"^\s*officer\s+(sanshi_\S+)", said.read(), re.M)[1]
# Every sheet as a file of its own: comma, double quotes around texts alone, UTF-8, numbers as they are stored, formulas as formulas.
SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,true,false,-1"
quiet = os.environ | {"HOME": scratch, "XDG_RUNTIME_DIR": scratch, "LANG": "C.UTF-8"}
print(subprocess.run(["soffice", "--version"], capture_output=True, text=True, env=quiet).stdout.strip())


def get(query):
    request = urllib.request.Request(f"{url}/api/statistics?from=2009-10-31&to=2010-10-31{query}", headers={"authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def opened(lang):
    """The sheets as LibreOffice reads them: by name, rows of cells without empty ones at the end; what is not quoted is a number."""
    book = f"{scratch}/figures-{lang}.xlsx"
    with open(book, "wb") as file:
        file.write(get(f"&f=xlsx&lang={lang}"))
    subprocess.run(["soffice", "--headless", "--convert-to", SHEETS, "--outdir", f"{scratch}/{lang}", book], check=True, env=quiet, capture_output=True, timeout=300)
    sheets = {}
    for path in sorted(glob.glob(f"{scratch}/{lang}/*.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, quoting=csv.QUOTE_NONNUMERIC))
        for row in rows:
            while row and row[-1] == "":
                row.pop()
        sheets[os.path.basename(path).split("-")[-1].removesuffix(".csv")] = [row for row in rows if row]
    return sheets


def numbers(*values):
    return ["" if value is None else float(value) for value in values]


def rows_from(rows, first, count):
    """So many rows under the one that begins with a text, each without its name."""
    at = [row[0] for row in rows].index(first) + 1
    return [row[1:] for row in rows[at : at + count]]


TIERS = ["none", "unrated", "red", "yellow", "green", "star"]
answer = json.loads(get(""))
record, told = answer["record"], answer["population"]["areas"]
english, chinese = opened("en"), opened("zh")
expect("there are three sheets in each language", (sorted(english), sorted(chinese)), (sorted(["tiers", "record", "residents"]), sorted(["等级", "记录", "人口"])))

NAMES = {"rental houses": "rental", "owner-occupied houses": "owner_occupied", "public buildings": "public", "business premises": "business", "vacant houses": "vacant"}
expect("houses by kind", {row[0]: row[1] for row in english["tiers"] if row[0] in NAMES}, {name: float(answer["houses"][kind]) for name, kind in NAMES.items()})
days = answer["days"] + answer["months"]
dated = [row for row in english["tiers"] if re.fullmatch(r"\d{4}-\d\d-\d\d", str(row[0]))]
expect("tiers by day", dated, [[on["day"], *numbers(*(on["by_tier"][tier] for tier in TIERS))] for on in days])
expect("the head of the tiers", next(row for row in english["tiers"] if row[0] == "day")[1:], ["not let", "unrated", "red", "yellow", "green", "star"])

stock = [record["plates"], record["units"], record["residencies"], record["photos"], record["photos_waiting"], record["due"], record["overdue"]]
expect("what is registered", rows_from(english["record"], "registered", 7), [numbers(count) for count in stock])
coverage = [numbers(on["assessed"], on["assessed_recently"], on["photographed"], on["photographed_recently"], on["population"]["registered"], on["population"]["temporary"]) for on in record["coverage"]]
expect("coverage", rows_from(english["record"], "coverage", 3), coverage)
happened = [
    [one["title"]["en"], *numbers(one["now"]["all"], one["now"]["in_rental"], one["rental_percent"], one["now"]["rental_houses"], one["year_before"]["all"], one["year_before"]["in_rental"], one["rental_change_percent"])]
    for one in record["happened"]
]
at = [row[0] for row in english["record"]].index("what happened") + 1
trimmed = [row[: max(i for i, cell in enumerate(row) if cell != "") + 1] for row in happened]
expect("what happened", english["record"][at : at + len(happened)], trimmed)
expect("what was improved", rows_from(english["record"], "rental houses improved", len(record["improved"])), [numbers(one["now"], one["year_before"]) for one in record["improved"]])
expect("visits", rows_from(english["record"], "visits", 3), [numbers(*(when[outcome] for when in record["visits"])) for outcome in ("done", "nobody_home", "refused")])
areas = [[area["name"], area["code"], *(numbers(area["registered"], area["temporary"]) if area["registered"] is not None else ["held back"])] for area in told]
expect("residents by area; codes are texts", english["residents"][1:], areas)


def bare(sheets):
    return sorted([cell for cell in row if isinstance(cell, float)] for rows in sheets.values() for row in rows if any(isinstance(cell, float) for cell in row))


expect("both languages hold the same numbers", bare(chinese), bare(english))
cells = [cell for rows in (*english.values(), *chinese.values()) for row in rows for cell in row]
expect("no cell is a formula or an error", [cell for cell in cells if str(cell).startswith(("=", "#", "Err:"))], [])
expect("figures of the report are there", {38.0, 87.0, 25.0, 61.0, 206.0, 395.0, 1137.0, 149.0, 13109.0, 170.0, 37.0, 156.0} - set(cells), set())
done()
