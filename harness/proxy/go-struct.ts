/** Fills named fields from a JSON object as Go fills a struct, with Go's error messages. */
import { GoJsonError, type GoValue } from './go-json.ts';

/** The Go type of a field; `struct` is taken as it is and read by another call. */
export type GoType = 'string' | 'bool' | 'int64' | 'int' | 'float32' | { readonly struct: string };

export interface GoStruct {
  /** The type's own name as errors show it at top level: `toxiproxy.Proxy`. */
  readonly type: string;
  /** The name in front of a field: `Proxy` in `Proxy.name`; empty for Go's anonymous structs. */
  readonly owner: string;
  /** What stands between owner and field: `attributes.` for the fields of a toxic. */
  readonly path?: string;
  /** Fields that it does not know are an error. Go's own are not: Toxiproxy passes over them. */
  readonly isStrict?: boolean;
  readonly fields: Readonly<Record<string, GoType>>;
}

/** What was given, by field. A field that is absent, or null, is not there. */
export interface Filled {
  readonly text: Readonly<Record<string, string>>;
  readonly flag: Readonly<Record<string, boolean>>;
  /** A float32, or an integer: a bigint past 2^53, where a number would change it. */
  readonly number: Readonly<Record<string, number | bigint>>;
  readonly struct: Readonly<Record<string, GoValue>>;
  /** The first field of a wrong type; the others are filled all the same. */
  readonly error: GoJsonError | null;
}

/** Reads `value` as `to`. Throws when it is no object, or has a field too many; a wrong field is `error` in the result. */
export function fillGo(value: GoValue, to: GoStruct): Filled {
  const filled = { text: {}, flag: {}, number: {}, struct: {} } as Mutable;
  let error: GoJsonError | null = null;
  if (value.kind === 'null') return { ...filled, error };
  if (value.kind !== 'object') {
    throw new GoJsonError(`json: cannot unmarshal ${value.kind} into Go value of type ${to.type}`);
  }
  for (const [key, member] of value.members) {
    const name = fieldNamed(key, to.fields);
    if (name === undefined && to.isStrict === true) {
      throw new GoJsonError(`json: unknown field "${key}"`);
    }
    if (name === undefined || member.kind === 'null') continue;
    const type = to.fields[name] as GoType;
    if (put(filled, name, member, type)) continue;
    const field = `${to.owner}.${to.path ?? ''}${name}`;
    const got = member.kind === 'number' && isNumeric(type) ? `number ${member.text}` : member.kind;
    const wanted = typeof type === 'string' ? type : type.struct;
    error ??= new GoJsonError(
      `json: cannot unmarshal ${got} into Go struct field ${field} of type ${wanted}`,
    );
  }
  return { ...filled, error };
}

interface Mutable {
  text: Record<string, string>;
  flag: Record<string, boolean>;
  number: Record<string, number | bigint>;
  struct: Record<string, GoValue>;
}

function fieldNamed(key: string, fields: Readonly<Record<string, GoType>>): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  const folded = key.toLowerCase();
  return Object.keys(fields).find((f) => f.toLowerCase() === folded);
}

function isNumeric(type: GoType): boolean {
  return type === 'int64' || type === 'int' || type === 'float32';
}

/** True when `v` fits `type`. */
function put(filled: Mutable, name: string, v: GoValue, type: GoType): boolean {
  if (typeof type === 'object') {
    if (v.kind !== 'object') return false;
    filled.struct[name] = v;
    return true;
  }
  if (type === 'string' && v.kind === 'string') filled.text[name] = v.text;
  else if (type === 'bool' && v.kind === 'bool') filled.flag[name] = v.value;
  else if (type === 'float32' && v.kind === 'number') filled.number[name] = shortFloat32(v.text);
  else if (isNumeric(type) && v.kind === 'number' && isInteger(v.text)) {
    const short = Number(v.text);
    filled.number[name] = Number.isSafeInteger(short) ? short : BigInt(v.text);
  } else return false;
  return true;
}

/** Go's int has 64 bits, too. */
function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

/** The shortest decimal that is the same float32: Go prints 0.1, not 0.10000000149011612. */
function shortFloat32(text: string): number {
  const exact = Math.fround(Number(text));
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(exact.toPrecision(digits));
    if (Math.fround(short) === exact) return short;
  }
  return exact;
}
