"""Random rulebooks of language 2, in which everything new meets everything old."""

from datetime import timedelta
from random import Random

from .expressions import BOOLEAN, NUMBER, TEXT, Symbol, fits
from .generator import MODES, REASONS, Generator
from .later_expressions import DATE, LaterScope, LaterWriter, Lookup, some_day
from .lookups import Table
from .samples import number_field, text_field
from .values import Num, Plain, composed

KINDS = {NUMBER: "number", BOOLEAN: "boolean", TEXT: "string", DATE: "string"}
THRESHOLDS = ["-5", "0", "0.5", "1", "2", "3", "7", "10", "100", "250", "7000", "12345.67"]
VALUES = ["0", "1", "-2", "0.23", "120", "33.3333333333", "1000000", "7.50"]
KEYS = {
    NUMBER: ["0", "1", "2", "3", "2.5", "7", "100", "-3", "1.50"],
    BOOLEAN: [True, False],
    TEXT: ["SI", "NO", "a", "b", "", "è", "01", "2024-01-01", "x, y", 'q"q', "1.0", "true"],
}


class LaterGenerator(Generator):
    """Makes one rulebook of language 2 by chance."""

    def __init__(self, rng: Random) -> None:
        """Begin with nothing."""
        super().__init__(rng)
        self.scope = LaterScope()
        self.scope.groups[DATE] = []
        self.writer = LaterWriter(rng, self.scope)
        self.book.language = 2
        self.days: list[str] = []

    def _fields(self) -> None:
        """Declare fields of each kind, days and lists among them."""
        for kind in ("lists", "scales", "tables"):
            self.book.content[kind] = {}
        super()._fields()
        for code in ("dy", "dz")[: self.rng.randint(1, 2)]:
            self._field(code, self._day_field(), DATE)
            self.days.append(code)
        for name in ("L", "M")[: self.rng.choice([0, 1, 1, 1, 2])]:
            self._list(name)

    def _day_field(self) -> dict:
        """Declare a day, within ends or without."""
        found = {"type": "string", "format": "date"}
        if self._chance(0.4):
            first = some_day(self.rng)
            room = (type(first).max - first).days
            last = first + timedelta(min(room, self.rng.choice([0, 1, 31, 4000])))
            ends = {"formatMinimum": first.isoformat(), "formatMaximum": last.isoformat()}
            if self._chance(0.3):
                ends.pop(self.rng.choice(list(ends)))
            found |= ends
        return found

    def _field(self, code: str, declared: dict, kind: str) -> None:
        """Declare a field, its choices perhaps with names."""
        texts = declared.get("enum") if kind == TEXT else None
        self._name_choices(declared)
        super()._field(code, declared, kind)
        if texts:
            words = frozenset(composed(word) for word in texts)
            self.scope.symbols[-1] = Symbol(code, kind, words)

    def _name_choices(self, declared: dict) -> None:
        """Perhaps give the choices of a field, or of a field of rows, names."""
        if declared["type"] == "string" and "enum" in declared and self._chance(0.4):
            words = declared.pop("enum")
            declared["oneOf"] = [{"const": w, "title": self._title(w)} for w in words]

    def _title(self, word: str) -> str:
        """Call a choice something."""
        return f"«{word}»" if self._chance(0.8) else "stesso nome"

    def _list(self, name: str) -> None:
        """Declare a list of rows."""
        cells: dict[str, dict] = {}
        symbols: list[Symbol] = []
        made = {
            "x": (number_field(self.rng), NUMBER),
            "y": (number_field(self.rng), NUMBER),
            "p": ({"type": "boolean"}, BOOLEAN),
            "t": (text_field(self.rng), TEXT),
            "d": (self._day_field(), DATE),
        }
        for cell in self.rng.sample(list(made), self.rng.randint(1, 5)):
            declared, kind = made[cell]
            texts = declared.get("enum") if kind == TEXT else None
            words = frozenset(composed(word) for word in texts) if texts else None
            self._name_choices(declared)
            if kind == NUMBER and self.unit and self._chance(0.5):
                declared["unit"] = self.unit
            cells[cell] = declared
            symbols.append(Symbol(f"{name}.{cell}", kind, words))
        items = {"type": "object", "additionalProperties": False, "properties": cells}
        most = self.rng.choice([1, 2, 3, 3, 5, 8, 20])
        self.book.fields[name] = {"type": "array", "maxItems": most, "items": items}
        self.scope.rows[name] = symbols
        if self._chance(0.5):
            row = f"{{{self.rng.choice(symbols).code}}}"
            self.book.content["lists"][name] = {"label": f"elenco {name}", "row": row}

    def _parameters(self) -> None:
        """Add constants, those that change with a day, scales and tables."""
        if self._chance(0.4):
            self._day_rule()
        if self._chance(0.8):
            self.book.day = self.rng.choice(self.days)
        super()._parameters()
        if self._chance(0.4):
            self.book.content["parameters"]["kd"] = {"value": some_day(self.rng)}
            self._add(Symbol("kd", DATE))
        for index in range(self.rng.choice([0, 1, 1, 2])):
            self._dated(f"v{index}")
        for index in range(self.rng.choice([0, 1, 1, 2])):
            self._scale(f"sc{index}")
        for index in range(self.rng.choice([0, 1, 1, 2])):
            self._table(f"ta{index}")

    def _day_rule(self) -> None:
        """Add a rule that may decide about what changes with a day."""
        entry: dict = {"formula": self.writer.formula(DATE, 2).text}
        if self._chance(0.3):
            entry["when"] = self.writer.formula(BOOLEAN, 1).text
        self._insert("rules", "rday", entry)
        self._add(Symbol("rday", DATE))
        self.days.append("rday")

    def _own_day(self, entry: dict) -> dict:
        """Name the day that decides, where the rulebook does not or by chance."""
        if self.book.day is None or self._chance(0.3):
            entry["day"] = self.rng.choice(self.days)
        return entry

    def _stretches(self) -> list[dict]:
        """Make entries with ascending days, the last day of some of them too."""
        days = sorted({some_day(self.rng) for _ in range(self.rng.randint(1, 4))})
        found: list[dict] = []
        for index, day in enumerate(days):
            entry: dict = {"from": day}
            after = days[index + 1] if index + 1 < len(days) else None
            if self._chance(0.3):
                room = (after - day).days - 1 if after else 500
                last = day.toordinal() + min(room, self.rng.choice([0, 1, 400]))
                entry["until"] = day.fromordinal(min(last, day.max.toordinal()))
            found.append(entry)
        return found

    def _dated(self, code: str) -> None:
        """Add a parameter with several values."""
        kind = self.rng.choice([NUMBER, NUMBER, NUMBER, BOOLEAN, TEXT, DATE])
        values = [{**entry, "value": self._constant(kind)} for entry in self._stretches()]
        entry = self._own_day({"values": values})
        if kind == NUMBER and self._chance(0.3):
            entry.update(self._display())
        self.book.content["parameters"][code] = entry
        words = [composed(entry["value"]) for entry in values] if kind == TEXT else []
        self._add(Symbol(code, kind, frozenset(words) if kind == TEXT else None))

    def _constant(self, kind: str) -> object:
        """Choose a constant."""
        if kind == DATE:
            return some_day(self.rng)
        if kind == TEXT:
            return self.rng.choice(["SI", "uno", "è", "2024-01-01", "01"])
        return Num(self.rng.choice(VALUES)) if kind == NUMBER else self._chance(0.5)

    # scales

    def _scale(self, code: str) -> None:
        """Add a scale."""
        entry: dict = {"kind": self.rng.choice(["step", "step", "marginal", "linear"])}
        for key in ("of", "unit"):
            if self.unit and self._chance(0.3):
                entry[key] = self.unit
        dated = self._dated_constant()
        if self._chance(0.3):
            versions = [{**e, "bands": self._bands(entry["kind"], None)} for e in self._stretches()]
            entry = self._own_day({**entry, "versions": versions})
        else:
            entry["bands"] = self._bands(entry["kind"], dated)
        if self._chance(0.25):
            self.book.content["parameters"][f"{code}t"] = {"value": Num("2.5")}
            entry["times"] = f"{code}t"
        self.book.content["scales"][code] = entry
        self.scope.lookups.append(Lookup(code, ((NUMBER, None),), NUMBER))

    def _dated_constant(self) -> str | None:
        """Name a parameter of numbers that changes with a day, if there is one."""
        parameters = self.book.content["parameters"]
        found = [
            code
            for code, entry in parameters.items()
            if "values" in entry and isinstance(entry["values"][0]["value"], Num)
        ]
        return self.rng.choice(found) if found and self._chance(0.5) else None

    def _bands(self, kind: str, dated: str | None) -> list[dict]:
        """Write bands in ascending order."""
        starts = sorted(self.rng.sample(THRESHOLDS, self.rng.randint(1, 5)), key=float)
        key = "rate" if kind == "marginal" else "value"
        bands: list[dict] = []
        for start in starts:
            doors = ["from"] if kind == "linear" else ["from", "above"]
            if kind == "step" and self._chance(0.15):
                bands.append({"from": Num(start), key: self._given(key, dated)})
                doors = ["above"]
            bands.append({self.rng.choice(doors): Num(start), key: self._given(key, dated)})
        return bands

    def _given(self, key: str, dated: str | None) -> object:
        """Choose the value or rate of a band: a number, a share, or a parameter's code."""
        parameters = self.book.content["parameters"]
        plain = [c for c, e in parameters.items() if isinstance(e.get("value"), Num)]
        if dated and self._chance(0.4):
            return dated
        if plain and self._chance(0.2):
            return self.rng.choice(plain)
        if key == "rate" and self._chance(0.6):
            return Plain(self.rng.choice(["23 %", "0 %", "35.5 %", "100 %"]))
        return Num(self.rng.choice(VALUES))

    # tables

    def _table(self, code: str) -> None:
        """Add a keyed table."""
        kinds = [self.rng.choice([NUMBER, TEXT, TEXT, BOOLEAN, DATE]) for _ in range(2)]
        by = [f"{kind[0]}{index}" for index, kind in enumerate(kinds)][: self.rng.randint(1, 2)]
        columns = dict(zip(by, kinds, strict=False))
        kind = self.rng.choice([NUMBER, NUMBER, NUMBER, BOOLEAN, TEXT, DATE])
        entry: dict = {"by": by}
        words = {column: set() for column in by}
        if self._chance(0.25):
            versions = [
                {**stretch, **self._rows(f"{code}_{index}", columns, kind, words)}
                for index, stretch in enumerate(self._stretches())
            ]
            entry = self._own_day({**entry, "versions": versions})
        else:
            entry |= self._rows(code, columns, kind, words)
        if self._chance(0.3):
            entry["otherwise"] = Plain("not_applicable")
        elif self._chance(0.6):
            entry["otherwise"] = self._constant(kind)
        self._types(code, entry, [c for c, of in {**columns, "value": kind}.items() if of == TEXT])
        if kind == NUMBER and self.unit and self._chance(0.3):
            entry["unit"] = self.unit
        self.book.content["tables"][code] = entry
        keys = [(columns[c], frozenset(words[c]) if columns[c] == TEXT else None) for c in by]
        self.scope.lookups.append(Lookup(code, tuple(keys), kind, self._texts(code, entry)))

    def _texts(self, code: str, entry: dict) -> frozenset[str] | None:
        """List the texts that a table may give."""
        table = Table(code, entry, None, self.book.files)
        found = [value for version in table.versions for _, value in version["keyed"]]
        found += [] if table.otherwise is None else [table.otherwise]
        return frozenset(found) if table.kinds["value"] == "text" else None

    def _types(self, code: str, entry: dict, texts: list[str]) -> None:
        """Say which columns are of texts, where they would not be, and else by chance."""
        kinds = Table(code, entry, None, self.book.files).kinds
        days = any("2024-01-01" in text for text in self.book.files.values())
        said = [c for c in texts if kinds[c] != "text" or days or c == "value" or self._chance(0.3)]
        if said:
            entry["types"] = dict.fromkeys(said, "text")

    def _rows(self, name: str, columns: dict, kind: str, words: dict) -> dict:
        """Write rows, in YAML or as a file."""
        used: set[tuple] = set()
        rows: list[dict] = []
        for _ in range(self.rng.randint(1, 6)):
            keys = [self._key(of) for of in columns.values()]
            several = [self._key(of) for of in columns.values()]
            cells = [
                [k, o] if self._chance(0.2) and k != o else [k]
                for k, o in zip(keys, several, strict=True)
            ]
            places = {()}
            for cell in cells:
                places = {(*place, _same(item)) for place in places for item in cell}
            distinct = all(len({_same(i) for i in cell}) == len(cell) for cell in cells)
            if places & used or not distinct:
                continue
            used |= places
            rows.append(dict(zip(columns, cells, strict=True)) | {"value": [self._constant(kind)]})
            for column, cell in zip(columns, cells, strict=True):
                words[column].update(item for item in cell if isinstance(item, str))
        single = all(len(cell) == 1 for row in rows for cell in row.values())
        if (
            single
            and self._chance(0.4)
            and not any("" in cell for r in rows for cell in r.values())
        ):
            self.book.files[f"{name}.csv"] = self._csv(columns, rows)
            return {"file": f"{name}.csv"}
        plain = {c for c in [*columns, "value"] if self._chance(0.5)}
        return {
            "rows": [
                {c: self._yaml(cell, plain=c in plain) for c, cell in row.items()} for row in rows
            ]
        }

    def _key(self, kind: str) -> object:
        """Choose a key."""
        if kind == DATE:
            return some_day(self.rng)
        key = self.rng.choice(KEYS[kind])
        return Num(key) if kind == NUMBER else key

    def _yaml(self, cell: list, *, plain: bool) -> object:
        """Write a cell of YAML, words perhaps without quotes."""
        items = [Plain(i) if plain and isinstance(i, str) and i.isalpha() else i for i in cell]
        return items[0] if len(items) == 1 else items

    def _csv(self, columns: dict, rows: list[dict]) -> str:
        """Write rows as a file, its columns in any order."""
        header = [*columns, "value"]
        self.rng.shuffle(header)
        end = self.rng.choice(["\n", "\r\n"])
        lines = [",".join(header)]
        lines += [",".join(_csv_cell(row[c][0], self.rng) for c in header) for row in rows]
        return self.rng.choice(["", "\ufeff"]) + end.join(lines) + self.rng.choice(["", end])

    # entries

    def _rule(self, index: int) -> None:
        """Add a rule: of the report, or of the rows of a list."""
        chance = self.rng.random()
        if self.scope.rows and chance < 0.35:
            self._row_rule(index)
        elif chance < 0.48:
            self._date_rule(index)
        else:
            super()._rule(index)
            if self._chance(0.25):
                symbol = self.scope.symbols.pop()
                entry = self.book.content["rules"][f"r{index}"]
                self._add(self._except(entry, symbol, None))

    def _date_rule(self, index: int) -> None:
        """Add a rule that gives a day."""
        code = f"r{index}"
        entry: dict = {"formula": self.writer.formula(DATE).text}
        if self._chance(0.3):
            entry["when"] = self._condition()
        if self._chance(0.3):
            self.book.fields[code] = self._day_field()
        self._insert("rules", code, entry)
        symbol = Symbol(code, DATE)
        self._add(self._except(entry, symbol, None) if self._chance(0.25) else symbol)

    def _except(self, entry: dict, symbol: Symbol, name: str | None) -> Symbol:
        """Give a rule exceptions, whose formulas are of its kind; return the rule's symbol anew."""
        words = symbol.words
        cases: list[dict] = []
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            case: dict = {"when": self._row_condition(name, 2)}
            if self._chance(0.06):
                case["not_encoded"] = self.rng.choice(REASONS)
            else:
                piece = self.writer.row_formula(name, symbol.kind, 2)
                case["formula"] = piece.text
                words = None if words is None or piece.words is None else words | piece.words
            cases.append(case)
        if len(cases) > 1 and self._chance(0.4) and fits(f"not ({cases[0]['when']})"):
            cases[1]["when"] = f"not ({cases[0]['when']})"
        entry["exceptions"] = cases
        return Symbol(symbol.code, symbol.kind, words)

    def _row_condition(self, name: str | None, depth: int) -> str:
        """Write a condition of the report or of a row."""
        return self.writer.row_formula(name, BOOLEAN, depth).text

    def _row_rule(self, index: int) -> None:
        """Add a rule of rows, perhaps one that the report may declare."""
        name = self.rng.choice(sorted(self.scope.rows))
        kind = self.rng.choice([NUMBER] * 5 + [BOOLEAN] * 2 + [TEXT, DATE])
        piece = self.writer.row_formula(name, kind)
        entry: dict = {"formula": piece.text}
        if self._chance(0.4):
            entry["when"] = self._row_condition(name, 2)
        if kind == NUMBER and self._chance(0.4):
            entry["round"] = {"decimals": self.rng.choice([0, 1, 2, 6]), "mode": self._mode()}
        if kind == NUMBER:
            entry.update(self._display())
        cell = f"r{index}"
        symbol = Symbol(f"{name}.{cell}", kind, piece.words)
        if self._chance(0.25):
            symbol = self._except(entry, symbol, name)
        if self._chance(0.2):
            declared = self._day_field() if kind == DATE else {"type": KINDS[kind]}
            if symbol.words and self._chance(0.5):
                declared["enum"] = sorted(symbol.words)
                self._name_choices(declared)
            self.book.fields[name]["items"]["properties"][cell] = declared
        self._insert("rules", symbol.code, entry)
        self.scope.rows[name].append(symbol)

    def _family(self, index: int) -> None:
        """Add entries written once for each of several values, rules of rows among them."""
        names = [
            name
            for name, symbols in self.scope.rows.items()
            if any(symbol.kind == NUMBER for symbol in symbols)
        ]
        if not names or self._chance(0.6):
            super()._family(index)
            return
        name = self.rng.choice(names)
        pool = [s.code.partition(".")[2] for s in self.scope.rows[name] if s.kind == NUMBER]
        values = self.rng.sample(pool, min(2, len(pool)))
        own = self.writer.row_formula(name, NUMBER, 1).text
        entry: dict = {"for_each": {"x": values}, "formula": f"({own}) + {name}.{{x}}"}
        if self._chance(0.4):
            entry["when"] = f"{name}.{{x}} > 0"
        self._insert("rules", f"{name}.f{index}_{{x}}", entry)
        for value in values:
            self.scope.rows[name].append(Symbol(f"{name}.f{index}_{value}", NUMBER))

    def _mode(self) -> str:
        """Choose a mode of rounding."""
        return self.rng.choice(MODES)

    def _case(self) -> dict:
        """Write a case, perhaps with a name for its outcome."""
        case = super()._case()
        if self._chance(0.3):
            name = f"«{case['outcome']}»"
            both = {"it": name, "en": f"the {name}"}
            case["label"] = name if self._chance(0.5) else both
        return case

    def _check(self, index: int) -> None:
        """Add a check: of the report, or of rows."""
        if not self.scope.rows or self._chance(0.5):
            super()._check(index)
            return
        name = self.rng.choice(sorted(self.scope.rows))
        entry: dict = {"expect": self._row_condition(name, 3)}
        if self._chance(0.05):
            entry = {"not_encoded": self.rng.choice(REASONS)}
        if self._chance(0.7):
            entry["severity"] = self.rng.choice(["error", "warning", "info"])
        if self._chance(0.5):
            codes = [symbol.code for symbol in [*self.scope.rows[name], *self.scope.symbols]]
            names = [f"{{{code}}}" for code in self.rng.sample(codes, min(2, len(codes)))]
            entry["message"] = {"it": "riga " + " e ".join(names), "en": " ".join(names)}
        self._insert("checks", f"{name}.c{index}", entry)

    def _section(self, index: int) -> None:
        """Add a section, which may demand lists and cells of rows."""
        super()._section(index)
        entry = self.book.content["sections"][f"s{index}"]
        if "fields" not in entry or not self.scope.rows or self._chance(0.3):
            return
        for name in self.scope.rows:
            cells = self.book.fields[name]["items"]["properties"]
            more = [f"{name}.{cell}" for cell in cells if self._chance(0.5)]
            more += [name] if name not in entry["fields"] and self._chance(0.3) else []
            self.rng.shuffle(more)
            entry["fields"] += more
            optional = [code for code in more if self._chance(0.3)]
            if optional:
                entry["optional"] = entry.get("optional", []) + optional

    def _group(self, index: int = 99) -> None:
        """Add a group, perhaps of days."""
        codes = [symbol.code for symbol in self.scope.symbols if symbol.kind == DATE]
        if not codes or self._chance(0.8):
            super()._group(index)
            return
        chosen = self.rng.sample(codes, self.rng.randint(1, min(3, len(codes))))
        self.book.content["groups"][f"g{index}"] = chosen
        self.scope.groups[DATE].append(f"g{index}")


def _same(key: object) -> object:
    """Return what two keys share that are one."""
    return key.value if isinstance(key, Num) else (type(key).__name__, key)


def _csv_cell(cell: object, rng: Random) -> str:
    """Write a cell of a file, in quotes where it must be, or by chance."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = cell.text if isinstance(cell, Num) else str(cell)
    if any(letter in text for letter in ',"\n\r') or rng.random() < 0.2:
        return '"' + text.replace('"', '""') + '"'
    return text
