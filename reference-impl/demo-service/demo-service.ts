/**
 * The demo service: an instance that answers calls, and calls the services it depends on meanwhile.
 *
 * No dependency is critical: in the place of one that failed or was refused a fallback is used and
 * counted, so that a failure costs its callers some quality and not their answer: the cascade ends
 * here. Deadlines shrink along the chain, so that the fallback is in time.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Json, NodeId } from '../../harness/core/host.ts';
import type { Admission, Served } from '../admission/admission.ts';
import type { Timing } from '../config.ts';
import type { AnswerCache } from '../answer-cache/answer-cache.ts';
import type { Breaker } from '../breaker/breaker.ts';
import type { Flags } from '../flags/flags.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Intentions } from '../intentions/intentions.ts';
import type { LameDuck } from '../lame-duck/lame-duck.ts';
import { lanes } from '../lanes.ts';
import type { Mode, RecoveryStep } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import type { DemoBehaviour } from './mode.ts';
import type { Probes } from '../probes/probes.ts';
import type { Retries } from '../retries/retries.ts';
import type { ServiceClient } from '../service-client/service-client.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type {
  CallResult,
  HealthAnswer,
  HealthCheck,
  ServiceAnswer,
  ServiceCall,
} from '../agent/wire.ts';

/** Calls served at a time (requirement R3: bounded concurrency). More are answered `busy` at once. */
const servingMax = 1_000;
/** Of calls that say nothing of it. */
const usualPriority = 1;

export interface ServiceOptions {
  /** The service this node is an instance of; null on servers and clients. */
  readonly service: string | null;
  readonly calls: readonly string[];
  readonly timing: Timing;
  /** Each dependency is called this often by itself, µs; 0: never. */
  readonly trafficUs: number;
  /** Does a call fail when a dependency does, instead of falling back? */
  readonly isFailFast: boolean;
  /** Do calls to dependencies have the key of the call for which they are made? */
  readonly handsOnKeys: boolean;
  readonly mode: DemoBehaviour;
}

export interface DemoParts {
  readonly client: ServiceClient;
  readonly retries: Retries;
  readonly answers: AnswerCache;
  readonly admission: Admission;
  readonly intentions: Intentions;
  readonly probes: Probes;
  readonly breaker: Breaker;
  readonly discovery: Discovery;
  readonly flags: Flags;
  readonly lameDuck: LameDuck;
}

interface Serving {
  readonly from: NodeId;
  readonly id: number;
  /** Calls that it stands for. */
  readonly count: number;
  readonly done: Served;
  /** Of those served, in how many a dependency failed. */
  failed: number;
  /** Answers of dependencies that are missing. */
  open: number;
  fallbacks: number;
}

export class DemoService implements Part {
  private readonly io: HandlerContext;
  private readonly parts: DemoParts;
  private readonly o: ServiceOptions;
  private serving = 0;
  /** Of the calls to dependencies, per thousand, that are made: the ramp of Recovery. */
  private sharePermille = 1_000;
  private isRamped: boolean;
  /** Are critical paths tried out: each time, or only while a circuit is not closed? */
  private testing: 'no' | 'all' | 'not closed' = 'no';
  private trafficAtUs = never;
  private readonly count = { served: 0, fallbacks: 0, shed: 0 };

  constructor(io: HandlerContext, parts: DemoParts, options: ServiceOptions) {
    this.io = io;
    this.parts = parts;
    this.o = options;
    this.isRamped = options.mode.isRamped;
  }

  start(): void {
    const { trafficUs, calls } = this.o;
    if (trafficUs > 0 && calls.length > 0) {
      this.trafficAtUs = this.io.nowUs + this.io.random(trafficUs);
    }
  }

  beat(): number {
    if (this.io.nowUs >= this.trafficAtUs) {
      this.trafficAtUs = this.io.nowUs + this.o.trafficUs;
      if (this.parts.discovery.subscription.isLoaded) this.callDependencies();
    }
    return this.trafficAtUs;
  }

  refresh(): void {
    const isDue =
      this.testing === 'all' || (this.testing === 'not closed' && !this.parts.breaker.areAllClosed);
    if (isDue) this.testDependencies();
  }

  /** No calls of its own any more; those of others are served to their end. */
  stop(): void {
    this.trafficAtUs = never;
  }

  hasStopped(): boolean {
    return this.serving === 0;
  }

  setMode(_mode: Mode, { 'demo-service': { isRamped } }: ModeBehaviours): void {
    this.isRamped = isRamped;
    this.testing = 'no';
    this.sharePermille = 1_000;
  }

  setStep(step: RecoveryStep, sharePermille: number): void {
    // Recovery ends with closed circuits, and without traffic nothing else would close one.
    if (step.proof === 'tested') this.testing = 'all';
    else if (this.testing === 'all') this.testing = 'not closed';
    if (this.isRamped) this.sharePermille = sharePermille;
  }

  /** Counts since the start: calls served, fallbacks used, dependency calls not made by choice. */
  counts(): Json {
    return { ...this.count };
  }

  receive(from: NodeId, m: ServiceCall): void {
    if (m.service !== this.o.service) return this.answer(from, m.id, 'wrong-service', 0);
    const { admission, intentions, lameDuck, probes } = this.parts;
    const { answers } = probes;
    if (answers === 'nothing') return;
    if (answers === 'busy') return this.answer(from, m.id, 'busy', 0);
    // Before it takes anybody's turn.
    if (!intentions.admits(from)) return this.answer(from, m.id, 'denied', 0);
    if (!lameDuck.takesCalls) return this.answer(from, m.id, 'busy', 0);
    const { count = 1 } = m;
    if (!admission.isOn) {
      if (this.serving >= servingMax) return this.answer(from, m.id, 'busy', 0);
      return this.serve(from, m, m.budgetUs, { ok: count, refused: 0, workers: 0 });
    }
    const endsUs = this.io.nowUs + m.budgetUs;
    admission.offer({
      priority: m.priority ?? usualPriority,
      budgetUs: m.budgetUs,
      count,
      served: (done) => this.serve(from, m, endsUs - this.io.nowUs, done),
      refused: (retryAfterUs) => this.refuse(from, m.id, retryAfterUs),
    });
  }

  private serve(from: NodeId, m: ServiceCall, budgetUs: number, done: Served): void {
    this.serving += 1;
    this.parts.flags.called(m.affinity ?? '');
    const { id, count = 1 } = m;
    const s: Serving = { from, id, count, done, failed: 0, open: 1, fallbacks: 0 };
    // What comes back must still reach our caller in time.
    const deadlineUs = this.parts.retries.handedOnUntilUs(budgetUs);
    for (const service of this.o.calls) {
      if (m.needs !== undefined && m.needs !== service) continue;
      if (deadlineUs <= this.io.nowUs || !this.mayCall(service)) this.fallBack(s, done.ok);
      else {
        s.open += 1;
        const about = {
          ...(done.ok > 1 && { count: done.ok }),
          ...(this.o.handsOnKeys && m.affinity !== undefined && { affinity: m.affinity }),
        };
        this.parts.answers.call(service, deadlineUs, (r) => this.returned(s, r), about);
      }
    }
    this.part(s);
  }

  /** A call of one's own to each dependency, so that a failing one is noticed without a workload. */
  private callDependencies(): void {
    const deadlineUs = this.io.nowUs + this.o.timing.callUs;
    for (const service of this.o.calls) {
      if (this.mayCall(service)) this.parts.client.call(service, deadlineUs, () => {});
    }
  }

  /** In Recovery the critical paths are tried out, whatever the ramp says. */
  private testDependencies(): void {
    const deadlineUs = this.io.nowUs + this.o.timing.callUs;
    for (const service of this.o.calls) this.parts.client.call(service, deadlineUs, () => {});
  }

  /** A check of this node's health: a serving instance answers at once. */
  checked(from: NodeId, m: HealthCheck): void {
    if (this.o.service === null || this.parts.probes.answers === 'nothing') return;
    const answer: HealthAnswer = { kind: 'checked', round: m.round };
    this.io.send(from, answer, lanes.agent);
  }

  private mayCall(service: string): boolean {
    const isIn = this.sharePermille >= 1_000 || this.io.random(1_000) < this.sharePermille;
    if (isIn) return true;
    this.count.shed += 1;
    this.parts.client.shed(service);
    return false;
  }

  private returned(s: Serving, r: CallResult): void {
    s.fallbacks += r.fallbacks;
    const { ok } = s.done;
    const failed = r.outcome !== 'ok' ? ok : ok - (r.counts?.ok ?? ok);
    if (failed > 0) this.fallBack(s, failed);
    this.part(s);
  }

  private fallBack(s: Serving, calls: number): void {
    s.failed = Math.min(s.done.ok, s.failed + calls);
    s.fallbacks += calls;
    this.count.fallbacks += calls;
  }

  /** One part of the work is done; the last one answers. */
  private part(s: Serving): void {
    assert(s.open > 0, 'a call is answered once', { from: s.from, id: s.id });
    s.open -= 1;
    if (s.open > 0) return;
    this.serving -= 1;
    this.count.served += s.done.ok;
    const { admission } = this.parts;
    const failed = this.o.isFailFast ? Math.max(s.failed, s.fallbacks > 0 ? 1 : 0) : 0;
    const ok = Math.max(0, s.done.ok - failed);
    const error = ok === 0 ? 'dependency' : null;
    const counts =
      ok === 0 || ok === s.count ? {} : { counts: { ok, fail: s.done.refused + failed } };
    if (!admission.isOn) return this.answer(s.from, s.id, error, s.fallbacks, counts);
    admission.release(s.done.workers);
    this.answer(s.from, s.id, error, s.fallbacks, { signal: admission.signal(), ...counts });
  }

  private refuse(to: NodeId, id: number, retryAfterUs: number): void {
    this.answer(to, id, 'busy', 0, { signal: 'reject', retryAfterUs });
  }

  private answer(
    to: NodeId,
    id: number,
    error: ServiceAnswer['error'],
    fallbacks: number,
    said: Pick<ServiceAnswer, 'signal' | 'retryAfterUs' | 'counts'> = {},
  ): void {
    const m: ServiceAnswer = { kind: 'answer', id, error, fallbacks, ...said };
    this.io.send(to, m, lanes.agent);
  }
}
