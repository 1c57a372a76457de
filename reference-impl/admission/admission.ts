/**
 * An instance with so many workers, and the queue before them (R5, R8).
 *
 * What cannot be answered in time is refused when it comes, with the time after which to try again; what
 * waited longer than its caller does is not begun. So an instance to which too much is sent goes on to
 * serve as much as it can, and works for nobody who has left.
 */
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { Signal } from '../agent/wire.ts';
import type { Mode, RecoveryStep } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import { ByMode } from './by-mode.ts';
import type { AdmissionConfig } from './config.ts';
import { QueueCounts } from './counts.ts';
import type { AdmissionBehaviour } from './mode.ts';
import type { AdmissionRules, Load } from './rules.ts';
import { Waiting } from './waiting.ts';

/** Weight of the last call in what a call is taken to cost: an eighth, as TCP's smoothed round trip (RFC 6298). */
const weight = 8;

export interface AdmissionOptions {
  readonly service: string | null;
  /** Null: work costs nothing. */
  readonly config: AdmissionConfig | null;
  readonly rules: AdmissionRules;
  readonly tellsTurns: boolean;
  /** Null: the node has no modes. */
  readonly behaviour: AdmissionBehaviour | null;
}

/** A call that came in. */
export interface Offer {
  readonly priority: number;
  readonly budgetUs: number;
  /** For how many it stands: each is worked on, waits and is refused by itself. */
  readonly count: number;
  /** Workers have done their own part of it. */
  readonly served: (done: Served) => void;
  /** None was let in. */
  readonly refused: (retryAfterUs: number) => void;
}

/** Of the calls that one stood for: those served, those refused when they came, and who is kept until `release`. */
export interface Served {
  readonly ok: number;
  readonly refused: number;
  readonly workers: number;
}

interface Waiter extends Offer {
  readonly number: number;
  readonly deadlineUs: number;
  readonly refusedCount: number;
  /** Calls that one worker does in turn: more than one where there are more of them than workers. */
  readonly inTurn: number;
  /** Not yet begun. */
  left: number;
  /** Workers that are at it, and those that have done their part and are kept. */
  open: number;
  kept: number;
  ok: number;
  /** Workers that are at it and will be done in time. */
  timely: number;
  isAnswered: boolean;
}

interface Work {
  readonly waiter: Waiter;
  readonly calls: number;
  readonly workers: number;
  /** One call. */
  readonly tookUs: number;
  readonly endsUs: number;
}

export class Admission implements Part {
  private readonly io: HandlerContext;
  private readonly o: AdmissionOptions;
  private readonly waiting: Waiting<Waiter>;
  private readonly byMode: ByMode | null;
  private readonly counts: QueueCounts;
  /** Calls that those stand for, and that are not yet begun. */
  private depth = 0;
  private work: Work[] = [];
  /** Workers that are not free: at work, or kept by a call that waits for dependencies. */
  private busy = 0;
  private lastNumber = 0;
  /** What a call costs a worker, smoothed, µs. */
  private workUs: number;
  private startedUs = 0;

  constructor(io: HandlerContext, options: AdmissionOptions) {
    this.io = io;
    this.o = options;
    this.waiting = new Waiting<Waiter>(options.rules);
    this.byMode = options.behaviour && new ByMode(options.behaviour);
    this.counts = new QueueCounts(io, options.service ?? '', this.byMode);
    this.workUs = options.config?.serviceUs ?? 0;
  }

  start(): void {
    this.startedUs = this.io.nowUs;
  }

  get isOn(): boolean {
    return this.o.config !== null;
  }

  /** What a caller is told with each answer: how it is for who comes next and has time. */
  signal(): Signal {
    const { config, rules } = this.o;
    if (config === null || !config.isBounded) return 'ok';
    const byLoad = rules.signal(this.load(never), config);
    return this.byMode?.signal(byLoad) ?? byLoad;
  }

  setMode(_mode: Mode, { admission }: ModeBehaviours): void {
    this.byMode?.setMode(admission);
    this.beginMore();
  }

  setStep(_step: RecoveryStep, sharePermille: number): void {
    this.byMode?.setStep(sharePermille);
    this.beginMore();
  }

  offer(offer: Offer): void {
    const { config, rules } = this.o;
    const { count, budgetUs } = offer;
    if (config === null) return offer.served({ ok: count, refused: 0, workers: 0 });
    this.counts.count('arrived', count);
    const left = this.letIn(offer, config);
    if (left < count) this.counts.count('refused', count - left);
    if (left === 0) return offer.refused(rules.retryAfterUs(this.load(budgetUs), config));
    this.lastNumber += 1;
    const waiter: Waiter = {
      ...offer,
      number: this.lastNumber,
      deadlineUs: this.io.nowUs + budgetUs,
      refusedCount: count - left,
      inTurn: Math.ceil(left / this.places(config)),
      left,
      open: 0,
      kept: 0,
      ok: 0,
      timely: 0,
      isAnswered: false,
    };
    this.waiting.add(offer.priority, waiter);
    this.depth += left;
    this.tell(waiter, 'waits');
    this.begin(config);
    this.byMode?.waits(waiter.left);
  }

  /** How many of those that one call stands for: one after the other, as if each came by itself. */
  private letIn({ count, budgetUs }: Offer, config: AdmissionConfig): number {
    const { rules } = this.o;
    if (!config.isBounded) return count;
    const room = this.byMode?.mayWait === false ? this.places(config) - this.busy : count;
    const isIn = (before: number): boolean =>
      before < room && rules.signal(this.load(budgetUs, before), config) !== 'reject';
    // Who comes later is not let in where one before was not.
    if (isIn(count - 1)) return count;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const mid = (low + high) >> 1;
      if (isIn(mid)) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  /** A call that kept `workers` is answered. */
  release(workers: number): void {
    const { config } = this.o;
    if (config?.holdsWorker !== true) return;
    this.busy -= workers;
    this.begin(config);
  }

  /** There may be more places than before. */
  private beginMore(): void {
    if (this.o.config !== null) this.begin(this.o.config);
  }

  private places({ workers }: AdmissionConfig): number {
    return this.byMode?.places(workers) ?? workers;
  }

  tick(): number {
    const { config } = this.o;
    if (config === null) return never;
    const { nowUs } = this.io;
    const done = this.work.filter((w) => w.endsUs <= nowUs);
    if (done.length > 0) this.work = this.work.filter((w) => w.endsUs > nowUs);
    for (const w of done) this.ended(w, config);
    if (nowUs >= this.counts.atUs) this.counts.tell(this.depth);
    return this.work.reduce((least, w) => Math.min(least, w.endsUs), this.counts.atUs);
  }

  hasStopped(): boolean {
    return this.depth === 0 && this.busy === 0;
  }

  /** `before`: calls that came with this one, and are let in before it. */
  private load(budgetUs: number, before = 0): Load {
    const depth = this.depth + before;
    const workers = this.o.config === null ? 1 : this.places(this.o.config);
    // Whoever finds a free worker does not wait.
    const free = workers - this.busy;
    const ahead = free > 0 && before < free ? 0 : depth + 1 - Math.max(0, free);
    const { workUs } = this;
    return { depth, waitUs: Math.ceil((ahead * workUs) / workers), workUs, budgetUs };
  }

  private begin(config: AdmissionConfig): void {
    const { nowUs } = this.io;
    while (this.busy < this.places(config)) {
      const waiter = this.waiting.first();
      if (waiter === undefined) return;
      if (config.isBounded && !this.o.rules.isWorthServing(nowUs, waiter.deadlineUs)) {
        this.waiting.remove(waiter.priority);
        this.expire(waiter);
        continue;
      }
      if (waiter.open + waiter.kept + waiter.ok === 0) this.tell(waiter, 'begins');
      this.workOn(waiter, config);
    }
  }

  /** As many of its calls as there are free workers for. */
  private workOn(waiter: Waiter, config: AdmissionConfig): void {
    const free = this.places(config) - this.busy;
    const calls = Math.min(waiter.left, free * waiter.inTurn);
    const workers = Math.min(free, Math.ceil(calls / waiter.inTurn));
    const serviceUs = this.costUs(config);
    const tookUs = (serviceUs >> 1) + this.io.random(Math.max(1, serviceUs));
    const endsUs = this.io.nowUs + Math.ceil((tookUs * calls) / workers);
    waiter.left -= calls;
    waiter.open += workers;
    this.depth -= calls;
    this.busy += workers;
    this.byMode?.began(this.busy);
    if (waiter.left === 0) this.waiting.remove(waiter.priority);
    this.work.push({ waiter, calls, workers, tookUs, endsUs });
    this.io.wakeBy(endsUs);
    if (endsUs < waiter.deadlineUs) waiter.timely += workers;
    else this.answer(waiter);
  }

  /** What one call costs now, µs, on the average. */
  private costUs({ serviceUs, coldPermille, coldUs }: AdmissionConfig): number {
    const coldForUs = this.startedUs + coldUs - this.io.nowUs;
    if (coldForUs <= 0) return serviceUs;
    return Math.round(serviceUs * (1 + ((coldPermille / 1_000 - 1) * coldForUs) / coldUs));
  }

  private ended({ waiter, calls, workers, tookUs, endsUs }: Work, config: AdmissionConfig): void {
    this.workUs += Math.round((tookUs - this.workUs) / weight);
    this.counts.count('served', calls);
    if (this.io.nowUs >= waiter.deadlineUs) this.counts.count('late', calls);
    waiter.ok += calls;
    waiter.open -= workers;
    if (endsUs < waiter.deadlineUs) waiter.timely -= workers;
    if (config.holdsWorker && !waiter.isAnswered) waiter.kept += workers;
    else this.busy -= workers;
    this.begin(config);
    this.answer(waiter);
  }

  /** Its time is over before its turn came: what is left of it is not begun. */
  private expire(waiter: Waiter): void {
    this.counts.count('expired', waiter.left);
    this.depth -= waiter.left;
    waiter.left = 0;
    this.tell(waiter, 'gone');
    this.answer(waiter);
  }

  /** Once nobody is at it who could still be in time. Of what was never done nothing is heard. */
  private answer(waiter: Waiter): void {
    const { left, timely, ok, kept, refusedCount, isAnswered } = waiter;
    if (left + timely > 0 || ok === 0 || isAnswered) return;
    waiter.isAnswered = true;
    waiter.served({ ok, refused: refusedCount, workers: kept });
  }

  private tell({ number, priority }: Waiter, change: 'waits' | 'begins' | 'gone'): void {
    if (this.o.tellsTurns) this.io.observe({ kind: 'turn', change, number, priority });
  }
}
