/**
 * Calls of services: discovery finds the instances, the breaker admits, the balancer picks, and the
 * deadline ends what got no answer. Exactly one result a call, and no hidden retry.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { Evidence } from '../evidence/observations.ts';
import type { RoutedObservation } from './observations.ts';
import type { Chooser } from './chooser.ts';
import type { CallRules } from './rules.ts';
import type { RoutingSource } from '../discovery/observations.ts';
import type { Part } from '../agent/part.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import { lanes } from '../lanes.ts';
import type { Backpressure } from '../backpressure/backpressure.ts';
import type { Balancer, BalancerPolicy } from '../balancer/balancer.ts';
import type { Breaker } from '../breaker/breaker.ts';
import type { Admission } from '../breaker/breaker.ts';
import type { HealthChecks } from '../health-checks/health-checks.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { Hashing } from '../hashing/hashing.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type {
  CallAbout,
  CallCounts,
  CallResult,
  ServiceAnswer,
  ServiceCall,
} from '../agent/wire.ts';

/** Decisions kept for people, with the evidence each rests on (requirement E3). */
const decisionsKept = 32;

export interface ServiceClientOptions {
  readonly rules: CallRules;
  readonly balancer: BalancerPolicy;
  /** This node's zone, when its calls shall stay inside if they can; otherwise null. */
  readonly preferredZone: string | null;
  /** Services that this node depends on. */
  readonly dependencies: readonly string[];
  readonly mode: ModeBehaviours;
}

export interface ServiceClientParts {
  readonly discovery: Discovery;
  readonly balancer: Balancer;
  readonly breaker: Breaker;
  readonly pressure: Backpressure;
  readonly hashing: Hashing;
  /** Those that are on, in this order. */
  readonly choosers: readonly Chooser[];
  /** Made later. */
  readonly checks: () => HealthChecks;
  readonly book: EvidenceBook;
}

interface Open {
  readonly admission: Admission;
  readonly instance: NodeId;
  readonly source: RoutingSource;
  readonly sentUs: number;
  readonly deadlineUs: number;
  readonly about: CallAbout;
  readonly done: (r: CallResult) => void;
}

export interface RoutingDecision {
  readonly atUs: number;
  readonly service: string;
  readonly outcome: 'sent' | 'refused' | 'no-instance';
  readonly instance: NodeId | null;
  readonly because: readonly Evidence[];
}

export class ServiceClient implements Part {
  private readonly io: HandlerContext;
  private readonly parts: ServiceClientParts;
  private readonly o: ServiceClientOptions;
  private readonly open = new Map<number, Open>();
  private readonly choosers: Chooser[];
  private readonly kept: RoutingDecision[] = [];
  /** Where the proxy beside this node sends calls, by service. Empty: there is none. */
  private readonly backends = new Map<string, readonly NodeId[]>();
  /** Calls that were sent, by service. */
  private readonly sent = new Map<string, number>();
  private lastId = 0;
  private mode: ModeBehaviours;

  constructor(io: HandlerContext, parts: ServiceClientParts, options: ServiceClientOptions) {
    this.io = io;
    this.parts = parts;
    this.o = options;
    this.mode = options.mode;
    this.choosers = [...parts.choosers];
  }

  /** Before all others; for a part that is made later. */
  chooseFirst(chooser: Chooser): void {
    this.choosers.unshift(chooser);
  }

  start(): void {
    this.lastId = this.io.random(2 ** 31);
  }

  setMode(_mode: Mode, behaviours: ModeBehaviours): void {
    this.mode = behaviours;
    if (behaviours.breaker.isForcedOpen)
      this.parts.breaker.force(this.o.dependencies, this.io.nowUs);
    else this.parts.breaker.release();
  }

  proxied(service: string, instances: readonly NodeId[]): void {
    this.backends.set(service, instances);
  }

  decisions(): readonly RoutingDecision[] {
    return this.kept;
  }

  /** Calls of `service` that left this node since its start. */
  sentTo(service: string): number {
    return this.sent.get(service) ?? 0;
  }

  /** One attempt, which ends by `deadlineUs`; `done` is called once. */
  call(
    service: string,
    deadlineUs: number,
    done: (r: CallResult) => void,
    about: CallAbout = {},
  ): void {
    const instances = this.choosers.reduce(
      (list, chooser) => chooser.choose(service, list, about),
      this.candidates(service),
    );
    if (instances.length === 0) {
      return this.reject(service, 'no-instance', 'no healthy instance', done);
    }
    const willing = this.parts.pressure.usable(instances, this.io.nowUs);
    if (willing.length === 0) return this.reject(service, 'refused', 'asked to wait', done);
    const admission = this.admit(service);
    if (admission === null) return this.reject(service, 'refused', 'circuit open', done);
    const { balancer, discovery, hashing } = this.parts;
    const policy = this.mode.balancer.isRoundRobin ? 'round-robin' : this.o.balancer;
    const owner = hashing.pick(service, willing, about.affinity, (i) => balancer.load(i));
    const instance =
      owner ??
      this.insisted(service, willing, about) ??
      balancer.pick(policy, service, willing, this.io.world);
    this.decided(service, 'sent', instance);
    const { count = 1 } = about;
    balancer.began(instance, count);
    for (const chooser of this.choosers) chooser.began?.(service, instance, count, about);
    this.lastId += 1;
    const sentUs = this.io.nowUs;
    const { source } = discovery;
    this.open.set(this.lastId, { admission, instance, source, sentUs, deadlineUs, about, done });
    const budgetUs = deadlineUs - sentUs;
    const m: ServiceCall = { kind: 'call', id: this.lastId, service, budgetUs, ...about };
    this.sent.set(service, this.sentTo(service) + count);
    this.io.send(instance, m, lanes.agent);
    this.io.wakeBy(deadlineUs);
  }

  /** A call that the ramp of Recovery keeps back. */
  shed(service: string): void {
    this.observe(service, null, 'shed', this.parts.discovery.source, this.io.nowUs);
  }

  answer(from: NodeId, m: ServiceAnswer): void {
    const c = this.open.get(m.id);
    if (c === undefined || c.instance !== from) return;
    this.close(m.id, c, m.error === null);
    this.parts.pressure.heard(from, m.signal, m.retryAfterUs ?? 0, this.io.nowUs);
    if (m.error === null) {
      this.parts.breaker.succeeded(c.admission, this.io.nowUs);
      this.ended(c, 'ok', m.counts === undefined ? '' : 'busy', m.fallbacks, 0, m.counts);
    } else {
      this.parts.breaker.failed(c.admission, this.io.nowUs);
      this.ended(c, 'error', m.error, 0, m.retryAfterUs);
    }
  }

  /** Ends what is over; gives the time at which it wants to be called again. */
  tick(): number {
    const nowUs = this.io.nowUs;
    let nextUs = never;
    for (const [id, c] of this.open) {
      if (nowUs < c.deadlineUs) {
        nextUs = Math.min(nextUs, c.deadlineUs);
        continue;
      }
      this.close(id, c, false);
      this.parts.breaker.failed(c.admission, nowUs, 'timeout');
      this.ended(c, 'timeout', 'no answer in time');
    }
    return nextUs;
  }

  private insisted(service: string, willing: readonly NodeId[], about: CallAbout): NodeId | null {
    for (const chooser of this.choosers) {
      const one = chooser.insists?.(service, willing, about) ?? null;
      if (one !== null) return one;
    }
    return null;
  }

  /** On the Floor one call at a time goes past the circuits that it holds open. */
  private admit(service: string): Admission | null {
    const { isForcedOpen } = this.mode.breaker;
    const { callsMax } = this.mode['service-client'];
    if (callsMax !== null && this.open.size >= callsMax) return null;
    return isForcedOpen
      ? this.parts.breaker.pass(service)
      : this.parts.breaker.admit(service, this.io.nowUs);
  }

  /** Healthy ones if there are any, those of the own zone if that is preferred and there are any. */
  private candidates(service: string): readonly NodeId[] {
    const { discovery } = this.parts;
    const listed = discovery.instances(service);
    const all = this.backends.get(service) ?? listed;
    if (!this.mode['health-checks'].isChecked) return all;
    const checks = this.parts.checks();
    const healthy = checks.hasCritical ? all.filter((i) => !checks.isCritical(i)) : all;
    const { preferredZone: zone, rules } = this.o;
    const isNear =
      zone === null ? null : (i: NodeId): boolean => discovery.zoneOf(service, i) === zone;
    return rules.candidates({ listed: all, healthy, isNear });
  }

  private close(id: number, c: Open, isOk: boolean): void {
    this.open.delete(id);
    this.parts.balancer.ended(c.instance, c.about.count);
    const a = { tookUs: this.io.nowUs - c.sentUs, isOk };
    this.parts.balancer.heard(c.instance, a, this.io.nowUs);
  }

  private ended(
    c: Open,
    outcome: CallResult['outcome'],
    error: string,
    fallbacks = 0,
    retryAfterUs = 0,
    counts?: CallCounts,
  ): void {
    const { admission, instance, source, sentUs, about, done } = c;
    const { affinity, count, attempt } = about;
    for (const chooser of this.choosers) {
      chooser.ended?.(admission.service, instance, outcome, this.io.nowUs - sentUs);
    }
    const more = {
      ...(affinity !== undefined && { affinity }),
      ...(count !== undefined && { count }),
      ...(attempt !== undefined && { attempt }),
      ...(retryAfterUs > 0 && { retryAfterUs }),
    };
    this.observe(admission.service, instance, outcome, source, sentUs, more);
    const told = counts === undefined ? {} : { counts };
    done({ outcome, instance, fallbacks, error, retryAfterUs, ...told });
  }

  /** Ends a call that was not sent. */
  reject(
    service: string,
    outcome: 'refused' | 'no-instance',
    error: string,
    done: Open['done'],
  ): void {
    this.decided(service, outcome, null);
    this.observe(service, null, outcome, this.parts.discovery.source, this.io.nowUs);
    done({ outcome, instance: null, fallbacks: 0, error, retryAfterUs: 0 });
  }

  private observe(
    service: string,
    instance: NodeId | null,
    outcome: RoutedObservation['outcome'],
    source: RoutingSource,
    sentUs: number,
    more: Pick<RoutedObservation, 'affinity' | 'count' | 'attempt' | 'retryAfterUs'> = {},
  ): void {
    const tookUs = this.io.nowUs - sentUs;
    this.io.observe({
      kind: 'routed',
      service,
      instance,
      outcome,
      source,
      sentUs,
      tookUs,
      ...more,
    });
  }

  private decided(
    service: string,
    outcome: RoutingDecision['outcome'],
    instance: NodeId | null,
  ): void {
    const { book } = this.parts;
    const because = [book.latest('routing-table', service), book.latest('circuit', service)];
    if (this.kept.length >= decisionsKept) this.kept.shift();
    this.kept.push({
      atUs: this.io.nowUs,
      service,
      outcome,
      instance,
      because: because.filter((e) => e !== null),
    });
  }
}
