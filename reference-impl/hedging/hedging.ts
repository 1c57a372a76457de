/**
 * Hedged calls (R6; Dean and Barroso, "The tail at scale", 2013): a call that takes longer than nearly all others is
 * asked for again, of another instance, and whichever answers first is taken. A budget keeps that from doubling the
 * load when all are slow.
 *
 * Only for calls that may be done twice, as those of demo services.
 */
import type { NodeId } from '../../harness/core/host.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { CallAbout, CallResult } from '../agent/wire.ts';
import type { Bulkhead } from '../bulkhead/bulkhead.ts';
import type { Chooser } from '../service-client/chooser.ts';
import type { HedgingConfig } from './config.ts';
import { hedge } from './rules.ts';
import type { HedgingRules } from './rules.ts';

interface Open {
  readonly service: string;
  readonly about: CallAbout;
  readonly deadlineUs: number;
  readonly done: (r: CallResult) => void;
  hedgeAtUs: number;
  /** Where its copies went, in order. */
  readonly sentTo: NodeId[];
  /** Copies without a result. */
  out: number;
  isDone: boolean;
}

/** Of one service that this node calls. */
interface Towards {
  tokens: number;
  asked: number;
  hedged: number;
  /** Of the latest calls that were answered, oldest first. */
  readonly tookUs: number[];
}

export class Hedging implements Part, Chooser {
  private readonly io: HandlerContext;
  private readonly bulkhead: () => Bulkhead;
  /** Null: off. */
  private readonly config: HedgingConfig | null;
  private readonly rules: HedgingRules;
  private readonly services = new Map<string, Towards>();
  private readonly open = new Set<Open>();
  /** The call of which a copy is being sent right now. */
  private sending: Open | null = null;

  constructor(
    io: HandlerContext,
    bulkhead: () => Bulkhead,
    config: HedgingConfig | null,
    rules: HedgingRules,
  ) {
    this.io = io;
    this.bulkhead = bulkhead;
    this.config = config;
    this.rules = rules;
  }

  get isOn(): boolean {
    return this.config !== null;
  }

  /** As `Bulkhead.call`: `done` is called once, with the first good result, or the last bad one. */
  call(service: string, deadlineUs: number, done: Open['done'], about: CallAbout): void {
    const { config } = this;
    // What stands for many is not asked for twice as a whole.
    if (config === null || (about.count ?? 1) > 1) {
      return this.bulkhead().call(service, deadlineUs, done, about);
    }
    const t = this.towards(service, config);
    t.asked += 1;
    t.tokens = Math.min(config.reserve * hedge, t.tokens + config.budgetPermille);
    const o: Open = {
      service,
      about,
      deadlineUs,
      done,
      hedgeAtUs: this.hedgeAtUs(t, config),
      sentTo: [],
      out: 0,
      isDone: false,
    };
    this.open.add(o);
    this.send(o);
    if (!o.isDone) this.io.wakeBy(o.hedgeAtUs);
  }

  tick(): number {
    let nextUs = never;
    for (const o of this.open) {
      if (o.hedgeAtUs <= this.io.nowUs) {
        o.hedgeAtUs = never;
        this.again(o);
      }
      nextUs = Math.min(nextUs, o.hedgeAtUs);
    }
    return nextUs;
  }

  choose(_service: string, instances: readonly NodeId[]): readonly NodeId[] {
    const [first] = this.sending?.sentTo ?? [];
    if (first === undefined || !this.rules.avoidsFirst()) return instances;
    const others = instances.filter((i) => i !== first);
    return others.length > 0 ? others : instances;
  }

  began(_service: string, instance: NodeId): void {
    this.sending?.sentTo.push(instance);
  }

  private again(o: Open): void {
    const { config } = this;
    if (config === null || o.deadlineUs <= this.io.nowUs) return;
    const t = this.towards(o.service, config);
    if (!this.rules.mayHedge(t.tokens)) return;
    t.tokens -= hedge;
    t.hedged += 1;
    this.send(o);
    const [first = null, second = null] = o.sentTo;
    const { asked, hedged } = t;
    this.io.observe({ kind: 'hedge', service: o.service, first, second, asked, hedged });
  }

  private send(o: Open): void {
    const sentUs = this.io.nowUs;
    o.out += 1;
    this.sending = o;
    this.bulkhead().call(o.service, o.deadlineUs, (r) => this.returned(o, r, sentUs), o.about);
    this.sending = null;
  }

  private returned(o: Open, r: CallResult, sentUs: number): void {
    o.out -= 1;
    const isOk = r.outcome === 'ok';
    if (isOk) this.took(o.service, this.io.nowUs - sentUs);
    if (o.isDone || (!isOk && o.out > 0)) return;
    o.isDone = true;
    this.open.delete(o);
    o.done(r);
  }

  private took(service: string, us: number): void {
    const { config } = this;
    if (config === null) return;
    const { tookUs } = this.towards(service, config);
    tookUs.push(us);
    if (tookUs.length > config.samples) tookUs.shift();
  }

  private hedgeAtUs({ tookUs }: Towards, config: HedgingConfig): number {
    if (tookUs.length < config.samples) return never;
    const inOrder = [...tookUs].sort((a, b) => a - b);
    return this.io.nowUs + this.rules.afterUs(inOrder, config);
  }

  private towards(service: string, { reserve }: HedgingConfig): Towards {
    const known = this.services.get(service);
    if (known !== undefined) return known;
    const t: Towards = { tokens: reserve * hedge, asked: 0, hedged: 0, tookUs: [] };
    this.services.set(service, t);
    return t;
  }
}
