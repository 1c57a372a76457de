/** What each operation is to PostgreSQL: one statement, and what its answer means. */
import type { Json } from '../../core/host.ts';
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import type { Result } from './connection.ts';

/** What a run writes lies in one table; numbers of grants come from a sequence, which no crash sets back. */
export const table = 'antlion_run';
export const tokens = 'antlion_tokens';

/** Many may come at the same time: who is first makes them. */
export const create = `
  SELECT pg_advisory_xact_lock(hashtextextended('${table}', 0));
  CREATE TABLE IF NOT EXISTS ${table} (key text PRIMARY KEY, value text, token bigint NOT NULL DEFAULT 0);
  CREATE SEQUENCE IF NOT EXISTS ${tokens};`;

export interface Statement {
  readonly sql: string;
  readonly mean: (result: Result) => Outcome;
}

/** Null: there is no such statement, or nothing to be asked for. */
export function statementOf(op: Operation, prefix: string, isFenced: boolean): Statement | null {
  const key = quoted(`${prefix}${op.key}`);
  switch (op.f) {
    case 'read':
      return { sql: select(key), mean: ({ rows }) => ok(valueIn(rows)) };
    case 'write':
      return { sql: upsert(key, op.value), mean: () => ok(op.value) };
    case 'delete':
      return { sql: `DELETE FROM ${table} WHERE key = ${key}`, mean: () => ok(null) };
    case 'cas':
      return { sql: compareAndSet(key, op.value as readonly Json[]), mean: oneOr(op.value, 'cas') };
    case 'enqueue':
      return { sql: putJob(`${prefix}job/${op.key}/`, op.value), mean: () => ok(op.value) };
    case 'dequeue':
      return { sql: takeJob(`${prefix}job/${op.key}/`), mean: ({ rows }) => ok(valueIn(rows)) };
    case 'write-fenced': {
      const { token, value } = op.value as { readonly token: Json; readonly value: Json };
      if (typeof token !== 'number') return null;
      const sql = isFenced ? upsertNewer(key, value, token) : upsert(key, value);
      return { sql, mean: oneOr(op.value, 'fenced') };
    }
    default:
      return null;
  }
}

export function select(key: string): string {
  return `SELECT value FROM ${table} WHERE key = ${key}`;
}

export function upsert(key: string, value: Json): string {
  return `INSERT INTO ${table} (key, value) VALUES (${key}, ${quoted(JSON.stringify(value))})
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`;
}

/** A list is JSON: its end is moved on by one element. */
export function append(key: string, element: Json): string {
  const text = JSON.stringify(element);
  return `INSERT INTO ${table} AS old (key, value) VALUES (${key}, ${quoted(`[${text}]`)})
    ON CONFLICT (key) DO UPDATE SET value = left(old.value, -1) || ${quoted(`,${text}]`)}`;
}

/** The row remembers the newest token that it saw. */
function upsertNewer(key: string, value: Json, token: number): string {
  return `INSERT INTO ${table} AS old VALUES (${key}, ${quoted(JSON.stringify(value))}, ${token})
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, token = EXCLUDED.token
    WHERE old.token <= EXCLUDED.token`;
}

function compareAndSet(key: string, [from = null, to = null]: readonly Json[]): string {
  const text = quoted(JSON.stringify(to));
  if (from === null) {
    return `INSERT INTO ${table} (key, value) VALUES (${key}, ${text}) ON CONFLICT DO NOTHING`;
  }
  return `UPDATE ${table} SET value = ${text} WHERE key = ${key} AND value = ${quoted(JSON.stringify(from))}`;
}

/** A lock as a row with an end: taken where there is none, or its end has come. */
export function takeRow(key: string, ttlUs: number): string {
  const endUs = `(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`;
  return `INSERT INTO ${table} AS old VALUES (${key}, ${endUs} + ${ttlUs}, nextval('${tokens}'))
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, token = EXCLUDED.token
    WHERE old.value::bigint <= ${endUs} RETURNING token`;
}

export function dropRow(key: string, token: Json): string {
  return `DELETE FROM ${table} WHERE key = ${key} AND token = ${quoted(JSON.stringify(token))}`;
}

/**
 * Of one statement: a stricter isolation refuses what skips rows that others take, and a plan that must not read the
 * table whole is so dear by its figures that it is compiled.
 */
const asQueuesDo = 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL enable_seqscan = on;';

/** Jobs lie in rows of their own, in the order of a sequence. */
function putJob(queue: string, job: Json): string {
  return `${asQueuesDo} INSERT INTO ${table} SELECT ${quoted(queue)} || n, ${quoted(JSON.stringify(job))}, n
    FROM nextval('${tokens}') AS n`;
}

/** The first that nobody else is just taking. */
function takeJob(queue: string): string {
  return `${asQueuesDo} DELETE FROM ${table} WHERE key = ANY(ARRAY(SELECT key FROM ${table}
    WHERE left(key, ${[...queue].length}) = ${quoted(queue)}
    ORDER BY token LIMIT 1 FOR UPDATE SKIP LOCKED)) RETURNING value`;
}

export function valueIn([row]: Result['rows']): Json {
  const [text = null] = row ?? [];
  return text === null ? null : (JSON.parse(text) as Json);
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function oneOr(value: Json, otherwise: string): (result: Result) => Outcome {
  return ({ tag }) =>
    tag.endsWith(' 1') ? ok(value) : { type: 'fail', error: `${otherwise}: no row` };
}

function ok(value: Json): Outcome {
  return { type: 'ok', value };
}
