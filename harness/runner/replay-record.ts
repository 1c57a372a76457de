/**
 * A violation as data: the whole run and the promise that it breaks. One form for replay tokens,
 * regressions and counterexamples in files; nothing is looked up when it is replayed but code.
 */
import { z } from 'zod';
import type { Pins } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Program } from '../core/program.ts';
import { whatIsWrong } from './bad-input.ts';
import { faultSchemas } from '../faults/plan.ts';
import { programSchema } from './program-schema.ts';

/** Of files. It changes whenever the meaning of a program does; others are refused. */
const format = 1;

export interface ReplayRecord {
  readonly system: string;
  /** The invariant that was violated. */
  readonly invariant: string;
  readonly program: Program;
  /** Roles as they were resolved; empty: they are resolved anew. */
  readonly pins: Pins;
  /** Null outside simulation, and where it was not kept. */
  readonly traceHash: string | null;
  /** Digest of the code that found it; a replay under other code says so. Null: nobody knows. */
  readonly build: string | null;
  /** The file of the user's that promise or system come from, relative to his project; null: none. */
  readonly from: string | null;
}

const schema = z.strictObject({
  system: z.string(),
  invariant: z.string(),
  program: programSchema,
  pins: z.record(z.string().regex(/^\d+$/), z.array(z.int().min(0))).default({}),
  traceHash: z.string().nullable().default(null),
  build: z.string().nullable().default(null),
  from: z.string().nullable().default(null),
}) satisfies z.ZodType<ReplayRecord>;

/** Of files, as editors and other tools read it: `antlion schema counterexample`. */
export function recordJsonSchema(): object {
  const form = schema.extend({
    $schema: z.string().optional(),
    format: z.literal(format),
    // By kind, which no reading of data says.
    program: programSchema.extend({ faults: z.array(z.union(faultSchemas())) }),
  });
  return z.toJSONSchema(form, { io: 'input', unrepresentable: 'any', reused: 'ref' });
}

/** A record that was not looked at yet: code that it needs may have to be loaded first. */
export interface Unread {
  readonly value: unknown;
  /** `the replay token`, a file. */
  readonly name: string;
}

/** The file that must be loaded before it is read; null: none. */
export function fileOf({ value }: Unread): string | null {
  const from = (value as { readonly from?: unknown } | null)?.from;
  return typeof from === 'string' ? from : null;
}

/** Throws E_TOKEN, saying what of it is wrong: also a kind of fault that nobody has defined. */
export function readRecord({ value, name }: Unread): ReplayRecord {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw unreadable(name, whatIsWrong(schema, value) as string);
}

/** The text of a file. */
export function recordText(record: ReplayRecord): string {
  return `${JSON.stringify({ format, ...record }, null, 1)}\n`;
}

/** Throws E_TOKEN for a text that is no record, naming the file. */
export function readRecordText(text: string, name: string): ReplayRecord {
  return readRecord(openRecordText(text, name));
}

/** What the text of a file holds, of which nothing but its format is checked yet. Throws E_TOKEN. */
export function openRecordText(text: string, name: string): Unread {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(name, 'it is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw unreadable(name, 'it is no record');
  const { format: found, $schema, ...rest } = value as Readonly<Record<string, unknown>>;
  if ($schema !== undefined && typeof $schema !== 'string') {
    throw unreadable(name, 'its $schema is no address');
  }
  if (found !== format) {
    const got = JSON.stringify(found) ?? 'missing';
    throw unreadable(name, `its format is ${got}, wanted ${format}`);
  }
  return { value: rest, name };
}

export function unreadable(name: string, why: string): HarnessError {
  return new HarnessError(
    'E_TOKEN',
    `${name} is unreadable: ${why}. Take it as antlion printed or wrote it, or search again.`,
  );
}
