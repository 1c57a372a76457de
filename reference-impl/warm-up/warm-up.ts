/**
 * Slow start: an instance that a caller has just found gets a tenth of an even share of its calls, then more, and all of
 * it when it has had time to warm up.
 *
 * By credit, not by chance: with each call that is sent, whoever is new earns its share of one, and is sent a call when it
 * has earned it. So the bound holds call by call. What a caller lists when it lists a service for the first time is warm:
 * it cannot know better, and somebody has to serve.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { CallAbout } from '../agent/wire.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Chooser } from '../service-client/chooser.ts';
import type { WarmUpConfig } from './config.ts';
import type { WarmUpRules } from './rules.ts';

interface Newcomer {
  readonly sinceUs: number;
  /** Calls that it may be sent, thousandths. */
  credit: number;
}

interface Known {
  all: ReadonlySet<NodeId>;
  readonly fresh: Map<NodeId, Newcomer>;
}

export class WarmUp implements Part, Chooser {
  private readonly io: HandlerContext;
  private readonly discovery: Discovery;
  private readonly config: WarmUpConfig | null;
  private readonly rules: WarmUpRules;
  private readonly services = new Map<string, Known>();

  constructor(
    io: HandlerContext,
    discovery: Discovery,
    config: WarmUpConfig | null,
    rules: WarmUpRules,
  ) {
    this.io = io;
    this.discovery = discovery;
    this.config = config;
    this.rules = rules;
  }

  get isOn(): boolean {
    return this.config !== null;
  }

  choose(service: string, instances: readonly NodeId[], about: CallAbout): readonly NodeId[] {
    const known = this.review(service);
    if (known.fresh.size === 0) return instances;
    const ready = instances.filter((i) => isDue(known.fresh.get(i), about.count));
    return ready.length > 0 ? ready : instances;
  }

  /** Whoever has earned a call is sent it, past the balancer: it would wait for its turn twice. */
  insists(service: string, willing: readonly NodeId[], { count }: CallAbout): NodeId | null {
    const fresh = this.services.get(service)?.fresh;
    if (fresh === undefined || fresh.size === 0) return null;
    return willing.find((i) => fresh.has(i) && isDue(fresh.get(i), count)) ?? null;
  }

  began(service: string, instance: NodeId, count: number): void {
    const { config, rules } = this;
    const known = this.services.get(service);
    if (config === null || known === undefined) return;
    const even = count / known.all.size;
    for (const n of known.fresh.values()) {
      const earned = even * rules.sharePermille(this.io.nowUs - n.sinceUs, config);
      // Who cannot be sent what it earned is not flooded with it later.
      n.credit = Math.min(n.credit + earned, 2_000 * count);
    }
    const own = known.fresh.get(instance);
    if (own !== undefined) own.credit -= 1_000 * count;
  }

  /** Who came, who went, and who is warm by now. */
  private review(service: string): Known {
    const { nowUs } = this.io;
    const listed = this.discovery.instances(service);
    let known = this.services.get(service);
    if (known === undefined) {
      known = { all: new Set(listed), fresh: new Map() };
      if (listed.length > 0) this.services.set(service, known);
      return known;
    }
    const { all, fresh } = known;
    for (const i of listed) if (!all.has(i)) fresh.set(i, { sinceUs: nowUs, credit: 0 });
    known.all = new Set(listed);
    for (const [i, { sinceUs }] of fresh) {
      const isOver = this.config === null || this.rules.isWarm(nowUs - sinceUs, this.config);
      if (isOver || !known.all.has(i)) fresh.delete(i);
    }
    return known;
  }
}

function isDue(n: Newcomer | undefined, count = 1): boolean {
  return n === undefined || n.credit >= 1_000 * count;
}
