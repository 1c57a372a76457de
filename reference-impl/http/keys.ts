/** Keys and values, one by one, by prefix, and in transactions. Keys may hold slashes: `config/limits`. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { lanes } from '../lanes.ts';
import { answer, failed } from './answers.ts';
import type { Ask } from './answers.ts';
import { badRequest, bodyOf, nameIn, numberIn, requireName, valueIn, valueOf } from './input.ts';

/** Keys of one answer; `next` says after which key the rest begins. */
const limitUsual = 1_000;
const limitMax = 10_000;

export function keyRoutes(app: Hono, ask: Ask): void {
  app.get('/kv', (c) => list(c, ask));
  app.delete('/kv', async (c) => {
    const prefix = requireName('prefix', c.req.query('prefix') ?? '');
    if (prefix === '') throw badRequest('?prefix= is missing: nobody removes all keys by mistake');
    const done = await ask(lanes.agent, 'delete-prefix', prefix);
    return answer(c, done, ({ value, version }) => ({ removed: value, revision: version }));
  });
  app.get('/kv/:key{.+}', async (c) => {
    const key = nameIn(c, 'key');
    const told = await read(c, ask, key);
    if (told.type !== 'ok' || told.value !== null) return answer(c, told);
    return failed(c, { status: 404, code: 'not-found', message: `no key ${key}` });
  });
  app.put('/kv/:key{.+}', (c) => put(c, ask));
  app.delete('/kv/:key{.+}', async (c) => {
    const key = nameIn(c, 'key');
    const version = numberIn(c, 'version');
    if (version === null) return answer(c, await ask(lanes.agent, 'delete', key));
    return guarded(c, ask, { key, version }, { op: 'delete', key });
  });
  app.post('/compact', async (c) => {
    const { revision } = await bodyOf(c, z.strictObject({ revision: z.int().min(1) }));
    const done = await ask(lanes.agent, 'compact', '', revision);
    return answer(c, done, ({ value, node }) => ({ revision: value, node }));
  });
  app.post('/txn', async (c) => {
    const txn = await bodyOf(c, txnBody);
    const done = await ask(lanes.agent, 'transact', '', txn as unknown as Json);
    return answer(c, done, ({ value }) => ({ ...(value as Record<string, Json>) }));
  });
}

/** As it is; with `?revision=` as it was then; with `?stale` as any server has it. */
function read(c: Context, ask: Ask, key: string): Promise<Outcome> {
  const revision = numberIn(c, 'revision', 1);
  if (revision !== null) return ask(lanes.agent, 'read-at', key, revision);
  return ask(lanes.agent, c.req.query('stale') === undefined ? 'read' : 'read-stale', key);
}

async function list(c: Context, ask: Ask): Promise<Response> {
  const prefix = requireName('prefix', c.req.query('prefix') ?? '');
  const limit = Math.min(numberIn(c, 'limit', 1) ?? limitUsual, limitMax);
  const after = c.req.query('after');
  const consistency = c.req.query('stale') === undefined ? 'consistent' : 'stale';
  const revision = numberIn(c, 'revision', 1);
  const range = {
    limit,
    consistency,
    ...(after !== undefined && { after }),
    ...(revision !== null && { revision }),
  };
  const told = await ask(lanes.agent, 'list', prefix, range);
  return answer(c, told, ({ value, version }) => {
    const entries = value as { readonly key: string }[];
    const next = entries.length === limit ? entries.at(-1)?.key : undefined;
    return { entries: value, revision: version, next };
  });
}

/** A write; if `?version=` or `?from=` is there only when the key still has that, with `?lock=` fenced, with `?lease=` for as long as that lasts. */
async function put(c: Context, ask: Ask): Promise<Response> {
  const key = nameIn(c, 'key');
  const value = valueIn(await c.req.arrayBuffer());
  const [version, token] = [numberIn(c, 'version'), numberIn(c, 'token')];
  const lease = numberIn(c, 'lease', 1);
  const [from, lock] = [c.req.query('from'), c.req.query('lock')];
  if (lock !== undefined) {
    if (token === null) throw badRequest('?lock= needs the ?token= of the grant');
    return answer(c, await ask(lanes.agent, 'write-fenced', key, { lock, token, value }));
  }
  if (version !== null) return guarded(c, ask, { key, version }, { op: 'put', key, value });
  if (lease !== null) {
    const done = await ask(lanes.agent, 'write-leased', key, { lease, values: { [key]: value } });
    return answer(c, done, ({ version: at, node }) => ({ value, version: at, node }));
  }
  if (from === undefined) return answer(c, await ask(lanes.agent, 'write', key, value));
  return answer(c, await ask(lanes.agent, 'cas', key, [valueOf(from), value]));
}

/** One change if the key still has that version (0: it is not there). */
async function guarded(c: Context, ask: Ask, compare: Json, change: Json): Promise<Response> {
  const { key } = compare as { readonly key: string };
  const txn = { compare: [compare], then: [change], else: [{ op: 'get', key }] };
  const done = await ask(lanes.agent, 'transact', '', txn);
  if (done.type !== 'ok') return answer(c, done);
  const { succeeded, results } = done.value as {
    readonly succeeded: boolean;
    readonly results: readonly { readonly version: number; readonly value: Json }[];
  };
  const now = results[0];
  if (succeeded) return c.json({ value: now?.value, version: now?.version, node: done.node });
  const message = `the key has version ${now?.version}`;
  return failed(c, { status: 409, code: 'version-mismatch', message }, { version: now?.version });
}

const json = z.unknown();
const txnBody = z.strictObject({
  compare: z
    .array(
      z.union([
        z.strictObject({ key: z.string(), value: json }),
        z.strictObject({ key: z.string(), version: z.int().min(0) }),
        z.strictObject({ key: z.string(), exists: z.boolean() }),
      ]),
    )
    .default([]),
  then: z.lazy(() => txnOps).default([]),
  else: z.lazy(() => txnOps).default([]),
});
const txnOps = z.array(
  z.union([
    z.strictObject({ op: z.literal('get'), key: z.string(), revision: z.int().min(1).optional() }),
    z.strictObject({ op: z.literal('delete'), key: z.string() }),
    z.strictObject({ op: z.literal('put'), key: z.string(), value: json }),
  ]),
);
