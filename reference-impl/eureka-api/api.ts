/**
 * Eureka's REST interface (JSON) at `/eureka/apps` and `/eureka/v2/apps` of every server, as its clients ask for it.
 * Statuses are Eureka's: 204 registered, 200 renewed or taken out, 404 not known, register again.
 */
import type { Context, Hono } from 'hono';
import type { HttpApi } from '../../harness/host/node-http.ts';
import type { NodeHandle } from '../../harness/host/node.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Described } from '../eureka/messages.ts';
import type { Change } from '../eureka/peer.ts';
import type { Mechanism } from '../mechanism.ts';
import { infoOf, leaseOf } from './input.ts';
import { applications, instanceOf } from './output.ts';

/** A node answers from memory; one that does not is stopped or busy. */
const patienceUs = 2_000_000;

type Ask = (f: string, key?: string, value?: Json) => Promise<Json | null>;

export function eurekaRoutes(node: NodeHandle, all: readonly Mechanism[]): HttpApi {
  const lane = all.filter((m) => m.shape === 'lane').findIndex((m) => m.id === 'eureka');
  const isPeer = node.config.shape.nodes[node.config.id]?.role === 'server';
  const isOn = 'eureka' in node.config.settings.extra;
  if (lane < 0 || !isPeer || !isOn) return () => undefined;
  const ask: Ask = async (f, key = '', value = null) => {
    const told = await node.call(lane, { f, key, value }, patienceUs);
    const { type = 'fail', value: said = null } = (told ?? {}) as { type?: string; value?: Json };
    return type === 'ok' ? said : null;
  };
  return (app) => {
    for (const at of ['/eureka', '/eureka/v2']) routes(app, at, ask);
  };
}

function routes(app: Hono, at: string, ask: Ask): void {
  // A client may end its path with a slash.
  for (const end of ['', '/']) {
    app.get(`${at}/apps${end}`, (c) => list(c, ask, () => true));
    app.get(`${at}/apps/delta${end}`, (c) => delta(c, ask));
    app.get(`${at}/vips/:vip${end}`, (c) => {
      return list(c, ask, ({ info }) => fieldOf(info, 'vipAddress') === c.req.param('vip'));
    });
    app.get(`${at}/apps/:app${end}`, (c) => application(c, ask));
    app.post(`${at}/apps/:app${end}`, (c) => register(c, ask));
    app.get(`${at}/apps/:app/:id${end}`, async (c) => {
      const found = (await everything(ask))?.find((d) => keyOf(d) === keyIn(c));
      return found === undefined ? c.body(null, 404) : c.json({ instance: instanceOf(found) });
    });
    app.put(`${at}/apps/:app/:id${end}`, (c) => changed(c, ask, 'renew'));
    app.delete(`${at}/apps/:app/:id${end}`, (c) => changed(c, ask, 'cancel'));
    app.put(`${at}/apps/:app/:id/status${end}`, (c) => {
      return setStatus(c, ask, c.req.query('value') ?? 'UNKNOWN');
    });
    app.delete(`${at}/apps/:app/:id/status${end}`, (c) => {
      return setStatus(c, ask, c.req.query('value') ?? 'UP');
    });
  }
}

async function register(c: Context, ask: Ask): Promise<Response> {
  const app = (c.req.param('app') ?? '').toUpperCase();
  const instance = infoOf(await c.req.json().catch(() => null), app);
  if (typeof instance === 'string') return c.json({ error: instance }, 400);
  const { id, info } = instance;
  const done = await ask('register', `${app}/${id}`, { info, leaseUs: leaseOf(info) });
  return done === null ? c.body(null, 503) : c.body(null, 204);
}

async function changed(c: Context, ask: Ask, f: 'renew' | 'cancel'): Promise<Response> {
  const isKnown = await ask(f, keyIn(c));
  return c.body(null, isKnown === null ? 503 : isKnown === true ? 200 : 404);
}

async function setStatus(c: Context, ask: Ask, status: string): Promise<Response> {
  const found = (await everything(ask))?.find((d) => keyOf(d) === keyIn(c));
  if (found === undefined) return c.body(null, 404);
  const info: Json = { ...(found.info as Record<string, Json>), status };
  await ask('register', keyIn(c), { info, leaseUs: found.leaseUs });
  return c.body(null, 200);
}

async function list(c: Context, ask: Ask, isAsked: (d: Described) => boolean): Promise<Response> {
  const all = await everything(ask);
  return all === null ? c.body(null, 503) : c.json(applications(all.filter(isAsked), all));
}

async function application(c: Context, ask: Ask): Promise<Response> {
  const all = await everything(ask);
  if (all === null) return c.body(null, 503);
  const name = (c.req.param('app') ?? '').toUpperCase();
  const of = all.filter((d) => d.app === name);
  if (of.length === 0) return c.body(null, 404);
  return c.json({ application: { name, instance: of.map((d) => instanceOf(d)) } });
}

async function delta(c: Context, ask: Ask): Promise<Response> {
  const [all, changes] = await Promise.all([everything(ask), ask('delta')]);
  if (all === null || changes === null) return c.body(null, 503);
  // The last word of each instance.
  const last = new Map((changes as unknown as Change[]).map((ch) => [keyOf(ch.of), ch]));
  const told = [...last.values()].map(({ of, action }) => ({ of, action }));
  return c.json(
    applications(
      told.map((t) => t.of),
      all,
      new Map(told.map((t) => [keyOf(t.of), t.action])),
    ),
  );
}

async function everything(ask: Ask): Promise<readonly Described[] | null> {
  return (await ask('all')) as unknown as readonly Described[] | null;
}

function keyIn(c: Context): string {
  return `${(c.req.param('app') ?? '').toUpperCase()}/${c.req.param('id') ?? ''}`;
}

function keyOf({ app, id }: Described): string {
  return `${app}/${id}`;
}

function fieldOf(info: Json, name: string): Json {
  return (info as Readonly<Record<string, Json>>)[name] ?? null;
}
