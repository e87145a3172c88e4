// What is sent, as JSON. `JSON.stringify` is not used: it writes NaN as null, which the service may
// be asked to take for an absent value, a digit that the number never had, and a Map as `{}`.

/** More digits than these, and two texts may be one of JavaScript's numbers. */
const SURE_DIGITS = 15;
/** Far more than any document of the service has. */
const DEEPEST = 200;
const WRITTEN = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;

/** A number that is sent digit by digit as its text says. */
export class Exact {
  constructor(readonly text: string) {
    if (!WRITTEN.test(text)) throw new RangeError(`\`${text}\` is not written as a number: 1234.50`);
  }
}

/** A number of any length, or of many decimals: `exact("99999999999999.99")`. */
export function exact(text: string): Exact {
  return new Exact(text);
}

function digitsOf(number: number): number {
  const digits = String(Math.abs(number)).replace(/e.*$/, "").replace(".", "");
  return digits.replace(/^0+/, "").replace(/0+$/, "").length;
}

function writeNumber(number: number, way: string): string {
  if (!Number.isFinite(number)) throw new RangeError(`${way} is ${number}, which is no value`);
  if (digitsOf(number) <= SURE_DIGITS) return String(number);
  const advice = "round it, or send its text with `exact`";
  throw new RangeError(`${way} is ${number}, more digits than JavaScript keeps exactly: ${advice}`);
}

/** A number in an object, a RegExp, a Promise or a Blob has no members, and would be sent as `{}`. */
function hasMembers(value: object): boolean {
  const tag = Object.prototype.toString.call(value);
  if (tag !== "[object Object]" && tag !== "[object Module]") return false;
  const kind: unknown = Object.getPrototypeOf(value);
  const isPlain = kind === null || Object.getPrototypeOf(kind) === null;
  return isPlain || Object.keys(value).length > 0;
}

/** What an object says of itself: a day that is none says `null`, as if it were not there. */
function writeOwn(own: unknown, way: string, depth: number): string {
  if (own === null) throw new RangeError(`${way} is no value: its toJSON() gives null`);
  return write(own, way, depth);
}

function writeMembers(map: object, way: string, depth: number): string {
  const present = Object.entries(map).filter(([, value]) => value !== undefined);
  const members = present.map(
    ([key, value]) => `${JSON.stringify(key)}:${write(value, `${way}.${key}`, depth)}`,
  );
  return `{${members.join(",")}}`;
}

function writeObject(value: object, way: string, depth: number): string {
  if (depth > DEEPEST) throw new RangeError(`${way} is too deep, or holds itself`);
  if (value instanceof Exact) return value.text;
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return writeOwn(value.toJSON(), way, depth + 1);
  }
  if (Array.isArray(value)) {
    const items = Array.from(value, (each, at) => write(each, `${way}[${at}]`, depth + 1));
    return `[${items.join(",")}]`;
  }
  if (Symbol.iterator in value || !hasMembers(value)) {
    throw new TypeError(`${way} is neither an object nor an array`);
  }
  return writeMembers(value, way, depth + 1);
}

function write(value: unknown, way: string, depth: number): string {
  switch (typeof value) {
    case "number":
      return writeNumber(value, way);
    case "bigint":
      return value.toString();
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : writeObject(value, way, depth);
    default:
      throw new TypeError(`${way} is of a type that cannot be sent: ${typeof value}`);
  }
}

/**
 * Write what is sent. Throws before anything goes out where JSON would say something else: a
 * `RangeError` of a number or a day that is none, or not exact, a `TypeError` of what has no JSON.
 */
export function writeBody(body: unknown): string {
  return write(body, "body", 0);
}
