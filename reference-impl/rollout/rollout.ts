/**
 * Gradual rollouts (C6): a tenth of the instances more at each step, back by a step when the new version fares
 * worse than the old one. One part: controllers on servers, versions on instances, calls of clients.
 */
import type { Call, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { ConfigCopy } from '../config-copy/config-copy.ts';
import { lanes } from '../lanes.ts';
import { rolloutPrefix } from './config.ts';
import type { Controller } from './controller.ts';
import { readRollout } from './definition.ts';
import type { Instance } from './instance.ts';
import type { RolloutReport, UseAnswer, UseCall } from './messages.ts';

export interface RolloutParts {
  readonly controller: Controller | null;
  readonly instance: { readonly of: Instance; readonly service: string } | null;
  /** Whom a call of a service with this number goes to; null: nobody. */
  readonly placeOf: (service: string, n: number) => NodeId | null;
  readonly deadlineUs: number;
}

interface Open {
  readonly to: NodeId;
  readonly endsUs: number;
  readonly done: (o: Outcome) => void;
}

export class Rollouts implements Part {
  private readonly io: HandlerContext;
  private readonly copy: ConfigCopy;
  /** Null: off. */
  private readonly o: RolloutParts | null;
  private readonly open = new Map<number, Open>();
  private lastId = 0;

  constructor(io: HandlerContext, copy: ConfigCopy, parts: RolloutParts | null) {
    this.io = io;
    this.copy = copy;
    this.o = parts;
    if (parts?.controller || parts?.instance) copy.listen(() => this.changed());
  }

  start(): void {
    // Answers to an earlier process must not fit. What is off draws nothing: runs without it stay the same.
    if (this.o !== null) this.lastId = this.io.random(2 ** 31);
  }

  /** An operation: a call of instance `value` of a service. */
  begin({ key, value }: Call, done: (o: Outcome) => void): void {
    const to = this.o?.placeOf(key, typeof value === 'number' ? value : 0) ?? null;
    if (to === null || this.o === null) return done({ type: 'fail', error: 'no such instance' });
    this.lastId += 1;
    const endsUs = this.io.nowUs + this.o.deadlineUs;
    this.open.set(this.lastId, { to, endsUs, done });
    const m: UseCall = { kind: 'use', id: this.lastId };
    this.io.send(to, m, lanes.agent);
    this.io.wakeBy(endsUs);
  }

  used(from: NodeId, { id, version, isOk }: UseAnswer): void {
    const open = this.open.get(id);
    if (open === undefined || open.to !== from) return;
    this.open.delete(id);
    open.done({ type: 'ok', value: { version, isOk }, node: from });
  }

  use(from: NodeId, { id }: UseCall): void {
    this.o?.instance?.of.use(from, id);
  }

  reported(from: NodeId, m: RolloutReport): void {
    this.o?.controller?.reported(from, m);
  }

  tick(): number {
    if (this.o === null) return never;
    let nextUs = Math.min(this.o.controller?.tick() ?? never, this.o.instance?.of.tick() ?? never);
    for (const [id, { endsUs, done }] of this.open) {
      if (this.io.nowUs < endsUs) nextUs = Math.min(nextUs, endsUs);
      else {
        this.open.delete(id);
        done({ type: 'info', error: 'no answer in time' });
      }
    }
    return nextUs;
  }

  private changed(): void {
    for (const { key, value, version } of this.copy.under(rolloutPrefix)) {
      const service = key.slice(rolloutPrefix.length);
      const rollout = readRollout(value);
      if (rollout === null) continue;
      this.o?.controller?.changed(service, rollout, version);
      if (this.o?.instance?.service === service) this.o.instance.of.changed(rollout, version);
    }
  }
}
