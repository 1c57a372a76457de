/** Keys and sessions as Consul has them. Values are texts; who holds a key is a key of its own beside it. */
import type { Context, Hono } from 'hono';
import type { Json } from '../../harness/core/host.ts';
import { bodyOf, durationOf, holderPrefix, Refused, sessionService, wholeOf } from './context.ts';
import type { Asking, Read, StoredKey } from './context.ts';

interface Holder {
  readonly session: string | null;
  readonly index: number;
}

/** A session that does not say how long lives until it is destroyed, for a day at most. */
const ttlUsual = 86_400_000_000;
const ttlUsMin = 1_000_000;

export function kvRoutes(app: Hono, asking: Asking): void {
  const kv = new Keys(asking);
  app.get('/v1/kv/:key{.*}', (c) => kv.get(c));
  app.put('/v1/kv/:key{.+}', (c) => kv.put(c));
  app.delete('/v1/kv/:key{.*}', (c) => kv.remove(c));
  app.put('/v1/session/create', (c) => kv.create(c));
  app.put('/v1/session/renew/:id', (c) => kv.renew(c));
  app.put('/v1/session/destroy/:id', (c) => kv.destroy(c));
  app.get('/v1/session/info/:id', (c) => kv.sessions(c, c.req.param('id')));
  app.get('/v1/session/list', (c) => kv.sessions(c, null));
}

class Keys {
  private readonly asking: Asking;

  constructor(asking: Asking) {
    this.asking = asking;
  }

  async get(c: Context): Promise<Response> {
    const key = keyIn(c);
    const isAsked = (name: string): boolean => c.req.query(name) !== undefined;
    const isList = isAsked('recurse') || isAsked('keys');
    const read = async (): Promise<Read<readonly (StoredKey & Holder)[]>> => {
      const { value, index, ageUs } = await this.asking.keys(c, key);
      const shown = value.filter((e) => !e.key.startsWith('.consul-') && (isList || e.key === key));
      const withHolders = await Promise.all(
        shown.map(async (e) => ({
          ...e,
          ...(isAsked('keys') ? nobody : await this.holder(c, e.key)),
        })),
      );
      return { value: withHolders, index, ageUs };
    };
    if (isAsked('raw')) {
      const [first] = (await read()).value;
      return first === undefined ? c.body('', 404) : c.body(textOf(first.value));
    }
    return this.asking.answer(c, { scope: 'kv', prefix: key }, read, (entries) => {
      if (entries.length === 0) return null;
      if (isAsked('keys')) return namesOf(entries, key, c.req.query('separator') ?? '');
      return entries.map((e) => ({
        LockIndex: e.index,
        Key: e.key,
        Flags: 0,
        Value: Buffer.from(textOf(e.value)).toString('base64'),
        ...(e.session !== null && { Session: e.session }),
        CreateIndex: e.version,
        ModifyIndex: e.version,
      }));
    });
  }

  async put(c: Context): Promise<Response> {
    const key = keyIn(c);
    if ((wholeOf(c, 'flags') ?? 0) !== 0) throw new Refused(400, 'flags other than 0 are not kept');
    const value = await c.req.text();
    const [acquire, release] = [c.req.query('acquire'), c.req.query('release')];
    if (acquire !== undefined) return c.json(await this.acquire(c, key, value, acquire));
    if (release !== undefined) return c.json(await this.release(c, key, value, release));
    const put = { op: 'put', key, value };
    return c.json(await this.guarded(wholeOf(c, 'cas'), key, put));
  }

  async remove(c: Context): Promise<Response> {
    const key = keyIn(c);
    if (c.req.query('recurse') === undefined) {
      return c.json(await this.guarded(wholeOf(c, 'cas'), key, { op: 'delete', key }));
    }
    if (key === '') {
      for (const e of (await this.asking.keys(c, '')).value)
        await this.asking.ask('delete', e.key, null);
    } else await this.asking.ask('delete-prefix', key, null);
    return c.json(true);
  }

  async create(c: Context): Promise<Response> {
    const { TTL: ttl, Name: name = '', Behavior: behavior = 'release' } = await bodyOf(c);
    if (behavior !== 'release') throw new Refused(400, 'Behavior other than release is not kept');
    const ttlUs = typeof ttl === 'string' && ttl !== '' ? durationOf(ttl) : ttlUsual;
    if (ttlUs < ttlUsMin || ttlUs > ttlUsual)
      throw new Refused(400, 'Invalid Session TTL, wanted 1s to 24h');
    const id = crypto.randomUUID();
    const meta = { name: String(name), node: this.asking.nodeName };
    const entry = { instance: id, zone: '', tags: [], ttlUs, meta };
    await this.asking.ask('register-instance', sessionService, entry);
    return c.json({ ID: id });
  }

  async renew(c: Context): Promise<Response> {
    const session = await this.session(c, c.req.param('id') ?? '');
    if (session === null) return c.body('Session id not found', 404);
    const o = await this.asking.outcome('renew-lease', sessionService, session.lease);
    if (o.type === 'fail') return c.body('Session id not found', 404);
    if (o.type === 'info') throw new Refused(500, o.error);
    return c.json([toldOf(session)]);
  }

  async destroy(c: Context): Promise<Response> {
    const session = await this.session(c, c.req.param('id') ?? '');
    if (session !== null) await this.asking.ask('deregister-lease', sessionService, session.lease);
    return c.json(true);
  }

  sessions(c: Context, id: string | null): Promise<Response> {
    const watched = { scope: 'registry', prefix: sessionService } as const;
    const read = () => this.asking.catalog(c, sessionService);
    return this.asking.answer(c, watched, read, (entries) => {
      return entries.filter((e) => id === null || e.instance === id).map(toldOf);
    });
  }

  private async session(c: Context, id: string): Promise<SessionEntry | null> {
    const { value } = await this.asking.catalog(c, sessionService);
    return value.find((e) => e.instance === id) ?? null;
  }

  /** Who holds a key counts for as long as his session is there. */
  private async holder(c: Context, key: string): Promise<Holder> {
    const { value } = await this.asking.ask('read', holderPrefix + key, null);
    const held = (value ?? nobody) as unknown as Holder;
    const isThere = held.session !== null && (await this.session(c, held.session)) !== null;
    return isThere ? held : { ...held, session: null };
  }

  private async acquire(c: Context, key: string, value: string, id: string): Promise<boolean> {
    if ((await this.session(c, id)) === null) throw new Refused(500, `invalid session "${id}"`);
    return this.hold(c, key, value, (held) => {
      if (held.session !== null && held.session !== id) return null;
      return { session: id, index: held.session === id ? held.index : held.index + 1 };
    });
  }

  private release(c: Context, key: string, value: string, id: string): Promise<boolean> {
    return this.hold(c, key, value, (held) => {
      return held.session === id ? { session: null, index: held.index } : null;
    });
  }

  /** Reads who holds the key and writes both in one transaction, if nobody came in between. */
  private async hold(
    c: Context,
    key: string,
    value: string,
    next: (held: Holder) => Holder | null,
  ): Promise<boolean> {
    const at = holderPrefix + key;
    const { version = 0 } = await this.asking.ask('read', at, null);
    const held = next(await this.holder(c, key));
    if (held === null) return false;
    const then = [
      { op: 'put', key: at, value: { ...held } },
      { op: 'put', key, value },
    ];
    const done = await this.asking.ask('transact', '', { compare: [compare(at, version)], then });
    return (done.value as { readonly succeeded: boolean }).succeeded;
  }

  private async guarded(cas: number | null, key: string, change: Json): Promise<boolean> {
    const guard = cas === null ? [] : [compare(key, cas)];
    const done = await this.asking.ask('transact', '', { compare: guard, then: [change] });
    return (done.value as { readonly succeeded: boolean }).succeeded;
  }
}

const nobody: Holder = { session: null, index: 0 };

interface SessionEntry {
  readonly instance: number | string;
  readonly lease: number;
  readonly ttlUs: number;
  readonly meta?: Readonly<Record<string, string>>;
}

function toldOf({ instance, lease, ttlUs, meta = {} }: SessionEntry): object {
  return {
    ID: instance,
    Name: meta['name'] ?? '',
    Node: meta['node'] ?? '',
    LockDelay: 0,
    Behavior: 'release',
    TTL: `${ttlUs / 1_000_000}s`,
    CreateIndex: lease,
    ModifyIndex: lease,
  };
}

function compare(key: string, version: number): Json {
  return version === 0 ? { key, exists: false } : { key, version };
}

function keyIn(c: Context): string {
  return c.req.param('key') ?? '';
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Names, cut after the first separator behind the prefix, each once. */
function namesOf(entries: readonly StoredKey[], prefix: string, separator: string): string[] {
  const names = entries.map(({ key }) => {
    const at = separator === '' ? -1 : key.indexOf(separator, prefix.length);
    return at < 0 ? key : key.slice(0, at + separator.length);
  });
  return [...new Set(names)];
}
