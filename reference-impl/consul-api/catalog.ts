/** The catalog and the health of what is in it, as Consul tells them. */
import type { Context, Hono } from 'hono';
import type { CatalogEntry } from '../store/asked.ts';
import type { Asking } from './context.ts';

export function catalogRoutes(app: Hono, asking: Asking): void {
  const answer = (
    c: Context,
    service: string,
    told: (entries: readonly CatalogEntry[]) => object,
  ): Promise<Response> => {
    const watched = { scope: 'registry', prefix: service } as const;
    return asking.answer(c, watched, () => asking.catalog(c, service), told);
  };
  const tell = new Telling(asking);
  app.get('/v1/catalog/nodes', (c) => answer(c, '', () => tell.nodes()));
  app.get('/v1/catalog/services', (c) => answer(c, '', (all) => tell.services(all)));
  app.get('/v1/catalog/service/:service', (c) => {
    return answer(c, c.req.param('service'), (all) => filtered(c, all).map((e) => tell.flat(e)));
  });
  app.get('/v1/health/service/:service', (c) => {
    return answer(c, c.req.param('service'), (all) => filtered(c, all).map((e) => tell.whole(e)));
  });
  app.get('/v1/health/checks/:service', (c) => {
    return answer(c, c.req.param('service'), (all) => all.map((e) => tell.check(e)));
  });
  app.get('/v1/health/state/:state', (c) => {
    const state = c.req.param('state');
    return answer(c, '', (all) =>
      all.map((e) => tell.check(e)).filter((x) => state === 'any' || x.Status === state),
    );
  });
  app.get('/v1/health/node/:node', (c) => {
    return answer(c, '', (all) =>
      all.filter((e) => tell.nodeOf(e) === c.req.param('node')).map((e) => tell.check(e)),
    );
  });
}

/** By all given tags, and those that pass where it is asked. */
function filtered(c: Context, all: readonly CatalogEntry[]): readonly CatalogEntry[] {
  const tags = c.req.queries('tag') ?? [];
  const passing = c.req.query('passing');
  const isPassing = passing !== undefined && passing !== 'false' && passing !== '0';
  return all.filter((e) => {
    const hasTags = tags.every((t) => e.tags.includes(t));
    return hasTags && (!isPassing || (e.health ?? 'passing') === 'passing');
  });
}

/** What Consul calls each thing. */
class Telling {
  private readonly asking: Asking;

  constructor(asking: Asking) {
    this.asking = asking;
  }

  nodes(): object[] {
    const { nodes } = this.asking.node.config.shape;
    return nodes.map((n) => ({ ...this.node(n.name), Meta: {} }));
  }

  services(all: readonly CatalogEntry[]): Record<string, string[]> {
    const tags: Record<string, string[]> = {};
    for (const e of all)
      tags[e.service] = [...new Set([...(tags[e.service] ?? []), ...e.tags])].sort();
    return tags;
  }

  nodeOf({ instance, meta = {} }: CatalogEntry): string {
    if (typeof instance === 'number') return this.asking.nameOf(instance);
    return meta['consul-node'] ?? this.asking.nodeName;
  }

  flat(e: CatalogEntry): object {
    const { ID, Service, Tags, Address, Port, Meta, ...rest } = this.service(e);
    return {
      ...this.node(this.nodeOf(e)),
      ServiceID: ID,
      ServiceName: Service,
      ServiceTags: Tags,
      ServiceAddress: Address,
      ServicePort: Port,
      ServiceMeta: Meta,
      ServiceWeights: rest.Weights,
      CreateIndex: rest.CreateIndex,
      ModifyIndex: rest.ModifyIndex,
    };
  }

  whole(e: CatalogEntry): object {
    return {
      Node: this.node(this.nodeOf(e)),
      Service: this.service(e),
      Checks: [this.check(e)],
    };
  }

  check(e: CatalogEntry) {
    const { ID, Service, Tags } = this.service(e);
    return {
      Node: this.nodeOf(e),
      CheckID: `service:${ID}`,
      Name: `Service '${Service}' check`,
      Status: e.health ?? 'passing',
      Notes: '',
      Output: '',
      ServiceID: ID,
      ServiceName: Service,
      ServiceTags: Tags,
    };
  }

  service(e: CatalogEntry) {
    const { instance, service, tags, address = '', port = 0, lease, meta = {} } = e;
    const own = Object.entries(meta).filter(([name]) => !name.startsWith('consul-'));
    const weight = Number(meta['dns-weight'] ?? 1);
    return {
      ID: typeof instance === 'number' ? this.asking.nameOf(instance) : instance,
      Service: service,
      Tags: [...tags],
      Address: address,
      Port: port,
      Meta: Object.fromEntries(own),
      Weights: { Passing: weight, Warning: 1 },
      CreateIndex: lease,
      ModifyIndex: lease,
    };
  }

  private node(name: string) {
    const address = this.asking.node.config.address?.host ?? '';
    const id = this.asking.node.config.shape.nodes.findIndex((n) => n.name === name);
    const datacenter = id < 0 ? this.asking.datacenter : this.asking.datacenterOf(id);
    return { ID: name, Node: name, Address: address, Datacenter: datacenter };
  }
}
