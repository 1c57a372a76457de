/** What pages of the reference are made of. */
import { z } from 'zod';

export interface Page {
  /** Below `docs/reference`. */
  readonly file: string;
  /** Before it is formatted. */
  text(): string;
}

export const note = '<!-- Made by `npm run docs`: change what it is made of, not this page. -->';

/** Cells may hold anything but line breaks. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((c) => c.replaceAll('\n', ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const code = (text: string): string => `\`${text}\``;

export const codes = (names: Iterable<string>): string => [...names].map(code).join(' ');

interface Json {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Json[];
  readonly items?: Json;
  readonly prefixItems?: readonly Json[];
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** A schema in a few words; what is checked by a function is `any`. */
export function shapeOf(schema: z.ZodType): string {
  return words(z.toJSONSchema(schema, { unrepresentable: 'any' }) as Json);
}

/** Of a field that may be left out: with `?`. */
export function fieldOf(name: string, schema: z.ZodType): string {
  return `${name}${schema.isOptional() ? '?' : ''}: ${shapeOf(schema)}`;
}

function words(json: Json): string {
  if (json.const !== undefined) return JSON.stringify(json.const);
  if (json.enum !== undefined) return json.enum.map((v) => JSON.stringify(v)).join(' | ');
  if (json.anyOf !== undefined) return [...new Set(json.anyOf.map(words))].join(' | ');
  if (json.prefixItems !== undefined) return `[${json.prefixItems.map(words).join(', ')}]`;
  if (json.type === 'array')
    return `list of ${json.items === undefined ? 'any' : words(json.items)}`;
  if (json.properties !== undefined) {
    const fields = Object.entries(json.properties).map(
      ([name, of]) => `${name}${json.required?.includes(name) === true ? '' : '?'}: ${words(of)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  if (json.type === 'integer' || json.type === 'number') return number(json);
  return json.type ?? 'any';
}

function number({ type, minimum, maximum, exclusiveMinimum }: Json): string {
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1);
  const bounds = [
    ...(least === undefined || least <= Number.MIN_SAFE_INTEGER ? [] : [`from ${least}`]),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [`to ${maximum}`]),
  ];
  const kind = type === 'integer' ? 'whole number' : 'number';
  return [kind, ...bounds].join(' ');
}
