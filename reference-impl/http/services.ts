/**
 * The registry, for services that are no nodes of the cluster: they register with an address, renew
 * their lease, and are found by others. Instances are names; a node of the cluster has its own.
 */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Json } from '../../harness/core/host.ts';
import type { Shape } from '../../harness/core/program.ts';
import { lanes } from '../lanes.ts';
import type { CatalogEntry } from '../store/asked.ts';
import { answer, failed } from './answers.ts';
import type { Ask, Body } from './answers.ts';
import { badRequest, bodyOf, duration, nameIn, numberIn } from './input.ts';

const health = z.enum(['passing', 'warning', 'critical']);
const registration = z.strictObject({
  address: z.string().optional(),
  port: z.int().min(1).max(65_535).optional(),
  tags: z.array(z.string()).default([]),
  zone: z.string().default(''),
  /** Of the lease: who does not renew it is taken out. */
  ttl: duration('1s', '24h').default(30_000_000),
  health: health.default('passing'),
  meta: z.record(z.string(), z.string()).optional(),
});

/** Entries of the catalog, as its revision has them. */
interface Catalog {
  readonly entries: readonly CatalogEntry[];
  readonly revision: number | undefined;
  readonly ageUs: number;
}

export function serviceRoutes(app: Hono, shape: Shape, ask: Ask): void {
  const routes = new Services(shape, ask);
  app.get('/services', (c) => routes.all(c));
  app.get('/services/:service', (c) => routes.service(c));
  app.get('/services/:service/:instance', (c) => routes.instance(c));
  app.put('/services/:service/:instance', (c) => routes.register(c));
  app.put('/services/:service/:instance/renew', (c) => routes.renew(c));
  app.delete('/services/:service/:instance', (c) => routes.deregister(c));
}

class Services {
  private readonly shape: Shape;
  private readonly ask: Ask;

  constructor(shape: Shape, ask: Ask) {
    this.shape = shape;
    this.ask = ask;
  }

  async all(c: Context): Promise<Response> {
    const catalog = await this.catalog(c, '');
    if (catalog instanceof Response) return catalog;
    const services: Record<string, { instances: number; tags: string[] }> = {};
    for (const e of catalog.entries) {
      const s = (services[e.service] ??= { instances: 0, tags: [] });
      s.instances += 1;
      s.tags = [...new Set([...s.tags, ...e.tags])].sort();
    }
    return c.json({ services, revision: catalog.revision, ageMs: catalog.ageUs / 1_000 });
  }

  async service(c: Context): Promise<Response> {
    const service = nameIn(c, 'service');
    const catalog = await this.catalog(c, service);
    if (catalog instanceof Response) return catalog;
    const [tag, zone, wanted] = ['tag', 'zone', 'health'].map((q) => c.req.query(q));
    const instances = catalog.entries.filter(
      (e) =>
        (tag === undefined || e.tags.includes(tag)) &&
        (zone === undefined || e.zone === zone) &&
        (wanted === undefined || (e.health ?? 'passing') === wanted),
    );
    const { revision, ageUs } = catalog;
    const told = instances.map((e) => this.told(e));
    return c.json({ service, instances: told, revision, ageMs: ageUs / 1_000 });
  }

  async instance(c: Context): Promise<Response> {
    const found = await this.find(c);
    return found instanceof Response ? found : c.json(this.told(found));
  }

  async register(c: Context): Promise<Response> {
    const [service, instance] = [nameIn(c, 'service'), nameIn(c, 'instance')];
    if (this.isNode(instance)) throw badRequest(`${instance} is a node, which registers itself`);
    const { ttl, ...rest } = await bodyOf(c, registration);
    const value = JSON.parse(JSON.stringify({ ...rest, instance, ttlUs: ttl })) as Json;
    const done = await this.ask(lanes.agent, 'register-instance', service, value);
    return answer(c, done, ({ value: lease, version: revision }) => {
      return { service, instance, lease, ttlMs: ttl / 1_000, revision };
    });
  }

  /** `?lease=` spares the node a look at the catalog, and is refused once somebody else registered. */
  renew(c: Context): Promise<Response> {
    return this.onLease(c, 'renew-lease');
  }

  deregister(c: Context): Promise<Response> {
    return this.onLease(c, 'deregister-lease');
  }

  private async onLease(c: Context, f: string): Promise<Response> {
    const [service, instance] = [nameIn(c, 'service'), nameIn(c, 'instance')];
    if (this.isNode(instance)) throw badRequest(`${instance} is a node, which keeps its own lease`);
    const given = numberIn(c, 'lease', 1);
    const found = given === null ? await this.find(c) : null;
    if (found instanceof Response) return found;
    const done = await this.ask(lanes.agent, f, service, given ?? found?.lease ?? 0);
    return answer(c, done, ({ value: lease, version: revision }) => {
      return { service, instance, lease, revision };
    });
  }

  private async find(c: Context): Promise<CatalogEntry | Response> {
    const [service, instance] = [nameIn(c, 'service'), nameIn(c, 'instance')];
    const catalog = await this.catalog(c, service);
    if (catalog instanceof Response) return catalog;
    const found = catalog.entries.find((e) => this.nameOf(e) === instance);
    if (found !== undefined) return found;
    const message = `${service} has no instance ${instance}: register it`;
    return failed(c, { status: 404, code: 'not-found', message });
  }

  private async catalog(c: Context, service: string): Promise<Catalog | Response> {
    const asked = ['stale', 'default'].find((q) => c.req.query(q) !== undefined);
    const consistency = asked ?? 'consistent';
    const told = await this.ask(lanes.agent, 'catalog', service, consistency);
    if (told.type !== 'ok') return answer(c, told);
    const { instances, ageUs } = told.value as unknown as {
      readonly instances: readonly CatalogEntry[];
      readonly ageUs: number;
    };
    return { entries: instances, revision: told.version, ageUs };
  }

  private told(e: CatalogEntry): Body {
    const { service, zone, tags, ttlUs, lease, address, port, meta } = e;
    const instance = this.nameOf(e);
    const ttlMs = ttlUs / 1_000;
    const of = e.health ?? 'passing';
    const where = { service, instance, address, port, tags: [...tags], zone };
    return { ...where, health: of, meta: meta && { ...meta }, ttlMs, lease };
  }

  private nameOf({ instance }: CatalogEntry): string {
    if (typeof instance === 'string') return instance;
    return this.shape.nodes[instance]?.name ?? `client-${instance}`;
  }

  private isNode(instance: string): boolean {
    return this.shape.nodes.some((n) => n.name === instance);
  }
}
