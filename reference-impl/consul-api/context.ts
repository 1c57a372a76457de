/** What the routes of this interface have in common: asking, indexes, errors, blocking. */
import type { Context } from 'hono';
import type { NodeHandle } from '../../harness/host/node.ts';
import { parseDuration } from '../../harness/core/duration.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { lanes } from '../lanes.ts';
import { regionsOf } from '../membership/pools.ts';
import type { CatalogEntry } from '../store/asked.ts';

/** Names that are this interface's own: of sessions, and of who holds a key. */
export const sessionService = '.consul-session';
export const holderPrefix = '.consul-lock/';

/** A question waits for a change for so long at most, and when it does not say, µs. Source: Consul's. */
const waitUsMax = 600_000_000;
const waitUsual = 300_000_000;

/** Ends a request with a text, as Consul does. */
export class Refused extends Error {
  readonly status: 400 | 404 | 409 | 500;

  constructor(status: Refused['status'], message: string) {
    super(message);
    this.status = status;
  }
}

export interface Read<T> {
  readonly value: T;
  readonly index: number;
  readonly ageUs: number;
}

export class Asking {
  readonly node: NodeHandle;
  private readonly regions: readonly number[];

  constructor(node: NodeHandle) {
    this.node = node;
    this.regions = regionsOf(node.config);
  }

  get datacenter(): string {
    return this.datacenterOf(this.node.config.id);
  }

  /** Of a node by its number: its region. */
  datacenterOf(id: number): string {
    return `dc${(this.regions[id] ?? 0) + 1}`;
  }

  get nodeName(): string {
    return this.nameOf(this.node.config.id);
  }

  nameOf(id: number): string {
    return this.node.config.shape.nodes[id]?.name ?? `client-${id}`;
  }

  /** How it went; nobody knows is an error of the server's, as in Consul. */
  async outcome(f: string, key: string, value: Json, patienceUs = 0): Promise<Outcome> {
    const { deadlineUs } = this.node.config.settings;
    const limitUs = deadlineUs + patienceUs + 1_000_000;
    const told = await this.node.call(lanes.agent, { f, key, value }, limitUs);
    if (told === null) return { type: 'info', error: 'no answer in time' };
    return told as unknown as Outcome;
  }

  async ask(f: string, key: string, value: Json): Promise<Outcome & { readonly type: 'ok' }> {
    const o = await this.outcome(f, key, value);
    if (o.type === 'ok') return o;
    throw new Refused(o.type === 'fail' ? 409 : 500, o.error);
  }

  /** Entries of `service`; of all when it is empty. Sessions are none. */
  async catalog(c: Context, service: string): Promise<Read<readonly CatalogEntry[]>> {
    const { value, version = 0 } = await this.ask('catalog', service, consistencyOf(c));
    const told = value as unknown as { instances: readonly CatalogEntry[]; ageUs: number };
    const entries = told.instances.filter((e) => e.service !== sessionService || service !== '');
    return { value: entries, index: Math.max(1, version), ageUs: told.ageUs };
  }

  /** Those keys that begin with `prefix`, as stored. */
  async keys(c: Context, prefix: string): Promise<Read<readonly StoredKey[]>> {
    const range = { limit: 10_000, consistency: consistencyOf(c) };
    const { value, version = 0 } = await this.ask('list', prefix, range);
    return { value: value as unknown as StoredKey[], index: Math.max(1, version), ageUs: 0 };
  }

  /**
   * Answers what `read` brings. With `?index=` not before something newer is there, or `?wait=` has passed: that of
   * `scope` whose name begins with `prefix`.
   */
  async answer<T>(
    c: Context,
    watched: { readonly scope: 'kv' | 'registry'; readonly prefix: string },
    read: () => Promise<Read<T>>,
    told: (value: T) => object | null,
  ): Promise<Response> {
    let now = await read();
    const index = wholeOf(c, 'index') ?? 0;
    const endsUs = this.node.trueUs() + waitOf(c);
    while (
      index > 0 &&
      now.index <= index &&
      this.node.trueUs() < endsUs &&
      !this.node.hasStopped
    ) {
      const forUs = Math.max(1, Math.floor(endsUs - this.node.trueUs()));
      const value = { scope: watched.scope, after: index, forUs };
      await this.outcome('watch-next', watched.prefix, value, forUs);
      const before = now.index;
      now = await read();
      // Nothing of it changed in all that time, or its changes are gone: the answer is as it is.
      if (now.index === before) break;
    }
    c.header('X-Consul-Index', String(now.index));
    c.header('X-Consul-KnownLeader', 'true');
    c.header('X-Consul-LastContact', String(Math.floor(now.ageUs / 1_000)));
    const body = told(now.value);
    return body === null ? c.body('', 404) : c.json(body);
  }
}

export interface StoredKey {
  readonly key: string;
  readonly value: Json;
  readonly version: number;
}

function consistencyOf(c: Context): 'consistent' | 'default' | 'stale' {
  if (c.req.query('stale') !== undefined) return 'stale';
  return c.req.query('consistent') === undefined ? 'default' : 'consistent';
}

export function wholeOf(c: Context, name: string): number | null {
  const text = c.req.query(name);
  if (text === undefined) return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refused(400, `Invalid ${name}: ${text}`);
}

function waitOf(c: Context): number {
  const text = c.req.query('wait');
  return text === undefined ? waitUsual : Math.min(durationOf(text), waitUsMax);
}

/** `10s`, as Go writes it. Throws a `Refused`. */
export function durationOf(text: string): number {
  try {
    return parseDuration(/^\d+m$/.test(text) ? `${text}in` : text);
  } catch {
    throw new Refused(400, `time: invalid duration "${text}"`);
  }
}

export async function bodyOf(c: Context): Promise<Readonly<Record<string, Json>>> {
  const text = await c.req.text();
  try {
    const body = JSON.parse(text === '' ? '{}' : text) as Json;
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      return body as Readonly<Record<string, Json>>;
    }
  } catch {
    // Said below.
  }
  throw new Refused(400, 'Request decode failed: the body is no JSON object');
}
