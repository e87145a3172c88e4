"""Random rulebooks with their schemas, and random reports."""

from random import Random

from .documents import Rulebook
from .expressions import BOOLEAN, NUMBER, NUMBERS, TEXT, TEXTS, Piece, Scope, Symbol, Writer, fits
from .samples import number_field, text_field
from .values import Num, composed

OUTCOMES = ["a", "b", "c", "SI", "NO", "due", "yes"]
REASONS = ["why", "boh", "altro; why", "x"]
MODES = ["half_up", "half_even", "down", "up", "floor", "ceiling"]


class Generator:
    """Makes one rulebook by chance."""

    def __init__(self, rng: Random) -> None:
        """Begin with nothing."""
        self.rng = rng
        self.scope = Scope()
        self.writer = Writer(rng, self.scope)
        self.book = Rulebook(locale=rng.choice(["it", "it", "en"]))
        self.sections: list[str] = []
        self.unit = rng.choice([None, None, "euro", "km"])
        self.wordy = rng.random() < 0.3

    def rulebook(self) -> Rulebook:
        """Make a rulebook."""
        for kind in ("parameters", "groups", "rules", "decisions", "sections", "checks"):
            self.book.content[kind] = {}
        self.book.content["messages"] = {}
        self._fields()
        self._parameters()
        if self.rng.random() < 0.6:
            self._group()
        makers = [self._rule] * 9 + [self._decision] * 5 + [self._section] * 3 + [self._check] * 3
        makers += [self._group, self._message, self._family, self._gap]
        for index in range(self.rng.randint(4, 12)):
            self.rng.choice(makers)(index)
        self._shuffle()
        return self.book

    def _add(self, symbol: Symbol) -> None:
        """Let formulas read a code from now on."""
        self.scope.symbols.append(symbol)

    def _chance(self, share: float) -> bool:
        """Say yes in this share of cases."""
        return self.rng.random() < share

    def _fields(self) -> None:
        """Declare fields of each kind."""
        for code in "ABCDE"[: self.rng.randint(2, 5)]:
            self._field(code, number_field(self.rng), NUMBER)
        for code in "pqr"[: self.rng.randint(1, 3)]:
            self._field(code, {"type": "boolean"}, BOOLEAN)
        for code in "TUV"[: self.rng.randint(1, 3)]:
            self._field(code, text_field(self.rng), TEXT)

    def _field(self, code: str, declared: dict, kind: str) -> None:
        """Declare a field."""
        if kind == NUMBER and self.unit and self._chance(0.5):
            declared["unit"] = self.unit
        self.book.fields[code] = declared
        words = None
        if kind == TEXT and "enum" in declared:
            words = frozenset(composed(word) for word in declared["enum"])
        self._add(Symbol(code, kind, words))

    def _parameters(self) -> None:
        """Add constants."""
        for code in ("k", "l", "m")[: self.rng.randint(0, 3)]:
            kind = self.rng.choice([NUMBER, NUMBER, NUMBER, TEXT, BOOLEAN])
            entry: dict = {}
            if kind == NUMBER:
                sign = self.rng.choice(["", "", "-"])
                entry["value"] = Num(sign + self.rng.choice(NUMBERS))
                entry.update(self._display())
            elif kind == BOOLEAN:
                entry["value"] = self._chance(0.5)
            else:
                entry["value"] = self.rng.choice([text for text in TEXTS if text])
            self.book.content["parameters"][code] = entry
            words = frozenset([composed(entry["value"])]) if kind == TEXT else None
            self._add(Symbol(code, kind, words))

    def _display(self) -> dict:
        """Say perhaps how a number is shown."""
        found: dict = {}
        if self.unit and self._chance(0.3):
            found["unit"] = self.unit
        if self._chance(0.15):
            found["display"] = {"grouping": self._chance(0.5)}
            if self._chance(0.7):
                found["display"]["decimals"] = self.rng.choice([0, 1, 2, 4, 10])
        return found

    def _group(self, index: int = 99) -> None:
        """Add a group of numbers or of booleans."""
        kind = self.rng.choice([NUMBER, NUMBER, BOOLEAN])
        codes = [symbol.code for symbol in self.scope.of(kind)]
        if codes:
            chosen = self.rng.sample(codes, self.rng.randint(1, min(4, len(codes))))
            self.book.content["groups"][f"g{index}"] = chosen
            self.scope.groups[kind].append(f"g{index}")

    def _condition(self, depth: int = 3) -> object:
        """Write a condition, in one of its forms."""
        chance = self.rng.random()
        if chance < 0.06:
            return self.rng.choice([True, False, "true", "false"])
        if chance < 0.075:
            return {"not_encoded": self.rng.choice(REASONS)}
        if self.wordy and self._chance(0.6):
            return self.writer.words_compared()
        return self.writer.formula(BOOLEAN, depth).text

    def _rule(self, index: int) -> None:
        """Add a rule, perhaps one that the report may declare."""
        texts = 8 if self.wordy else 2
        kind = self.rng.choice([NUMBER] * 6 + [BOOLEAN] * 2 + [TEXT] * texts)
        piece = self.writer.formula(kind)
        entry: dict = {}
        if self._chance(0.3):
            entry["when"] = self._condition()
        entry["formula"] = self._plain(piece, kind)
        if kind == NUMBER:
            if self._chance(0.45):
                entry["round"] = self._round()
            entry.update(self._display())
        code = f"r{index}"
        if self._chance(0.3):
            self._declare(code, kind, piece)
        self._insert("rules", code, entry)
        self._add(Symbol(code, kind, piece.words))

    def _plain(self, piece: Piece, kind: str) -> object:
        """Write some constant formulas as plain numbers or booleans of YAML."""
        plain = piece.text.removeprefix("-")
        if kind == NUMBER and plain in NUMBERS and self._chance(0.5):
            return Num(piece.text)
        return piece.text == "true" if piece.text in {"true", "false"} else piece.text

    def _round(self) -> dict:
        """Choose a rounding."""
        decimals = self.rng.choice([0, 0, 1, 2, 2, 2, 3, 6, 8, 10])
        return {"decimals": decimals, "mode": self.rng.choice(MODES)}

    def _declare(self, code: str, kind: str, piece: Piece) -> None:
        """Let the report declare what a rule computes."""
        declared: dict = {"type": {NUMBER: "number", BOOLEAN: "boolean", TEXT: "string"}[kind]}
        if kind == NUMBER and self._chance(0.2):
            declared["type"] = "integer"
        if kind == TEXT and self._chance(0.6):
            words = set(piece.words or ()) | set(self.rng.sample(["SI", "NO", "a", "zz"], 2))
            declared["enum"] = sorted(words)
        self.book.fields[code] = declared

    def _decision(self, index: int) -> None:
        """Add a decision."""
        entry: dict = {}
        cases = [self._case() for _ in range(self.rng.choice([1, 2, 2, 2, 3, 3, 4]))]
        if self._chance(0.45):
            cases[-1].pop("when", None)
            cases[-1].pop("not_encoded", None)
            cases[-1]["otherwise"] = True
        if self._chance(0.4):
            self._complement(cases)
        entry["cases"] = cases
        if self._chance(0.45):
            entry["policy"] = self.rng.choice(["first", "first", "exclusive"])
        words = frozenset(case["outcome"] for case in cases)
        if self._chance(0.04):
            entry, words = {"not_encoded": self.rng.choice(REASONS)}, None
        code = f"d{index}"
        self._insert("decisions", code, entry)
        if words is not None:
            self._add(Symbol(code, TEXT, words))

    def _case(self) -> dict:
        """Write a case."""
        case: dict = {"outcome": self.rng.choice(OUTCOMES)}
        if self._chance(0.02):
            case["not_encoded"] = self.rng.choice(REASONS)
        else:
            case["when"] = self._condition()
        if self._chance(0.3):
            case["message"] = self._templates()
        return case

    def _complement(self, cases: list[dict]) -> None:
        """Make the first two cases exclude each other."""
        first = cases[0].get("when")
        if (
            len(cases) > 1
            and isinstance(first, str)
            and "when" in cases[1]
            and fits(f"not ({first})")
        ):
            cases[1]["when"] = f"not ({first})"

    def _templates(self) -> dict:
        """Write a sentence in the rulebook's language, perhaps in both."""
        codes = [symbol.code for symbol in self.scope.symbols] + ["edition", "version"]
        names = [f"{{{code}}}" for code in self.rng.sample(codes, min(2, len(codes)))]
        text = self.rng.choice(["", "x ", "è ", "l’età – ", "a-b  c´ ", "2, "]) + " e ".join(names)
        other = {"it": "en", "en": "it"}[self.book.locale]
        found = {self.book.locale: text}
        if self._chance(0.2):
            found[other] = "y"
        return found

    def _section(self, index: int) -> None:
        """Add a section."""
        entry: dict = {"title": "t", "due": self._condition()}
        if self.sections and self._chance(0.45):
            entry["part_of"] = self.rng.choice(self.sections)
        if self._chance(0.1):
            entry["not_encoded"] = self.rng.choice(REASONS)
        elif self._chance(0.8):
            codes = list(self.book.fields)
            entry["fields"] = self.rng.sample(codes, self.rng.randint(0, min(4, len(codes))))
            optional = [code for code in entry["fields"] if self._chance(0.3)]
            if optional:
                entry["optional"] = optional
        if self._chance(0.3):
            keys = self.rng.choice([["due"], ["not_due"], ["due", "not_due"]])
            entry["message"] = {key: self._templates() for key in keys}
        code = f"s{index}"
        self._insert("sections", code, entry)
        self.sections.append(code)
        self._add(Symbol(code, TEXT, frozenset(["due", "not_due"])))

    def _check(self, index: int) -> None:
        """Add a check."""
        entry: dict = {"expect": self._condition()}
        if self._chance(0.05):
            entry = {"not_encoded": self.rng.choice(REASONS)}
        if self._chance(0.7):
            entry["severity"] = self.rng.choice(["error", "warning", "info"])
        if self._chance(0.3):
            entry["message"] = self._templates()
        code = f"c{index}"
        self._insert("checks", code, entry)
        self._add(Symbol(code, TEXT, frozenset(["passed", "failed"])))

    def _message(self, index: int) -> None:
        """Add a message."""
        entry: dict = {"when": self._condition(), "text": self._templates()}
        if self._chance(0.2):
            entry.pop(self.rng.choice(["when", "text"]))
            entry["not_encoded"] = self.rng.choice(REASONS)
        self._insert("messages", f"m{index}", entry)

    def _gap(self, index: int) -> None:
        """Add a rule that is not encoded, or one that may not apply."""
        code = f"w{index}"
        if self._chance(0.5):
            self._insert("rules", code, {"not_encoded": self.rng.choice(REASONS)})
            self._add(Symbol(code, self.rng.choice([NUMBER, BOOLEAN, TEXT])))
            if self._chance(0.3):
                self.book.fields[code] = {"type": self.rng.choice(["number", "string"])}
            return
        when = self.writer.formula(BOOLEAN, 2).text
        self._insert("rules", code, {"when": when, "formula": self.writer.formula(NUMBER, 2).text})
        self._add(Symbol(code, NUMBER))

    def _family(self, index: int) -> None:
        """Add entries written once for each of several values."""
        pool = [symbol.code for symbol in self.scope.of(NUMBER)] + ["1", "2", "100"]
        values = self.rng.sample(pool, min(self.rng.randint(1, 3), len(pool)))
        variables = {"x": values}
        if self._chance(0.3):
            variables["y"] = self.rng.sample(["3", "7"], self.rng.randint(1, 2))
        key = f"f{index}_" + "_".join(f"{{{name}}}" for name in variables)
        self._add(Symbol("{x}", NUMBER))
        kind, entry = self.rng.choice(FAMILIES)(self)
        self.scope.symbols = [symbol for symbol in self.scope.symbols if symbol.code != "{x}"]
        self._insert(kind, key, {"for_each": variables, **entry})
        if kind == "rules":
            names = [key.replace("{x}", x) for x in values]
            for y in variables.get("y", [""]):
                for name in names:
                    self._add(Symbol(name.replace("{y}", y), NUMBER))

    def _family_rule(self) -> tuple[str, dict]:
        """Write a rule of a family."""
        text = "0"
        while text == "0" or not fits(text) or len(text) > 400:
            text = f"({self.writer.formula(NUMBER, 2).text}) + {{x}}"
        entry: dict = {"formula": text}
        if self._chance(0.4):
            entry["when"] = f"{{x}} {self.rng.choice(['>', '<=', '!='])} 0"
        if self._chance(0.4):
            entry["round"] = self._round()
        return "rules", entry

    def _family_decision(self) -> tuple[str, dict]:
        """Write a decision of a family."""
        sign = self.rng.choice(["<", ">=", "=="])
        text = {self.book.locale: self.rng.choice(["{x} è", "{x} {edition}"])}
        case = {"outcome": "a", "when": f"{{x}} {sign} {self.rng.choice(NUMBERS)}", "message": text}
        return "decisions", {"cases": [case, {"outcome": "b", "otherwise": True}]}

    def _family_section(self) -> tuple[str, dict]:
        """Write a section of a family."""
        return "sections", {"title": "{x}", "due": "is_missing({x}) or {x} > 1"}

    def _family_message(self) -> tuple[str, dict]:
        """Write a message of a family."""
        text = {self.book.locale: "{x}: {edition}"}
        return "messages", {"when": "{x} != 0", "text": text}

    def _family_check(self) -> tuple[str, dict]:
        """Write a check of a family."""
        entry: dict = {"expect": f"{{x}} >= {self.rng.choice(NUMBERS)}"}
        if self._chance(0.5):
            entry["severity"] = "info"
        return "checks", entry

    def _insert(self, kind: str, code: str, entry: dict) -> None:
        """Add an entry."""
        self.book.content[kind][code] = entry

    def _shuffle(self) -> None:
        """Write the entries of each kind in another order, half of the time."""
        for kind, entries in self.book.content.items():
            if self._chance(0.5):
                items = list(entries.items())
                self.rng.shuffle(items)
                self.book.content[kind] = dict(items)


FAMILIES = (
    Generator._family_rule,
    Generator._family_rule,
    Generator._family_check,
    Generator._family_decision,
    Generator._family_section,
    Generator._family_message,
)
