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
import type { AdmissionConfig } from './config.ts';
import type { AdmissionRules, Load } from './rules.ts';
import { Waiting } from './waiting.ts';

/** Counts are told no more often, µs. */
const toldUs = 100_000;
/** Weight of the last call in what a call is taken to cost: an eighth, as TCP's smoothed round trip (RFC 6298). */
const weight = 8;

export interface AdmissionOptions {
  readonly service: string | null;
  /** Null: work costs nothing. */
  readonly config: AdmissionConfig | null;
  readonly rules: AdmissionRules;
  readonly tellsTurns: boolean;
}

/** A call that came in. */
export interface Offer {
  readonly priority: number;
  readonly budgetUs: number;
  /** A worker has done its own part of it. */
  readonly served: () => void;
  readonly refused: (retryAfterUs: number) => void;
}

interface Waiter extends Offer {
  readonly number: number;
  readonly deadlineUs: number;
}

interface Work {
  readonly waiter: Waiter;
  readonly tookUs: number;
  readonly endsUs: number;
}

export class Admission implements Part {
  private readonly io: HandlerContext;
  private readonly o: AdmissionOptions;
  private readonly waiting: Waiting<Waiter>;
  private work: Work[] = [];
  /** Workers that are not free: at work, or kept by a call that waits for dependencies. */
  private busy = 0;
  private lastNumber = 0;
  /** What a call costs a worker, smoothed, µs. */
  private workUs: number;
  private told = { arrived: 0, served: 0, late: 0, refused: 0, expired: 0 };
  private tellAtUs = never;

  constructor(io: HandlerContext, options: AdmissionOptions) {
    this.io = io;
    this.o = options;
    this.waiting = new Waiting<Waiter>(options.rules);
    this.workUs = options.config?.serviceUs ?? 0;
  }

  get isOn(): boolean {
    return this.o.config !== null;
  }

  /** What a caller is told with each answer: how it is for who comes next and has time. */
  signal(): Signal {
    const { config, rules } = this.o;
    return config === null || !config.isBounded ? 'ok' : rules.signal(this.load(never), config);
  }

  offer(offer: Offer): void {
    const { config, rules } = this.o;
    if (config === null) return offer.served();
    this.count('arrived');
    const load = this.load(offer.budgetUs);
    if (config.isBounded && rules.signal(load, config) === 'reject') {
      this.count('refused');
      return offer.refused(rules.retryAfterUs(load, config));
    }
    this.lastNumber += 1;
    const deadlineUs = this.io.nowUs + offer.budgetUs;
    const waiter: Waiter = { ...offer, number: this.lastNumber, deadlineUs };
    this.waiting.add(offer.priority, waiter);
    this.tell(waiter, 'waits');
    this.begin(config);
  }

  /** A call that kept its worker is answered. */
  release(): void {
    const { config } = this.o;
    if (config?.holdsWorker !== true) return;
    this.busy -= 1;
    this.begin(config);
  }

  tick(): number {
    const { config } = this.o;
    if (config === null) return never;
    const { nowUs } = this.io;
    const done = this.work.filter((w) => w.endsUs <= nowUs);
    if (done.length > 0) this.work = this.work.filter((w) => w.endsUs > nowUs);
    for (const w of done) this.ended(w, config);
    if (nowUs >= this.tellAtUs) this.tellCounts();
    return this.work.reduce((least, w) => Math.min(least, w.endsUs), this.tellAtUs);
  }

  hasStopped(): boolean {
    return this.waiting.size === 0 && this.busy === 0;
  }

  private load(budgetUs: number): Load {
    const depth = this.waiting.size;
    const workers = this.o.config?.workers ?? 1;
    // Whoever finds a free worker does not wait.
    const ahead = this.busy < workers ? 0 : depth + 1;
    const { workUs } = this;
    return { depth, waitUs: Math.ceil((ahead * workUs) / workers), workUs, budgetUs };
  }

  private begin(config: AdmissionConfig): void {
    const { nowUs } = this.io;
    while (this.busy < config.workers) {
      const waiter = this.waiting.take();
      if (waiter === undefined) return;
      if (config.isBounded && !this.o.rules.isWorthServing(nowUs, waiter.deadlineUs)) {
        this.count('expired');
        this.tell(waiter, 'gone');
        continue;
      }
      this.busy += 1;
      this.tell(waiter, 'begins');
      const tookUs = (config.serviceUs >> 1) + this.io.random(Math.max(1, config.serviceUs));
      const endsUs = nowUs + tookUs;
      this.work.push({ waiter, tookUs, endsUs });
      this.io.wakeBy(endsUs);
    }
  }

  private ended({ waiter, tookUs }: Work, config: AdmissionConfig): void {
    this.workUs += Math.round((tookUs - this.workUs) / weight);
    this.count('served');
    if (this.io.nowUs >= waiter.deadlineUs) this.count('late');
    if (!config.holdsWorker) this.busy -= 1;
    this.begin(config);
    waiter.served();
  }

  private count(what: keyof Admission['told']): void {
    this.told[what] += 1;
    if (this.tellAtUs !== never) return;
    this.tellAtUs = this.io.nowUs + toldUs;
    this.io.wakeBy(this.tellAtUs);
  }

  private tellCounts(): void {
    this.tellAtUs = never;
    const service = this.o.service ?? '';
    this.io.observe({ kind: 'queue', service, ...this.told, depth: this.waiting.size });
    this.told = { arrived: 0, served: 0, late: 0, refused: 0, expired: 0 };
  }

  private tell({ number, priority }: Waiter, change: 'waits' | 'begins' | 'gone'): void {
    if (this.o.tellsTurns) this.io.observe({ kind: 'turn', change, number, priority });
  }
}
