/**
 * What programs register at this node as at a Consul agent: it keeps their leases for as long as it lives, runs their
 * checks, and tells the catalog what these say. All of it is forgotten when the node starts again: register anew.
 */
import type { Context, Hono } from 'hono';
import { CheckState, worst } from './check-state.ts';
import type { Status } from './check-state.ts';
import { checksOf, serviceOf } from './input.ts';
import type { CheckInput, ServiceInput } from './input.ts';
import { bodyOf, Refused } from './context.ts';
import type { Asking } from './context.ts';
import { probeHttp, probeTcp } from './probes.ts';

/** Of the lease that is kept, and how often its checks are looked at and it is renewed. */
const ttlUs = 30_000_000;
const beatMs = 250;
const renewUs = ttlUs / 3;

interface Check {
  readonly input: CheckInput;
  readonly state: CheckState;
  nextUs: number;
  isAsking: boolean;
}

interface Kept {
  readonly service: ServiceInput;
  readonly checks: Map<string, Check>;
  /** As the catalog has it; null: not yet, or not any more. */
  told: Status | null;
  lease: number;
  renewedUs: number;
  isBusy: boolean;
}

export function agentRoutes(app: Hono, asking: Asking): void {
  const agent = new Agent(asking);
  app.put('/v1/agent/service/register', (c) => agent.register(c));
  app.put('/v1/agent/service/deregister/:id', (c) => agent.deregister(c));
  app.get('/v1/agent/services', (c) => c.json(agent.services()));
  app.get('/v1/agent/checks', (c) => c.json(agent.checks()));
  for (const [word, status] of [
    ['pass', 'passing'],
    ['warn', 'warning'],
    ['fail', 'critical'],
  ] as const) {
    app.put(`/v1/agent/check/${word}/:id`, (c) => agent.report(c, status));
  }
  app.get('/v1/agent/self', (c) => c.json(agent.self()));
}

class Agent {
  private readonly asking: Asking;
  private readonly kept = new Map<string, Kept>();

  constructor(asking: Asking) {
    this.asking = asking;
    setInterval(() => this.beat(), beatMs).unref();
  }

  async register(c: Context): Promise<Response> {
    const body = await bodyOf(c);
    const service = serviceOf(body, this.asking.nodeName);
    const nowUs = this.asking.node.trueUs();
    const checks = checksOf(body, service.id).map((input): [string, Check] => {
      const state = new CheckState(input, input.first, nowUs);
      return [input.id, { input, state, nextUs: nowUs, isAsking: false }];
    });
    const kept: Kept = {
      service,
      checks: new Map(checks),
      told: null,
      lease: 0,
      renewedUs: 0,
      isBusy: true,
    };
    const health = this.healthOf(kept);
    await this.tell(kept, health);
    kept.isBusy = false;
    this.kept.set(service.id, kept);
    return c.body(null, 200);
  }

  async deregister(c: Context): Promise<Response> {
    const id = c.req.param('id') ?? '';
    const kept = this.kept.get(id);
    if (kept === undefined)
      throw new Refused(
        404,
        `Unknown service ID "${id}". Ensure that the service ID is passed, not the service name.`,
      );
    this.kept.delete(id);
    await this.takeOut(kept);
    return c.body(null, 200);
  }

  report(c: Context, status: Status): Response {
    const id = c.req.param('id') ?? '';
    const kept = [...this.kept.values()].find((k) => k.checks.has(id));
    const check = kept?.checks.get(id);
    if (kept === undefined || check === undefined)
      throw new Refused(404, `Unknown check ID "${id}"`);
    if (check.input.ttlUs === 0)
      throw new Refused(400, `CheckID "${id}" does not have associated TTL`);
    check.state.told(status, this.asking.node.trueUs());
    this.review(kept);
    return c.body(null, 200);
  }

  services(): object {
    return Object.fromEntries(
      [...this.kept.values()].map(({ service: s }) => [
        s.id,
        {
          ID: s.id,
          Service: s.name,
          Tags: s.tags,
          Meta: s.meta,
          Port: s.port ?? 0,
          Address: s.address ?? '',
        },
      ]),
    );
  }

  checks(): object {
    const nowUs = this.asking.node.trueUs();
    const all = [...this.kept.values()].flatMap(({ service, checks }) =>
      [...checks].map(([id, { input, state }]) => [
        id,
        {
          Node: this.asking.nodeName,
          CheckID: id,
          Name: input.name,
          Status: state.status(nowUs),
          ServiceID: service.id,
          ServiceName: service.name,
        },
      ]),
    );
    return Object.fromEntries(all) as object;
  }

  self(): object {
    const { nodeName: name, datacenter } = this.asking;
    const isServer =
      this.asking.node.config.shape.nodes[this.asking.node.config.id]?.role === 'server';
    const config = { Datacenter: datacenter, NodeName: name, NodeID: name, Server: isServer };
    return {
      Config: config,
      Member: { Name: name, Addr: this.asking.node.config.address?.host ?? '' },
    };
  }

  /** Runs what is due, and tells the catalog what changed. */
  private beat(): void {
    const nowUs = this.asking.node.trueUs();
    for (const [id, kept] of this.kept) {
      for (const check of kept.checks.values()) this.probe(kept, check, nowUs);
      if ([...kept.checks.values()].some((check) => check.state.isOver(nowUs))) {
        this.kept.delete(id);
        void this.takeOut(kept).catch(() => undefined);
      } else this.review(kept);
    }
  }

  private probe(kept: Kept, check: Check, nowUs: number): void {
    const { input, state } = check;
    if (input.ttlUs > 0 || check.isAsking || nowUs < check.nextUs) return;
    check.isAsking = true;
    check.nextUs = nowUs + input.intervalUs;
    const timeoutMs = input.timeoutUs / 1_000;
    const { of } = input;
    const found =
      'url' in of ? probeHttp(of.url, of.method, timeoutMs) : probeTcp(of.host, of.port, timeoutMs);
    void found.then((status) => {
      check.isAsking = false;
      state.told(status, this.asking.node.trueUs());
      this.review(kept);
    });
  }

  private healthOf({ checks }: Kept): Status {
    const nowUs = this.asking.node.trueUs();
    return worst([...checks.values()].map(({ state }) => state.status(nowUs)));
  }

  private review(kept: Kept): void {
    const nowUs = this.asking.node.trueUs();
    const health = this.healthOf(kept);
    const isDue = nowUs - kept.renewedUs >= renewUs;
    if (kept.isBusy || this.kept.get(kept.service.id) !== kept || (health === kept.told && !isDue))
      return;
    kept.isBusy = true;
    const work = health === kept.told ? this.renew(kept) : this.tell(kept, health);
    // What fails is tried again at the next beat.
    void work
      .catch(() => undefined)
      .then(() => (kept.isBusy = false))
      .then(() => (this.kept.get(kept.service.id) === kept ? undefined : this.takeOut(kept)))
      .catch(() => undefined);
  }

  private async tell(kept: Kept, health: Status): Promise<void> {
    const { name, id, tags, meta, address, port } = kept.service;
    const where = {
      ...(address !== undefined && { address }),
      ...(port !== undefined && { port }),
    };
    const entry = { instance: id, zone: '', tags: [...tags], ttlUs, health, meta, ...where };
    const { value } = await this.asking.ask('register-instance', name, entry);
    kept.told = health;
    kept.lease = Number(value);
    kept.renewedUs = this.asking.node.trueUs();
  }

  private async renew(kept: Kept): Promise<void> {
    const o = await this.asking.outcome('renew-lease', kept.service.name, kept.lease);
    if (o.type === 'ok') kept.renewedUs = this.asking.node.trueUs();
    // The lease has ended: registered anew.
    if (o.type === 'fail') kept.told = null;
  }

  private async takeOut({ service, lease }: Kept): Promise<void> {
    const o = await this.asking.outcome('deregister-lease', service.name, lease);
    if (o.type === 'info') throw new Refused(500, o.error);
  }
}
