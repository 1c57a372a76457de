/**
 * Circuit breakers: one circuit for each service this client calls (requirement R1).
 *
 * CLOSED lets calls out and remembers failures; OPEN refuses, so that a failing service gets rest and
 * its callers an answer at once; HALF_OPEN lets a few probes out to learn whether it is back.
 * Every admitted call ends in exactly one `succeeded` or `failed`: a call without an answer fails at
 * its deadline, so that a half-open circuit cannot stick.
 *
 * That is the count form (R1). Others, each by its field of the policy: by rate, with decay, with a threshold
 * that falls and open times that grow, and a ramp on the way back (R2; `forms.ts`).
 *
 * On the Floor every circuit is held open, and half open when that ends: who comes back probes first.
 */
import { assert } from '../../harness/core/assert.ts';
import { formatDuration } from '../../harness/core/duration.ts';
import type { Description } from '../../harness/core/host.ts';
import type { CircuitObservation, CircuitState } from './observations.ts';
import type { BreakerPolicy } from '../config.ts';
import { formRules, Recent } from './forms.ts';
import type { Failure, FormRules } from './forms.ts';

/** What a breaker decides; a mutant overrides one. */
export interface BreakerRules extends FormRules {
  /** `failuresUs`: times of the last failures, at most `failureThreshold` of them, oldest first. */
  shouldOpen(failuresUs: readonly number[], nowUs: number, policy: BreakerPolicy): boolean;
  mayProbe(openedUs: number, nowUs: number, policy: BreakerPolicy): boolean;
  /** May a half-open circuit that let `sent` probes out let another one out? */
  hasProbeLeft(sent: number, policy: BreakerPolicy): boolean;
}

export const breakerRules: BreakerRules = {
  ...formRules,
  shouldOpen: (failuresUs, nowUs, policy) =>
    failuresUs.length >= policy.failureThreshold &&
    nowUs - (failuresUs[0] ?? nowUs) <= policy.windowUs,
  mayProbe: (openedUs, nowUs, policy) => nowUs - openedUs >= policy.openUs,
  hasProbeLeft: (sent, policy) => sent < policy.halfOpenProbes,
};

/**
 * A permission to call. `generation` ties the outcome to the period in which the call went out: a
 * late failure from before the circuit opened says nothing about the probes.
 */
export interface Admission {
  readonly service: string;
  readonly generation: number;
  /** When it was given. */
  readonly atUs: number;
}

type State =
  | { readonly kind: 'closed'; readonly failuresUs: number[]; readonly sinceUs: number }
  | { readonly kind: 'open'; readonly openedUs: number }
  | { readonly kind: 'half-open'; sent: number; successes: number };

interface Circuit {
  generation: number;
  state: State;
  readonly recent: Recent;
  /** Held open by the mode, whatever calls do. */
  isForced: boolean;
}

/** Of a call that goes past a circuit held open: it says nothing about any period. */
const noGeneration = -1;

export class Breaker {
  private readonly circuits = new Map<string, Circuit>();
  private readonly policy: BreakerPolicy;
  private readonly rules: BreakerRules;
  /** Told of every change, when it happens. */
  private readonly changed: (e: CircuitObservation) => void;

  constructor(
    policy: BreakerPolicy,
    rules: BreakerRules,
    changed: (e: CircuitObservation) => void,
  ) {
    assert(policy.successThreshold <= policy.halfOpenProbes, 'a circuit can close again');
    this.policy = policy;
    this.rules = rules;
    this.changed = changed;
  }

  state(service: string): CircuitState {
    return this.circuits.get(service)?.state.kind ?? 'closed';
  }

  /** Those that were ever used, the closed ones counted. */
  describe(): Description {
    const all = [...this.circuits];
    if (all.length === 0) return {};
    const told = all
      .filter(([, { state }]) => state.kind !== 'closed')
      .map(([service, { state, isForced }]) =>
        isForced ? `${service} held open` : `${service} ${state.kind}`,
      );
    return { circuits: told.length === 0 ? 'closed' : told.join(', ') };
  }

  get areAllClosed(): boolean {
    return [...this.circuits.values()].every((c) => c.state.kind === 'closed');
  }

  /** Holds the circuits of `services`, and all that are known, open until `release`. */
  force(services: readonly string[], nowUs: number): void {
    for (const service of services) this.circuit(service);
    for (const [service, c] of this.circuits) {
      if (c.isForced) continue;
      c.isForced = true;
      this.turn(service, c, { kind: 'open', openedUs: nowUs }, 'the mode holds it open');
    }
  }

  /** What was held open may be probed from now on. */
  release(): void {
    for (const [service, c] of this.circuits) {
      if (!c.isForced) continue;
      this.turn(service, c, { kind: 'half-open', sent: 0, successes: 0 }, 'the mode lets go of it');
      c.isForced = false;
    }
  }

  /** A call that the mode lets out past a circuit that it holds open. */
  pass(service: string): Admission {
    return { service, generation: noGeneration, atUs: 0 };
  }

  /** May a call go out now? Null: refused. */
  admit(service: string, nowUs: number): Admission | null {
    const c = this.circuit(service);
    if (c.isForced) return null;
    if (c.state.kind === 'open') {
      const openUs = this.rules.openUs(c.recent.reopened, this.policy);
      if (!this.rules.mayProbe(c.state.openedUs, nowUs, { ...this.policy, openUs })) return null;
      this.move(service, c, { kind: 'half-open', sent: 0, successes: 0 }, 'open time is over');
    }
    if (c.state.kind === 'half-open') {
      if (!this.rules.hasProbeLeft(c.state.sent, this.policy)) return null;
      c.state.sent += 1;
    }
    if (c.state.kind === 'closed' && !this.isInShare(c, c.state.sinceUs, nowUs)) return null;
    return { service, generation: c.generation, atUs: nowUs };
  }

  succeeded(a: Admission, nowUs: number): void {
    const c = this.circuit(a.service);
    if (a.generation !== c.generation) return;
    if (c.state.kind === 'closed') {
      c.recent.ended(false, nowUs - a.atUs);
      if (this.policy.isDecaying) c.state.failuresUs.shift();
    }
    if (c.state.kind !== 'half-open') return;
    c.state.successes += 1;
    if (c.state.successes < this.policy.successThreshold) return;
    const cause = `${c.state.successes} probes succeeded`;
    c.recent.closed();
    this.move(a.service, c, { kind: 'closed', failuresUs: [], sinceUs: nowUs }, cause);
  }

  failed(a: Admission, nowUs: number, how: Failure = 'error'): void {
    const c = this.circuit(a.service);
    if (a.generation !== c.generation) return;
    if (c.state.kind === 'half-open') {
      c.recent.reopened += 1;
      this.move(a.service, c, { kind: 'open', openedUs: nowUs }, 'a probe failed');
    } else if (c.state.kind === 'closed') {
      const { failuresUs, sinceUs } = c.state;
      const { policy, rules } = this;
      c.recent.ended(true, nowUs - a.atUs);
      c.recent.failed(nowUs, how, policy);
      if (failuresUs.length >= policy.failureThreshold) failuresUs.shift();
      failuresUs.push(nowUs);
      const cause = this.causeOf(c.recent, failuresUs, nowUs - sinceUs, nowUs);
      if (cause === null) return;
      if (policy.isAdaptive) c.recent.adapt(rules.fallsBy(c.recent, nowUs, policy));
      this.move(a.service, c, { kind: 'open', openedUs: nowUs }, cause);
    }
  }

  /** Why it opens now; null: it does not. */
  private causeOf(
    recent: Recent,
    failuresUs: readonly number[],
    closedForUs: number,
    nowUs: number,
  ): string | null {
    const { policy, rules } = this;
    const failureThreshold = rules.threshold(recent, closedForUs, policy);
    const counted = failuresUs.slice(-failureThreshold);
    const since = (list: readonly number[]): string => formatDuration(nowUs - (list[0] ?? nowUs));
    if (rules.shouldOpen(counted, nowUs, { ...policy, failureThreshold })) {
      return `${counted.length} failures in ${since(counted)}`;
    }
    if (rules.rateExceeds(recent.outcomes, policy)) {
      return `more than ${policy.ratePermille / 10} % of ${policy.rateCalls} calls failed`;
    }
    const { timeoutThreshold } = policy;
    if (timeoutThreshold === 0) return null;
    const late = recent.timeoutsUs.slice(-timeoutThreshold);
    const isLate = rules.shouldOpen(late, nowUs, { ...policy, failureThreshold: timeoutThreshold });
    return isLate ? `${late.length} time-outs in ${since(late)}` : null;
  }

  /** On the ramp back calls are let out evenly, as their share grows; a circuit that never opened has none. */
  private isInShare(c: Circuit, sinceUs: number, nowUs: number): boolean {
    if (this.policy.rampUs === 0 || c.generation === 0) return true;
    return c.recent.takes(this.rules.sharePermille(nowUs - sinceUs, this.policy));
  }

  private circuit(service: string): Circuit {
    let c = this.circuits.get(service);
    if (c === undefined) {
      const state: State = { kind: 'closed', failuresUs: [], sinceUs: 0 };
      c = { generation: 0, state, recent: new Recent(), isForced: false };
      this.circuits.set(service, c);
    }
    return c;
  }

  private move(service: string, c: Circuit, to: State, cause: string): void {
    assert(c.state.kind !== to.kind, 'a move changes the state', { service, to: to.kind });
    this.turn(service, c, to, cause);
  }

  private turn(service: string, c: Circuit, to: State, cause: string): void {
    const from = c.state.kind;
    c.state = to;
    c.generation += 1;
    this.changed({ kind: 'circuit', service, from, to: to.kind, cause, isForced: c.isForced });
  }
}
