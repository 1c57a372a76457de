/**
 * Retries that cannot feed a storm (R6): a call that failed is tried again after a jittered pause, while
 * its deadline and the budget of all calls of that service allow it.
 *
 * Sits between whoever calls, and hedging and the bulkhead, behind which `ServiceClient` makes single attempts. Where a story asks for no
 * retries, each call is one attempt, as before.
 */
import type { Call, Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { CallAbout, CallResult } from '../agent/wire.ts';
import type { Hedging } from '../hedging/hedging.ts';
import type { ServiceClient } from '../service-client/service-client.ts';
import { aboutOf, outcomeOf, serviceOf } from '../service-client/outcome.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import type { RetryConfig } from './config.ts';
import type { RetryBehaviour } from './mode.ts';
import { retry } from './rules.ts';
import type { RetryRules } from './rules.ts';

/** Counts are told no more often, µs. */
const toldUs = 100_000;

export interface RetryOptions {
  /** Null: none. */
  readonly config: RetryConfig | null;
  readonly rules: RetryRules;
  /** A call of a workload ends after this, whatever its attempts do. */
  readonly operationUs: number;
  /** What a call may take that gets no deadline from its caller. */
  readonly callUs: number;
  /** Kept back where a deadline is handed on and there are no retries. */
  readonly reserveUs: number;
  /** Null: the node has no modes. */
  readonly behaviour: RetryBehaviour | null;
}

interface Wanted {
  readonly service: string;
  readonly about: CallAbout;
  readonly deadlineUs: number;
  readonly done: (r: CallResult) => void;
  attempts: number;
}

/** Pauses before it is tried again; `r`: how it failed. */
interface Waiting {
  readonly atUs: number;
  readonly wanted: Wanted;
  readonly r: CallResult;
}

/** Of one service that this node calls. */
interface Towards {
  tokens: number;
  asked: number;
  denied: number;
  /** Attempts that `ServiceClient` had sent when counts were told last. */
  toldSent: number;
  /** Since they were told last. */
  pauses: (readonly [attempts: number, pauseUs: number])[];
}

export class Retries implements Part {
  private readonly io: HandlerContext;
  private readonly client: ServiceClient;
  private readonly hedging: Hedging;
  private readonly o: RetryOptions;
  private readonly services = new Map<string, Towards>();
  /** In no order: there are few, and each tick looks at all of them. */
  private waiting: Waiting[] = [];
  private tellAtUs = never;
  private behaviour: RetryBehaviour | null;

  constructor(io: HandlerContext, client: ServiceClient, hedging: Hedging, options: RetryOptions) {
    this.io = io;
    this.client = client;
    this.hedging = hedging;
    this.o = options;
    this.behaviour = options.behaviour;
  }

  setMode(_mode: Mode, { retries }: ModeBehaviours): void {
    this.behaviour = retries;
  }

  /** A workload's `request` of the service `c.key`. */
  operate(c: Call, done: (o: Outcome) => void): void {
    this.request(c, (r) => done(outcomeOf(r)));
  }

  /** The same for people: answers with the whole result, which says when to come again. */
  operateWhole(c: Call, done: (o: Outcome) => void): void {
    this.request(c, (r) => done({ type: 'ok', value: { ...r } as unknown as Json }));
  }

  private request(c: Call, done: (r: CallResult) => void): void {
    const { config, operationUs, callUs } = this.o;
    // Where nobody tries again, one attempt takes no longer than a call does.
    const endUs = this.io.nowUs + (config === null ? Math.min(operationUs, callUs) : operationUs);
    const { service, ...keyed } = serviceOf(c.key);
    this.call(service, endUs, done, { ...aboutOf(c.value), ...keyed });
  }

  /** Until when the calls may take that are made to serve one with this budget. */
  handedOnUntilUs(budgetUs: number): number {
    const { config, rules, callUs, reserveUs } = this.o;
    const { nowUs } = this.io;
    if (config === null) return nowUs + budgetUs - reserveUs;
    return nowUs + (config.handsOnDeadlines ? rules.handedOnUs(budgetUs, config) : callUs);
  }

  /** `done` is called once, with the result of the last attempt. */
  call(
    service: string,
    deadlineUs: number,
    done: (r: CallResult) => void,
    about: CallAbout = {},
  ): void {
    const { config } = this.o;
    if (config === null) return this.hedging.call(service, deadlineUs, done, about);
    this.towards(service, config).asked += about.count ?? 1;
    this.tellSoon();
    this.attempt({ service, about, deadlineUs, done, attempts: 0 }, config);
  }

  tick(): number {
    const { config } = this.o;
    const { nowUs } = this.io;
    if (config === null) return never;
    const due = this.waiting.filter((x) => x.atUs <= nowUs);
    if (due.length > 0) this.waiting = this.waiting.filter((x) => x.atUs > nowUs);
    for (const w of due) this.again(w, config);
    if (nowUs >= this.tellAtUs) this.tell();
    return this.waiting.reduce((least, x) => Math.min(least, x.atUs), this.tellAtUs);
  }

  private attempt(wanted: Wanted, config: RetryConfig): void {
    const { rules } = this.o;
    const { service, about, deadlineUs } = wanted;
    wanted.attempts += 1;
    const t = this.towards(service, config);
    for (let i = about.count ?? 1; i > 0; i--) {
      t.tokens = rules.earned(t.tokens, wanted.attempts === 1, config);
    }
    this.tellSoon();
    const endsUs = Math.min(deadlineUs, this.io.nowUs + config.attemptUs);
    const isTold = this.behaviour !== null && wanted.attempts > 1;
    const told = isTold ? { ...about, attempt: wanted.attempts } : about;
    this.hedging.call(service, endsUs, (r) => this.ended(wanted, r, config), told);
  }

  private ended(wanted: Wanted, r: CallResult, config: RetryConfig): void {
    const { rules } = this.o;
    const { attempts, deadlineUs, done } = wanted;
    // What was refused before it was sent would be refused again.
    const wasSent = r.outcome === 'error' || r.outcome === 'timeout';
    if (!wasSent || attempts >= this.attemptsMax(config)) return done(r);
    const drawnUs = rules.pauseUs(attempts, (bound) => this.io.random(bound), config);
    if (config.tellsPauses) this.towards(wanted.service, config).pauses.push([attempts, drawnUs]);
    const atUs = this.io.nowUs + Math.max(drawnUs, r.retryAfterUs);
    if (atUs >= deadlineUs) return done(r);
    // Who would be denied anyhow is told at once; a token is spent when the retry is sent.
    if (!this.mayRetry(wanted, config)) return this.deny(wanted, r, config);
    this.waiting.push({ atUs, wanted, r });
    this.io.wakeBy(atUs);
  }

  private attemptsMax(config: RetryConfig): number {
    return this.o.rules.attemptsMax(this.behaviour?.isRetrying !== false, config);
  }

  private again({ wanted, r }: Waiting, config: RetryConfig): void {
    // The Floor came while it paused.
    if (wanted.attempts >= this.attemptsMax(config)) return wanted.done(r);
    if (!this.mayRetry(wanted, config)) return this.deny(wanted, r, config);
    const t = this.towards(wanted.service, config);
    for (let i = wanted.about.count ?? 1; i > 0; i--) t.tokens = this.o.rules.spent(t.tokens);
    this.attempt(wanted, config);
  }

  /** Those that one call stands for are tried again together or not at all, each for a token. */
  private mayRetry({ service, about }: Wanted, config: RetryConfig): boolean {
    const { rules } = this.o;
    if (!config.isBudgeted) return true;
    let { tokens } = this.towards(service, config);
    for (let i = about.count ?? 1; i > 1 && rules.mayRetry(tokens); i--) {
      tokens = rules.spent(tokens);
    }
    return rules.mayRetry(tokens);
  }

  private deny({ service, about, done }: Wanted, r: CallResult, config: RetryConfig): void {
    this.towards(service, config).denied += about.count ?? 1;
    this.tellSoon();
    done(r);
  }

  private towards(service: string, { reserve }: RetryConfig): Towards {
    let t = this.services.get(service);
    if (t === undefined) {
      t = { tokens: reserve * retry, asked: 0, denied: 0, toldSent: 0, pauses: [] };
      this.services.set(service, t);
    }
    return t;
  }

  private tellSoon(): void {
    if (this.tellAtUs !== never) return;
    this.tellAtUs = this.io.nowUs + toldUs;
    this.io.wakeBy(this.tellAtUs);
  }

  private tell(): void {
    this.tellAtUs = never;
    for (const [service, t] of this.services) {
      const all = this.client.sentTo(service);
      const { asked, denied, pauses } = t;
      const sent = all - t.toldSent;
      if (asked + sent + denied + pauses.length === 0) continue;
      const told = pauses.length === 0 ? {} : { pauses };
      this.io.observe({ kind: 'attempts', service, asked, sent, denied, ...told });
      Object.assign(t, { asked: 0, denied: 0, toldSent: all, pauses: [] });
    }
  }
}
