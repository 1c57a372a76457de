/**
 * One of several registries (D9): holds the leases of its zone, tells those of its region what it holds, and one of each
 * other region, more seldom. What it hears it passes on, with its age.
 *
 * That makes one pool over all regions, without a coordinator: who is not heard of, by whatever way, for `silentUs`
 * is gone, and a region that is gone or not well is withdrawn, as a route is that nobody announces any more.
 */
import type {
  Call,
  Component,
  Effects,
  Json,
  Msg,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { Ask } from '../agent/wire.ts';
import type { FederationConfig } from './config.ts';
import type { FederationMessage, Instance, Report } from './messages.ts';
import { nameOf } from './places.ts';
import type { Place } from './places.ts';
import { Regions } from './regions.ts';
import { resolve } from './resolve.ts';
import type { FederationRules } from './rules.ts';

export interface RegistryOptions {
  readonly name: string;
  readonly place: Place;
  /** Other registries, by region: `[2]` are those of region 2. */
  readonly registries: readonly (readonly NodeId[])[];
  readonly config: FederationConfig;
  readonly rules: FederationRules;
}

interface Heard {
  readonly report: Report;
  /** When its registry said so, by the clock of this one. */
  readonly saidUs: number;
}

const lan = 1;
const wan = 2;

export class FederatedRegistry implements Component {
  private readonly o: RegistryOptions;
  private readonly leases = new Map<string, Instance & { readonly renewedUs: number }>();
  /** When the lease of each ended that has not been back. */
  private readonly lost = new Map<string, number>();
  private readonly heard = new Map<string, Heard>();
  private readonly regions: Regions;
  private boot = 0;
  private beat = 0;
  private startedUs = 0;

  constructor(options: RegistryOptions) {
    this.o = options;
    this.regions = new Regions(options.registries.length, options.config, options.rules);
  }

  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    this.boot = [...records].length + 1;
    this.startedUs = w.nowUs;
    fx.persist({ kind: 'boot' });
    fx.setTimer(lan, w.random(this.o.config.lanUs));
    fx.setTimer(wan, w.random(this.o.config.wanUs));
  }

  durable(): void {}

  timer(kind: number, _arg: number, w: World, fx: Effects): void {
    const { config, registries, place } = this.o;
    if (kind === lan) {
      fx.setTimer(lan, config.lanUs);
      this.tick(w, fx);
      for (const peer of registries[place.region] ?? []) this.tell(peer, w, fx);
      return;
    }
    fx.setTimer(wan, config.wanUs);
    for (const [region, there] of registries.entries()) {
      const one = there[w.random(Math.max(1, there.length))];
      if (region !== place.region && one !== undefined) this.tell(one, w, fx);
    }
  }

  message(from: NodeId, msg: Msg, w: World, fx: Effects): void {
    const m = msg as FederationMessage;
    switch (m.kind) {
      case 'ask':
        return this.ask(from, m, w, fx);
      case 'here':
        this.renew(m.of, w.nowUs, fx);
        return send(fx, from, { kind: 'noted', request: m.request });
      case 'gone':
        return this.forget(m.name, w.nowUs, fx);
      case 'reports':
        for (const [report, ageUs] of m.reports) this.hear(report, w.nowUs - ageUs);
        return;
      case 'noted':
    }
  }

  /** `regions`: what it sees of each. */
  call(c: Call, w: World, fx: Effects): void {
    const known = this.known(w.nowUs).map(({ report, saidUs }) => ({
      registry: report.registry,
      region: report.region,
      instances: report.instances.length,
      lost: report.lost.length,
      ageMs: Math.floor((w.nowUs - saidUs) / 1_000),
    }));
    fx.reply(c.id, { type: 'ok', value: { announced: this.regions.announced(), known } as Json });
  }

  /** `find-near` of a hierarchical name. */
  private ask(client: NodeId, { id, replyLane, key }: Ask, w: World, fx: Effects): void {
    const { rules, place } = this.o;
    const name = nameOf(key);
    const known = this.known(w.nowUs);
    const isAnnounced = (region: number): boolean => this.regions.isAnnounced(region);
    const outcome =
      name === null
        ? { type: 'fail', error: 'no such name' }
        : {
            type: 'ok',
            value: resolve(name, { place, known, isAnnounced, rules, nowUs: w.nowUs }),
          };
    fx.send(client, { kind: 'answered', id, outcome } as Msg, replyLane);
  }

  private renew(of: Instance, nowUs: number, fx: Effects): void {
    const isNew = !this.leases.has(of.name);
    this.leases.set(of.name, { ...of, renewedUs: nowUs });
    this.lost.delete(of.name);
    if (isNew) this.say('began', of.name, fx);
  }

  private forget(name: string, nowUs: number, fx: Effects): void {
    this.lost.delete(name);
    if (!this.leases.delete(name)) return;
    if (this.o.rules.isLoss()) this.lost.set(name, nowUs);
    this.say('left', name, fx);
  }

  private say(change: 'began' | 'ended' | 'left', instance: string, fx: Effects): void {
    fx.observe({ kind: 'federated-lease', change, instance });
  }

  private tick(w: World, fx: Effects): void {
    const { config, rules } = this.o;
    for (const [name, { renewedUs }] of this.leases) {
      if (w.nowUs - renewedUs < config.leaseUs) continue;
      this.leases.delete(name);
      this.lost.set(name, w.nowUs);
      this.say('ended', name, fx);
    }
    for (const [name, atUs] of this.lost) {
      if (w.nowUs - atUs >= config.rememberUs) this.lost.delete(name);
    }
    for (const [registry, { saidUs }] of this.heard) {
      if (!rules.counts(w.nowUs - saidUs, config)) this.heard.delete(registry);
    }
    this.beat += 1;
    const reports = this.known(w.nowUs).map(({ report }) => report);
    for (const [region, isAnnounced] of this.regions.look(reports, w.nowUs)) {
      fx.observe({ kind: 'federated-region', region, isAnnounced });
    }
  }

  /** A later word of the same registry, and none that is too old to count. */
  private hear(report: Report, saidUs: number): void {
    if (report.registry === this.o.name) return;
    const held = this.heard.get(report.registry)?.report;
    const isNews =
      held === undefined ||
      report.boot > held.boot ||
      (report.boot === held.boot && report.beat > held.beat);
    if (isNews) this.heard.set(report.registry, { report, saidUs });
  }

  /** All that counts, its own word first. Who has just started has nothing to say: its instances have yet to renew. */
  private known(nowUs: number): Heard[] {
    const { name, place, config, rules } = this.o;
    const others = [...this.heard.values()].filter(({ saidUs }) =>
      rules.counts(nowUs - saidUs, config),
    );
    if (nowUs - this.startedUs < config.leaseUs && this.boot > 1) return others;
    const instances = [...this.leases.values()].map(({ name, service, zone }) => ({
      name,
      service,
      zone,
    }));
    const { boot, beat } = this;
    const lost = [...this.lost.keys()];
    const report = { registry: name, region: place.region, boot, beat, instances, lost };
    return [{ report, saidUs: nowUs }, ...others];
  }

  private tell(to: NodeId, { nowUs }: World, fx: Effects): void {
    const reports = this.known(nowUs).map(
      ({ report, saidUs }) => [report, nowUs - saidUs] as const,
    );
    if (reports.length > 0) send(fx, to, { kind: 'reports', reports });
  }
}

function send(fx: Effects, to: NodeId, m: FederationMessage): void {
  fx.send(to, m);
}
