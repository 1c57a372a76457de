/** The flags of a system, from its schema: on the command line, checked, and printed again. */
import { Command, Option } from 'commander';
import { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';

type Schema = z.ZodObject<z.ZodRawShape>;

interface Field {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** Adds a flag for each field of the schema. */
export function addFlags(command: Command, schema: Schema): void {
  for (const [name, field] of fieldsOf(schema)) {
    const flag = flagOf(name);
    const given = field.type === 'boolean' ? flag : `${flag} <${wordOf(field)}>`;
    const option = new Option(given, describe(field));
    if (field.type === 'array') {
      option.argParser((text: string, before: unknown) => [
        ...(Array.isArray(before) ? (before as string[]) : []),
        text,
      ]);
    }
    command.addOption(option);
  }
}

/** The values of the schema's fields among all options. Throws E_USAGE for one that is wrong. */
export function checkFlags(
  schema: Schema,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  for (const [name, field] of fieldsOf(schema)) {
    const value = options[name];
    if (value === undefined) continue;
    given[name] = field.type === 'number' || field.type === 'integer' ? Number(value) : value;
  }
  const checked = schema.safeParse(given);
  if (checked.success) return given;
  const [issue] = checked.error.issues;
  const name = String(issue?.path[0] ?? '');
  const field = new Map(fieldsOf(schema)).get(name) ?? {};
  const wanted = field.enum?.join(' or ') ?? rangeOf(field) ?? field.type ?? 'another value';
  throw new HarnessError(
    'E_USAGE',
    `${flagOf(name).slice(2)} is "${String(options[name])}", wanted ${wanted}. Pass ${flagOf(name)} ${field.enum?.[0] ?? wordOf(field).toUpperCase()}.`,
  );
}

/** `integer from 0 to 60`; null: it is no number. */
function rangeOf({ type, minimum, maximum, exclusiveMinimum }: Field): string | null {
  if (type !== 'number' && type !== 'integer') return null;
  // Of a whole number without bounds those of JavaScript are named.
  const bound = (word: string, n: number | undefined): string =>
    n === undefined || Math.abs(n) === Number.MAX_SAFE_INTEGER ? '' : ` ${word} ${n}`;
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  return `${type}${above}${bound('from', minimum)}${bound('to', maximum)}`;
}

/** The flags as they were given, as words of a command line. */
export function wordsOf(given: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(given).flatMap(([name, value]): string[] => {
    const flag = flagOf(name);
    if (value === undefined || value === false) return [];
    if (value === true) return [flag];
    if (Array.isArray(value)) return value.flatMap((v: unknown) => [flag, String(v)]);
    return [flag, String(value as string | number)];
  });
}

/** A word as a POSIX shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function fieldsOf(schema: Schema): [string, Field][] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries((json.properties ?? {}) as Readonly<Record<string, Field>>);
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function wordOf({ type }: Field): string {
  return type === 'number' || type === 'integer' ? 'n' : 'value';
}

function describe({ description = '', enum: values, default: usual }: Field): string {
  const choice = values === undefined ? '' : `: ${values.join(' or ')}`;
  const unless =
    usual === undefined || usual === false ? '' : ` (default: ${JSON.stringify(usual)})`;
  return `${description}${choice}${unless}`;
}
