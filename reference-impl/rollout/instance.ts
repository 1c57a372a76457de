/** An instance in a rollout: which version it serves, and how its calls went. */
import type { NodeId } from '../../harness/core/host.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import { lanes } from '../lanes.ts';
import { hash32 } from '../hashing/hash.ts';
import type { RolloutConfig } from './config.ts';
import type { Rollout } from './definition.ts';
import type { RolloutReport, UseAnswer } from './messages.ts';
import type { RolloutRules } from './rules.ts';

export interface InstanceOptions {
  readonly config: RolloutConfig;
  readonly rules: RolloutRules;
  readonly service: string;
  readonly self: string;
  /** Names of all instances of the service. */
  readonly instances: readonly string[];
  readonly servers: readonly NodeId[];
}

interface Call {
  readonly from: NodeId;
  readonly id: number;
  readonly sinceUs: number;
  readonly dueUs: number;
  readonly isOk: boolean;
  /** By which version, and how it did, was decided by the rollout of then. */
  readonly revision: number;
  readonly version: string;
}

/** A call of either version takes this. */
const usualUs = 2_000;
/** The latest calls, of which a report tells how long they took. */
const tookMax = 200;

export class Instance {
  private readonly io: HandlerContext;
  private readonly o: InstanceOptions;
  private rollout: Rollout | null = null;
  private revision = 0;
  private isNew = false;
  private version = '';
  private open: Call[] = [];
  private calls = 0;
  private errors = 0;
  private tookUs: number[] = [];
  private reportAtUs = never;

  constructor(io: HandlerContext, options: InstanceOptions) {
    this.io = io;
    this.o = options;
  }

  changed(rollout: Rollout, revision: number): void {
    if (revision === this.revision) return;
    this.rollout = rollout;
    this.revision = revision;
    [this.calls, this.errors, this.tookUs] = [0, 0, []];
    const { rules, service, instances } = this.o;
    this.isNew = rules.isNew(this.rankIn(rollout), instances.length, rollout.step);
    const version = this.isNew ? rollout.to : rollout.from;
    this.reportAtUs = this.io.nowUs + this.o.config.reportUs;
    this.io.wakeBy(this.reportAtUs);
    if (version === this.version) return;
    this.version = version;
    const { step } = rollout;
    this.io.observe({ kind: 'serving', service, version, step, revision });
  }

  use(from: NodeId, id: number): void {
    const { config } = this.o;
    const { step = 0, state = 'rolling' } = this.rollout ?? {};
    const isShown = step >= config.showsAtStep || (config.stays && state === 'returning');
    const isBroken = this.isNew && isShown;
    const sinceUs = this.io.nowUs;
    const dueUs = sinceUs + usualUs + (isBroken ? config.slowUs : 0);
    const isOk = !isBroken || this.io.random(1_000) >= config.errorPermille;
    const { revision, version } = this;
    this.open.push({ from, id, sinceUs, dueUs, isOk, revision, version });
    this.io.wakeBy(dueUs);
  }

  /** Ends calls and reports that are due; gives when the next is. */
  tick(): number {
    const due = this.open.filter((c) => c.dueUs <= this.io.nowUs);
    if (due.length > 0) this.open = this.open.filter((c) => c.dueUs > this.io.nowUs);
    for (const call of due) this.end(call);
    if (this.io.nowUs >= this.reportAtUs) this.report();
    return this.open.reduce((at, c) => Math.min(at, c.dueUs), this.reportAtUs);
  }

  private end({ from, id, sinceUs, isOk, revision, version }: Call): void {
    const m: UseAnswer = { kind: 'used', id, version, isOk };
    this.io.send(from, m, lanes.agent);
    // What began before a step says nothing of it.
    if (revision !== this.revision) return;
    this.calls += 1;
    if (!isOk) this.errors += 1;
    if (this.tookUs.length >= tookMax) this.tookUs.shift();
    this.tookUs.push(this.io.nowUs - sinceUs);
  }

  private report(): void {
    this.reportAtUs = this.io.nowUs + this.o.config.reportUs;
    const { calls, errors, tookUs, revision, isNew } = this;
    const { service, servers } = this.o;
    const said = { service, revision, isNew, calls, errors, tookUs: [...tookUs] };
    const m: RolloutReport = { kind: 'rollout-report', ...said };
    for (const server of servers) this.io.send(server, m, lanes.agent);
  }

  /** Every rollout has an order of its own, so that not the same instances are always the first. */
  private rankIn({ to }: Rollout): number {
    const at = (name: string): number => hash32(`${to}/${name}`);
    const own = at(this.o.self);
    return this.o.instances.filter((n) => at(n) < own || (at(n) === own && n < this.o.self)).length;
  }
}
