/**
 * Any two kinds of fault at once, on one link and on the node behind it: programs that run many pairs
 * side by side, and what their histories must show by `harness/faults/overlap.ts`.
 *
 * Node 0 posts letters to each receiver; a pair is on the link 0→r and on node r. What is expected of a
 * letter or question follows from the faults that were in force when it was sent, by the stamps of the
 * history, so that a late machine changes which questions are asked, never what is right.
 */
import assert from 'node:assert/strict';
import type { Fault } from '../../harness/core/fault.ts';
import { isOperation } from '../../harness/core/history.ts';
import type { History, OperationEvent } from '../../harness/core/history.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Operation, Program } from '../../harness/core/program.ts';
import { Reading } from './script.ts';

type Spec = (r: NodeId, interval: { atUs: number; untilUs: number }) => Fault;

const delayUs = 120_000;
const jumpUs = 3_600_000_000;

/** Every kind, and every mode of partition: each acts on all that it can meet. */
export const variants: Readonly<Record<string, Spec>> = {
  drop: (r, i) => ({ kind: 'partition', mode: 'drop', ...i, links: to(r) }),
  stall: (r, i) => ({ kind: 'partition', mode: 'stall', ...i, links: to(r) }),
  refuse: (r, i) => ({ kind: 'partition', mode: 'refuse', ...i, links: to(r) }),
  latency: (r, i) => ({ kind: 'latency', delayUs, jitterUs: 0, ...i, links: to(r) }),
  loss: (r, i) => ({ kind: 'loss', permille: 1_000, ...i, links: to(r) }),
  duplicate: (r, i) => ({ kind: 'duplicate', permille: 1_000, ...i, links: to(r) }),
  reorder: (r, i) => ({ kind: 'reorder', permille: 1_000, ...i, links: to(r) }),
  bandwidth: (r, i) => ({ kind: 'bandwidth', rate: 1, ...i, links: to(r) }),
  reset: (r, i) => ({ kind: 'reset', afterBytes: 0, ...i, links: to(r) }),
  crash: (r, i) => ({ kind: 'crash', ...i, nodes: { of: 'node', node: r } }),
  stop: (r, i) => ({ kind: 'crash', clean: true, ...i, nodes: { of: 'node', node: r } }),
  pause: (r, i) => ({ kind: 'pause', ...i, nodes: { of: 'node', node: r } }),
  clock: (r, i) => ({ kind: 'clock', jumpUs, driftPpm: 0, ...i, nodes: { of: 'node', node: r } }),
  disk: (r, i) => ({ kind: 'disk', delayUs, ...i, nodes: { of: 'node', node: r } }),
};

/** Begin and end of the first and the second fault, and when letters are sent; ms within a window. */
const shapes = {
  staggered: { a: [300, 1_700], b: [1_000, 2_400], at: [650, 1_350, 2_050, 3_200] },
  nested: { a: [300, 2_400], b: [1_000, 1_700], at: [650, 1_350, 2_050, 3_200] },
  together: { a: [300, 1_700], b: [300, 1_700], at: [1_000, 3_200] },
} as const;
const windowMs = 3_600;
const deadlineMs = 400;

export interface Pair {
  readonly first: string;
  readonly second: string;
  readonly shape: keyof typeof shapes;
}

export const allShapes = Object.keys(shapes) as readonly Pair['shape'][];

/** Where a pair is in a program. */
interface Placed extends Pair {
  readonly receiver: NodeId;
  readonly faults: readonly [number, number];
  readonly tags: readonly string[];
}

export interface PairProgram {
  readonly program: Program;
  readonly placed: readonly Placed[];
}

/** Puts `receivers` pairs beside one another, in as many windows as it takes. */
export function pairProgram(pairs: readonly Pair[], receivers: number): PairProgram {
  const faults: Fault[] = [];
  const placed: Placed[] = [];
  const posts: Timed[][] = Array.from({ length: receivers }, () => []);
  const questions: Timed[][] = Array.from({ length: receivers }, () => []);
  pairs.forEach((pair, n) => {
    const receiver = 1 + (n % receivers);
    const fromMs = Math.floor(n / receivers) * windowMs;
    const { a, b, at } = shapes[pair.shape];
    const [first, second] = [a, b].map(([from, until], k) => {
      const make = variants[k === 0 ? pair.first : pair.second] as Spec;
      const interval = { atUs: (fromMs + from) * 1_000, untilUs: (fromMs + until) * 1_000 };
      return faults.push(make(receiver, interval)) - 1;
    }) as [number, number];
    const tags = at.map((ms) => `${n} at ${ms} ${'x'.repeat(100)}`);
    at.forEach((ms, k) => {
      const atMs = fromMs + ms;
      posts[receiver - 1]?.push({
        atMs,
        f: 'post',
        key: `0>${receiver}`,
        value: tags[k] as string,
      });
      const tookMs = silentMs(pair, ms);
      for (const f of asked(pair)) {
        questions[receiver - 1]?.push({ atMs, tookMs, f, key: `${receiver}`, value: `${n}` });
      }
    });
    placed.push({ ...pair, receiver, faults: [first, second], tags });
  });
  const clients = [...posts, ...questions].map((list, c) => operations(list, c * 10_000));
  const program: Program = {
    scenario: 'pairs of faults',
    shape: {
      nodes: Array.from({ length: receivers + 1 }, (_, i) => ({
        name: `echo-${i}`,
        role: 'server',
        zone: 'a',
      })),
      clients: clients.length,
    },
    faults,
    clients,
    durationUs: (Math.ceil(pairs.length / receivers) * windowMs + 600) * 1_000,
    noiseSeed: 1,
    settings: { policyDivisor: 1, deadlineUs: deadlineMs * 1_000, mutant: null, extra: {} },
  };
  return { program, placed };
}

interface Timed {
  readonly atMs: number;
  /** How long it waits for an answer that does not come. */
  readonly tookMs?: number;
  readonly f: string;
  readonly key: string;
  readonly value: string;
}

function operations(list: readonly Timed[], firstId: number): Operation[] {
  let lastMs = 0;
  return list.map(({ atMs, tookMs, f, key, value }, i) => {
    const afterUs = Math.max(0, atMs - lastMs) * 1_000;
    lastMs = Math.max(atMs, lastMs) + (tookMs ?? 0);
    return { id: firstId + i, afterUs, f, key, value };
  });
}

/** How long a node that is down or stands still leaves a question of `ms` open. */
function silentMs({ first, second, shape }: Pair, ms: number): number {
  const { a, b } = shapes[shape];
  const isSilent = (variant: string, [from, until]: readonly [number, number]): boolean =>
    ['crash', 'stop', 'pause'].includes(variant) && ms > from && ms < until;
  return isSilent(first, a) || isSilent(second, b) ? deadlineMs : 0;
}

/** What shows the faults of a node: its clock, also whether it lives, and its disk. */
function asked({ first, second }: Pair): string[] {
  const kinds = [first, second];
  const isClock = kinds.includes('clock');
  if (kinds.includes('disk')) return isClock ? ['clock', 'write'] : ['write'];
  return isClock || ['crash', 'stop', 'pause'].some((k) => kinds.includes(k)) ? ['clock'] : [];
}

function to(r: NodeId): { from: Target; to: Target; bothWays: boolean } {
  return { from: { of: 'node', node: 0 }, to: { of: 'node', node: r }, bothWays: false };
}

type Target = { readonly of: 'node'; readonly node: NodeId };

/** A fault as the history has it. */
interface Span {
  readonly variant: string;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Within this of a stamp nobody knows yet, or any more, whether a fault is in force. */
const slackUs = 200_000;
const cuts: ReadonlySet<string> = new Set(['drop', 'refuse', 'crash', 'stop']);

/** Checks every pair; gives how many letters were judged while both faults were in force. */
export function checkPairs(history: History, { placed }: PairProgram): ReadonlyMap<Pair, number> {
  const reading = new PairReading(history);
  return new Map(placed.map((p) => [p, reading.check(p)]));
}

class PairReading {
  private readonly operations: readonly OperationEvent[];
  private readonly history: History;

  constructor(history: History) {
    this.history = history;
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
    if (posted === undefined || spans.some((s) => isUnclear(s, posted.timeUs))) return false;
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
    // Where it was let go as a reset ends, either may be.
    const resets = spans.filter((s) => s.variant === 'reset');
    if (resets.some((s) => isUnclear(s, letGoUs))) return now.length === 2;
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
      if (s.variant === 'stall') atUs = Math.max(atUs, s.toUs - slackUs);
    }
    for (const s of spans) {
      if (s.variant === 'pause' && isIn(s, atUs)) atUs = Math.max(atUs, s.toUs - slackUs);
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
      if (spans.some((s) => isUnclear(s, asking.timeUs))) continue;
      const stopped = now.filter((s) => ['crash', 'stop', 'pause'].includes(s.variant));
      for (const s of stopped) {
        assert.ok(ok === undefined || ok.timeUs >= s.toUs - slackUs, `${what} is not answered`);
      }
      if (stopped.length > 0) continue;
      assert.ok(ok !== undefined, `${what} is answered`);
      if (f === 'write') {
        const isSlow = now.some((s) => s.variant === 'disk');
        const tookUs = ok.timeUs - asking.timeUs;
        if (isSlow) assert.ok(tookUs >= Math.min(delayUs, ...now.map((s) => s.toUs)), what);
        continue;
      }
      const [nowUs, wallUs] = ok.value as unknown as readonly [number, number];
      calm ??= wallUs - nowUs;
      const ahead = Math.round((wallUs - nowUs - calm) / jumpUs);
      const jumps = now.filter((s) => s.variant === 'clock').length;
      assert.equal(ahead, jumps, `${what}: jumps`);
    }
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
    return { variant, fromUs: stamp('begin'), toUs: stamp('end') };
  }
}

function placedNumber(p: Placed): number {
  return Number.parseInt(p.tags[0] as string, 10);
}

function isIn(s: Span, us: number): boolean {
  return us >= s.fromUs && us <= s.toUs;
}

function isUnclear(s: Span, us: number): boolean {
  return Math.abs(us - s.fromUs) < slackUs || Math.abs(us - s.toUs) < slackUs;
}
