/**
 * Any two kinds of fault at once, on one link and on the node behind it: programs that run many pairs
 * side by side. What their histories must show is in `pair-judge.ts`.
 *
 * Node 0 posts letters to each receiver; a pair is on the link 0→r and on node r. What is expected of a
 * letter or question follows from the faults that were in force when it was sent, by the stamps of the
 * history, so that a late machine changes which questions are asked, never what is right.
 */
import type { Fault } from '../../harness/core/fault.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Operation, Program } from '../../harness/core/program.ts';

type Spec = (r: NodeId, interval: { atUs: number; untilUs: number }) => Fault;

export const delayUs = 120_000;
export const jumpUs = 3_600_000_000;

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
/** A pair's second fault is over long before, and the next pair's first begins 300 ms into its own. */
const windowMs = 3_600;
const deadlineMs = 400;

export interface Pair {
  readonly first: string;
  readonly second: string;
  readonly shape: keyof typeof shapes;
}

export const allShapes = Object.keys(shapes) as readonly Pair['shape'][];

/** Where a pair is in a program. */
export interface Placed extends Pair {
  readonly receiver: NodeId;
  readonly faults: readonly [number, number];
  readonly tags: readonly string[];
  /** From here on the next pair's faults may be in force; µs since the cluster was ready. */
  readonly untilUs: number;
}

export interface PairProgram {
  readonly program: Program;
  readonly placed: readonly Placed[];
  /** Within this of a stamp nobody knows yet, or any more, whether a fault is in force. */
  readonly slackUs: number;
}

/**
 * Puts `receivers` pairs beside one another, in as many windows as it takes. In real time faults begin
 * late on a busy machine: `stretch` makes everything that much longer.
 */
export function pairProgram(pairs: readonly Pair[], receivers: number, stretch = 1): PairProgram {
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
      const interval = {
        atUs: (fromMs + from) * 1_000 * stretch,
        untilUs: (fromMs + until) * 1_000 * stretch,
      };
      return faults.push(make(receiver, interval)) - 1;
    }) as [number, number];
    const tags = at.map((ms) => `${n} at ${ms} ${'x'.repeat(100)}`);
    at.forEach((ms, k) => {
      const atMs = (fromMs + ms) * stretch;
      posts[receiver - 1]?.push({
        atMs,
        f: 'post',
        key: `0>${receiver}`,
        value: tags[k] as string,
      });
      const tookMs = silentMs(pair, ms) * stretch;
      for (const f of asked(pair)) {
        questions[receiver - 1]?.push({ atMs, tookMs, f, key: `${receiver}`, value: `${n}` });
      }
    });
    const untilUs = (fromMs + windowMs + 300) * 1_000 * stretch;
    placed.push({ ...pair, receiver, faults: [first, second], tags, untilUs });
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
    durationUs: (Math.ceil(pairs.length / receivers) * windowMs + 600) * 1_000 * stretch,
    noiseSeed: 1,
    settings: {
      policyDivisor: 1,
      deadlineUs: deadlineMs * 1_000 * stretch,
      mutant: null,
      extra: {},
    },
  };
  return { program, placed, slackUs: 200_000 * stretch };
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
export function asked({ first, second }: Pair): string[] {
  const kinds = [first, second];
  const isClock = kinds.includes('clock');
  if (kinds.includes('disk')) return isClock ? ['clock', 'write'] : ['write'];
  return isClock || ['crash', 'stop', 'pause'].some((k) => kinds.includes(k)) ? ['clock'] : [];
}

function to(r: NodeId): { from: Target; to: Target; bothWays: boolean } {
  return { from: { of: 'node', node: 0 }, to: { of: 'node', node: r }, bothWays: false };
}

type Target = { readonly of: 'node'; readonly node: NodeId };
