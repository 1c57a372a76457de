/**
 * Carries out a load: an open loop, which sends each request when it is due however the others fare.
 *
 * Latencies count from the moment at which a request was due, not from when it was sent: a harness that
 * falls behind must not hide that (coordinated omission; Tene, "How not to measure latency", 2015).
 */
import type { LoadEvent } from '../../core/history.ts';
import type { Json } from '../../core/host.ts';
import { limits } from '../../core/limits.ts';
import type { Operation } from '../../core/program.ts';
import { Prng } from '../../core/prng.ts';
import type { Outcome } from '../../core/system.ts';
import type { Drive, DriveContext } from '../drive.ts';
import { arrivalsOf } from './arrivals.ts';
import { countsOf } from './counts.ts';
import type { LoadInput, LoadOutput } from './input.ts';
import { rankOf } from './keys.ts';
import { Latencies } from './latencies.ts';

/** Ids of requests stay apart from those of operations, and of requests of other loads. */
const idStep = 2 ** 22;
/** Different reasons that are counted by their words; the others count as one. */
const reasonsMax = 16;

interface Request {
  readonly op: Operation;
  /** When the first of those was due for which it stands. */
  readonly dueUs: number;
  /** For how many it stands: 1, unless they are sent together. */
  readonly count: number;
}

export class Load implements Drive {
  private readonly c: DriveContext<LoadInput>;
  private readonly beganUs: number;
  private readonly arrivals: Iterator<number, void>;
  private readonly keys: Prng;
  private readonly rank: (draw: Prng) => number;
  private next: number | null;
  private sent = 0;
  /** In the order in which they were due, so that the first is the first to be given up. */
  private readonly open = new Map<number, Request>();
  /** For how many those stand. */
  private openCount = 0;
  private readonly windowed = { began: 0, ok: 0, fail: 0, info: 0, dropped: 0 };
  private readonly total = { began: 0, ok: 0, fail: 0, info: 0, dropped: 0 };
  private readonly latencies = new Latencies();
  private readonly allLatencies = new Latencies();
  private readonly reasons = new Map<string, number>();
  private windowBeganUs: number;
  private isOver = false;

  constructor(context: DriveContext<LoadInput>) {
    const { input, scheduler } = context;
    const draw = new Prng(input.seed);
    this.c = context;
    this.beganUs = this.windowBeganUs = scheduler.nowUs();
    this.keys = draw.fork('keys');
    this.rank = rankOf(input.keys ?? { count: 1, distribution: 'uniform' });
    this.arrivals = arrivalsOf(input, draw.fork('arrivals'));
    this.next = this.arrivals.next().value ?? null;
    this.window();
    this.sendDue();
  }

  stop(): void {
    this.isOver = true;
    for (const request of this.open.values()) this.giveUp(request);
    this.open.clear();
    this.openCount = 0;
    this.close();
  }

  /** Sends what is due, and waits for what comes next. */
  private sendDue(): void {
    const { scheduler, input } = this.c;
    const { togetherUs = 0 } = input;
    while (this.next !== null && !this.isOver) {
      const { next } = this;
      // Those of one slice of time go at its end: nothing is sent before it is due.
      const atUs = togetherUs === 0 ? next : (Math.floor(next / togetherUs) + 1) * togetherUs;
      const waitUs = this.beganUs + atUs - scheduler.nowUs();
      if (waitUs > 0) return scheduler.after(waitUs, () => this.sendDue());
      this.send(this.beganUs + next, this.due(atUs));
    }
  }

  /** Takes the next request, and those that are due before `untilUs` with it: how many they are. */
  private due(untilUs: number): number {
    let count = 0;
    do {
      count += 1;
      this.next = this.arrivals.next().value ?? null;
    } while (this.next !== null && this.next < untilUs);
    return count;
  }

  private send(dueUs: number, count: number): void {
    if (this.open.size >= limits.loadOpenMax) return this.count('dropped', count);
    const { op, input } = this.c;
    const number = this.sent;
    this.sent += 1;
    const id = idStep * (number + 1) + op.id;
    const request: Request = {
      dueUs,
      count,
      op: {
        id,
        afterUs: 0,
        f: input.each.f,
        key: input.keys === null ? op.key : `${op.key}${this.rank(this.keys)}`,
        value: filled(input.each.value, id, count),
      },
    };
    this.open.set(number, request);
    this.openCount += count;
    this.count('began', count);
    this.c.start(request.op, (outcome) => this.ended(number, outcome));
  }

  private ended(number: number, outcome: Outcome): void {
    const request = this.open.get(number);
    if (request === undefined) return;
    this.forget(number, request);
    const counts = countsOf(outcome, request.count);
    for (const type of ['ok', 'fail', 'info'] as const) this.count(type, counts[type]);
    for (const [reason, n] of counts.reasons) this.blame(reason, n);
    if (counts.ok === 0) return;
    const tookUs = this.c.scheduler.nowUs() - request.dueUs;
    this.latencies.add(tookUs, counts.ok);
    this.allLatencies.add(tookUs, counts.ok);
  }

  /** One window after the other, until nothing is due or open any more. */
  private window(): void {
    this.c.scheduler.after(limits.loadWindowUs, () => {
      if (this.isOver) return;
      this.giveUpLate();
      this.close();
      const isThrough = this.next === null && this.open.size === 0;
      if (!isThrough || this.windowBeganUs < this.beganUs + this.c.input.forUs)
        return this.window();
      this.isOver = true;
      this.c.done(this.outcome());
    });
  }

  private giveUpLate(): void {
    const lateUs = this.c.scheduler.nowUs() - this.c.deadlineUs;
    for (const [number, request] of this.open) {
      if (request.dueUs > lateUs) return;
      this.forget(number, request);
      this.giveUp(request);
      this.blame('deadline', request.count);
    }
  }

  private forget(number: number, { count }: Request): void {
    this.open.delete(number);
    this.openCount -= count;
  }

  private giveUp({ op, count }: Request): void {
    this.count('info', count);
    this.c.abandon(op);
  }

  private close(): void {
    const nowUs = this.c.scheduler.nowUs();
    const { windowed, latencies } = this;
    const event: Parameters<DriveContext<LoadInput>['record']>[0] = {
      windowUs: nowUs - this.windowBeganUs,
      ...windowed,
      open: this.openCount,
      latency: latencies.summary(),
    };
    this.windowBeganUs = nowUs;
    for (const name of Object.keys(windowed) as Count[]) windowed[name] = 0;
    latencies.clear();
    this.c.record(event);
  }

  private outcome(): Outcome {
    const answered = this.total.ok + this.total.fail;
    if (answered === 0) {
      return { type: 'info', error: `none of ${this.total.began} requests was answered` };
    }
    const value: LoadOutput = {
      ...this.total,
      latency: this.allLatencies.summary(),
      reasons: Object.fromEntries([...this.reasons].sort()),
    };
    return { type: 'ok', value: value as unknown as Json };
  }

  private count(what: Count, n: number): void {
    this.windowed[what] += n;
    this.total[what] += n;
  }

  private blame(error: string, n: number): void {
    const reason = this.reasons.has(error) || this.reasons.size < reasonsMax ? error : 'others';
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + n);
  }
}

type Count = keyof Pick<LoadEvent, 'began' | 'ok' | 'fail' | 'info' | 'dropped'>;

/** `$id` stands for a number that no other request has, `$count` for how many requests this one is. */
function filled(value: Json, id: number, count: number): Json {
  if (value === '$id') return id;
  if (value === '$count') return count;
  if (Array.isArray(value)) return value.map((v: Json) => filled(v, id, count));
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value as Readonly<Record<string, Json>>);
  return Object.fromEntries(fields.map(([name, v]) => [name, filled(v, id, count)]));
}
