/** What the history of pairs of faults must show, by `harness/faults/overlap.ts`. */
import assert from 'node:assert/strict';
import { isOperation } from '../../harness/core/history.ts';
import type { History, HistoryEvent, OperationEvent } from '../../harness/core/history.ts';
import type { NodeId } from '../../harness/core/host.ts';
import { asked, delayUs, jumpUs } from './pairs.ts';
import type { Pair, PairProgram, Placed } from './pairs.ts';
import { Reading } from './script.ts';

/** A fault as the history has it. */
interface Span {
  readonly variant: string;
  readonly beganUs: number;
  /** From here on it is known to do what it does: a node that is told to stop is down after its goodbye. */
  readonly fromUs: number;
  /** Its end begins: a node that was down has started again, and is spoken to before `toUs`. */
  readonly endingUs: number;
  readonly toUs: number;
}

const cuts: ReadonlySet<string> = new Set(['drop', 'refuse', 'crash', 'stop']);

/** Checks every pair; gives how many letters were judged while both faults were in force. */
export function checkPairs(
  history: History,
  p: PairProgram,
  isReal = false,
): ReadonlyMap<Pair, number> {
  const { placed } = p;
  const reading = new PairReading(history, p.slackUs, isReal);
  return new Map(placed.map((p) => [p, reading.check(p)]));
}

class PairReading {
  private readonly operations: readonly OperationEvent[];
  private readonly history: History;
  private readonly slackUs: number;
  private readonly isReal: boolean;

  constructor(history: History, slackUs: number, isReal: boolean) {
    this.isReal = isReal;
    this.history = history;
    this.slackUs = slackUs;
    this.operations = history.events.filter(isOperation);
  }

  check(p: Placed): number {
    const spans = [this.span(p, 0), this.span(p, 1)];
    let together = 0;
    for (const tag of p.tags) if (this.letter(p, tag, spans)) together += 1;
    for (const f of asked(p)) this.questions(p, f, spans);
    return together;
  }

  /** True when the letter was sent while both faults were in force. */
  private letter(p: Placed, tag: string, spans: readonly Span[]): boolean {
    const posted = this.operations.find((e) => e.type === 'invoke' && e.value === tag);
    const sent = this.operations.find((e) => e.type === 'ok' && e.op === posted?.op);
    if (posted === undefined || sent === undefined) return false;
    // It left between the two.
    if (sent.timeUs - posted.timeUs > this.slackUs / 2) return false;
    if (this.isTooLate(p, sent.timeUs) || spans.some((s) => this.isUnclear(s, posted.timeUs))) {
      return false;
    }
    const now = spans.filter((s) => isIn(s, posted.timeUs));
    const has = (variant: string): boolean => now.some((s) => s.variant === variant);
    const arrivals = new Reading(this.history).arrivals(tag, p.receiver);
    const what = `${p.first} and ${p.second}, ${p.shape}: letter ${tag.slice(0, 12)} under ${now
      .map((s) => s.variant)
      .join(' and ')}`;
    const letGoUs = Math.max(
      posted.timeUs,
      ...now.filter((s) => s.variant === 'stall').map((s) => s.toUs),
    );
    const takenUs = Math.max(
      letGoUs,
      ...spans.filter((s) => s.variant === 'pause' && isIn(s, letGoUs)).map((s) => s.toUs),
    );
    const isCut = spans.some((s) => {
      const untilUs = ['crash', 'stop'].includes(s.variant) ? takenUs : letGoUs;
      return cuts.has(s.variant) && s.fromUs <= untilUs && s.toUs >= posted.timeUs;
    });
    // Where it was let go as a reset ends, or into a goodbye, either may be.
    const resets = spans.filter((s) => s.variant === 'reset');
    const goodbyes = spans.filter((s) => s.variant === 'stop' && s.fromUs > s.beganUs);
    if (resets.some((s) => this.isUnclear(s, letGoUs))) return now.length === 2;
    if (goodbyes.some((s) => this.isUnclear(s, takenUs))) return now.length === 2;
    const isReset = resets.some((s) => isIn(s, letGoUs));
    if (has('loss') || isCut || isReset) assert.deepEqual(arrivals, [], `${what} is lost`);
    else {
      const copies = has('duplicate') ? 2 : 1;
      assert.equal(arrivals.length, copies, `${what} arrives`);
      for (const us of arrivals) this.notEarly(us, posted.timeUs, now, spans, what);
    }
    return now.length === 2;
  }

  /** Each copy waits for all that holds or delays it. */
  private notEarly(
    us: number,
    sentUs: number,
    now: readonly Span[],
    spans: readonly Span[],
    what: string,
  ): void {
    let atUs = sentUs;
    for (const s of now) {
      if (s.variant === 'latency') atUs = Math.max(atUs, Math.min(sentUs + delayUs, s.toUs));
      if (s.variant === 'bandwidth') atUs = Math.max(atUs, Math.min(sentUs + 100_000, s.toUs));
      if (s.variant === 'stall') atUs = Math.max(atUs, s.toUs - this.slackUs);
    }
    for (const s of spans) {
      if (s.variant === 'pause' && isIn(s, atUs)) atUs = Math.max(atUs, s.toUs - this.slackUs);
    }
    assert.ok(us >= atUs, `${what} came ${atUs - us} µs early`);
  }

  private questions(p: Placed, f: string, spans: readonly Span[]): void {
    const mine = this.operations.filter((e) => e.f === f && e.key === `${p.receiver}`);
    const own = mine.filter((e) => e.type === 'invoke' && e.value === `${placedNumber(p)}`);
    let calm: number | null = null;
    for (const asking of [...own].reverse()) {
      const ok = mine.find((e) => e.op === asking.op && e.type === 'ok');
      const now = spans.filter((s) => isIn(s, asking.timeUs));
      const what = `${p.first} and ${p.second}, ${p.shape}: ${f} under ${now.map((s) => s.variant).join(' and ')}`;
      if (spans.some((s) => this.isUnclear(s, asking.timeUs))) continue;
      if (this.isTooLate(p, ok?.timeUs ?? asking.timeUs)) continue;
      const stopped = now.filter((s) => ['crash', 'stop', 'pause'].includes(s.variant));
      for (const s of stopped) {
        assert.ok(
          ok === undefined || ok.timeUs >= s.toUs - this.slackUs,
          `${what} is not answered`,
        );
      }
      if (stopped.length > 0) continue;
      // A busy machine may answer after the deadline: that tells nothing. A simulated one has no excuse.
      if (ok === undefined && this.isReal) continue;
      assert.ok(ok !== undefined, `${what} is answered`);
      if (f === 'write') {
        const isSlow = now.some((s) => s.variant === 'disk');
        const tookUs = ok.timeUs - asking.timeUs;
        if (isSlow) assert.ok(tookUs >= Math.min(delayUs, ...now.map((s) => s.toUs)), what);
        continue;
      }
      const [nowUs, wallUs] = ok.value as unknown as readonly [number, number];
      // What a right clock shows is known once one was read.
      if (calm === null && now.some((s) => s.variant === 'clock')) continue;
      calm ??= wallUs - nowUs;
      // Clocks are never quite equal: + 0 makes 0 of a rounded -0.
      const ahead: number = Math.round((wallUs - nowUs - calm) / jumpUs) + 0;
      const jumps = now.filter((s) => s.variant === 'clock').length;
      assert.equal(ahead, jumps, `${what}: jumps`);
    }
  }

  private isUnclear(s: Span, us: number): boolean {
    const isBeginning = us > s.beganUs - this.slackUs && us < s.fromUs + this.slackUs;
    const isEnding = us > s.endingUs - this.slackUs && us < s.toUs + this.slackUs;
    return isBeginning || isEnding;
  }

  /** Sent or answered so late that the next pair's faults may have met it. */
  private isTooLate(p: Placed, us: number): boolean {
    return us > this.history.readyUs + p.untilUs - this.slackUs;
  }

  private span(p: Placed, which: 0 | 1): Span {
    const stamp = (phase: string): number => {
      const e = this.history.events.find(
        (x) => x.type === 'fault' && x.fault === p.faults[which] && x.phase === phase,
      );
      assert.ok(e, `${p.first} and ${p.second}, ${p.shape}: fault ${which} has ${phase}`);
      return e.timeUs;
    };
    const variant = which === 0 ? p.first : p.second;
    const beganUs = stamp('begin');
    const toUs = stamp('end');
    if (variant === 'crash' || variant === 'stop') {
      const fromUs = this.downUs(p.receiver, beganUs);
      return { variant, beganUs, fromUs, endingUs: this.backUs(p.receiver, fromUs, toUs), toUs };
    }
    // One thing at a time is done to a process, and on a busy machine that takes long. Who is down does nothing either.
    const isLate = variant === 'pause' && !this.isDown(p.receiver, beganUs);
    const fromUs = isLate
      ? Math.min(this.effectiveUs(p.faults[which], beganUs), this.endedUs(p.receiver, beganUs))
      : beganUs;
    return { variant, beganUs, fromUs, endingUs: toUs, toUs };
  }

  private isDown(node: NodeId, us: number): boolean {
    const last = this.history.events.findLast(
      (e) => e.type === 'node' && e.node === node && e.timeUs <= us,
    );
    return last?.type === 'node' && last.change !== 'started';
  }

  private effectiveUs(fault: number, beganUs: number): number {
    const is = (e: HistoryEvent): boolean =>
      e.type === 'fault' && e.fault === fault && e.phase === 'effective';
    return this.history.events.find(is)?.timeUs ?? beganUs;
  }

  private backUs(node: NodeId, downUs: number, toUs: number): number {
    const is = (e: HistoryEvent): boolean =>
      e.type === 'node' && e.node === node && e.change === 'started' && e.timeUs > downUs;
    return Math.min(toUs, this.history.events.find(is)?.timeUs ?? toUs);
  }

  /** When a node that was told to stop at `toldUs` was down: it may have been so already. */
  private downUs(node: NodeId, toldUs: number): number {
    if (this.isDown(node, toldUs)) return toldUs;
    const endedUs = this.endedUs(node, toldUs);
    return endedUs === Infinity ? toldUs : endedUs;
  }

  /** When a node next ended; Infinity when it did not. */
  private endedUs(node: NodeId, us: number): number {
    const is = (e: HistoryEvent): boolean =>
      e.type === 'node' && e.node === node && e.timeUs >= us && e.change !== 'started';
    return this.history.events.find(is)?.timeUs ?? Infinity;
  }
}

function placedNumber(p: Placed): number {
  return Number.parseInt(p.tags[0] as string, 10);
}

function isIn(s: Span, us: number): boolean {
  return us >= s.fromUs && us <= s.toUs;
}
