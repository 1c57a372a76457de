/** Models with states against the brute-force twin: honest histories, and those with one result changed. */
import assert from 'node:assert/strict';
import { stepOnce } from '../../harness/checkers/replay.ts';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { illegal, type Model } from '../../harness/checkers/model.ts';
import { counter, fifoQueue, growOnlySet } from '../../harness/checkers/models/collections.ts';
import { keyValueStore } from '../../harness/checkers/models/key-value.ts';
import { lease, mutex, semaphore } from '../../harness/checkers/models/locks.ts';
import { bank, multiRegister } from '../../harness/checkers/models/many.ts';
import {
  partedUnorderedQueue,
  wholeUnorderedQueue,
} from '../../harness/checkers/models/unordered-queue.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { checkReport } from './report-twin.ts';
import {
  type Agreement,
  type Draw,
  isLinearizableBruteForce,
  randomHistory,
  runHonestly,
  show,
} from './twin.ts';

interface Subject {
  readonly model: Model;
  readonly draw: () => Draw;
  /** What an honest object answers in this state. */
  readonly answer: (state: Json, op: Op) => Json;
  /** Another answer, right or wrong. */
  readonly lie: (d: Prng) => Json;
}

const nothing = (): Json => null;
const plain =
  (...fs: readonly (readonly [string, (d: Prng) => Json])[]) =>
  (): Draw =>
  (d) => {
    const [f, input] = d.pick(fs);
    return { f, input: input(d), output: null };
  };
const fresh = (f: string, look: string) => (): Draw => {
  let next = 1;
  return (d) => ({
    ...(d.chance(500) ? { f, input: next++ } : { f: look, input: null }),
    output: null,
  });
};
const headOf = (state: Json): Json => {
  const { items, from, to } = state as { items: Json[]; from: number; to: number };
  return from === to ? null : (items[from] ?? null);
};
const letter = (d: Prng): Json => d.pick(['a', 'b', 'ab', '']);
const account = (d: Prng): string => d.pick(['x', 'y']);

const subjects: Readonly<Record<string, Subject>> = {
  mutex: {
    model: mutex(),
    draw: plain(['acquire', nothing], ['release', nothing]),
    answer: nothing,
    lie: nothing,
  },
  lease: {
    model: lease(),
    draw: plain(
      ['acquire', (d) => d.below(2)],
      ['renew', (d) => d.below(2)],
      ['release', (d) => d.below(2)],
      ['expire', (d) => d.below(2)],
    ),
    answer: nothing,
    lie: nothing,
  },
  semaphore: {
    model: semaphore(3),
    draw: plain(['acquire', (d) => d.between(1, 2)], ['release', (d) => d.between(1, 2)]),
    answer: nothing,
    lie: nothing,
  },
  'key-value with append': {
    model: keyValueStore(),
    draw: plain(
      ['get', nothing],
      ['append', letter],
      ['append', letter],
      ['put', letter],
      ['cas', (d) => [letter(d), letter(d)]],
      ['delete', nothing],
    ),
    answer: (state) => state,
    lie: (d) => d.pick([null, 'a', 'ab', 'b', '']),
  },
  'key-value of texts that are written once': {
    model: keyValueStore(),
    draw: () => {
      let next = 1;
      return (d) => ({
        ...(d.chance(500)
          ? { f: 'get', input: null }
          : { f: d.pick(['append', 'append', 'put']), input: `${next++}.` }),
        output: null,
      });
    },
    answer: (state) => state,
    lie: (d) => d.pick([null, '', '1.', '2.', '1.2.', '2.1.', '2.3.', '1.2.3.', '9.']),
  },
  'set of values added once': {
    model: growOnlySet(),
    draw: fresh('add', 'read'),
    answer: (state) => (state as string[]).map((v) => JSON.parse(v) as Json),
    lie: (d) => d.pick([[], [1], [2], [1, 2], [1, 2, 3], [1, 1]]),
  },
  'set of values added again': {
    model: growOnlySet(),
    draw: plain(['add', (d) => d.below(3)], ['read', nothing]),
    answer: (state) => (state as string[]).map((v) => JSON.parse(v) as Json),
    lie: (d) => d.pick([[], [1], [2], [1, 2], [0, 1, 2], [1, 1]]),
  },
  'fifo-queue': {
    model: fifoQueue(),
    draw: plain(['enqueue', (d) => d.below(3)], ['dequeue', nothing]),
    answer: headOf,
    lie: (d) => d.pick([null, 0, 1, 2]),
  },
  'fifo-queue of values that are enqueued once': {
    model: fifoQueue(),
    draw: fresh('enqueue', 'dequeue'),
    answer: headOf,
    lie: (d) => d.pick([null, 1, 2, 3, 4, 9]),
  },
  // One value: the twin does not part a history, as the checker does.
  'unordered-queue': {
    model: partedUnorderedQueue(),
    draw: plain(['enqueue', () => 'a'], ['dequeue', nothing]),
    answer: (state, op) => (op.f === 'dequeue' && state !== 0 ? 'a' : null),
    lie: (d) => d.pick([null, 'a']),
  },
  'unordered-queue that is found empty': {
    model: wholeUnorderedQueue(),
    draw: plain(['enqueue', (d) => d.pick(['a', 'b'])], ['dequeue', nothing]),
    answer(state, op) {
      const { copies } = state as unknown as { copies: ReadonlyMap<string, number> };
      const [first] = copies.keys();
      return op.f !== 'dequeue' || first === undefined ? null : (JSON.parse(first) as Json);
    },
    lie: (d) => d.pick([null, 'a', 'b']),
  },
  'counter that only grows': {
    model: counter(),
    draw: plain(['add', (d) => d.below(3)], ['read', nothing]),
    answer: (state) => state,
    lie: (d) => d.below(7),
  },
  'counter that goes both ways': {
    model: counter(2),
    draw: plain(
      ['increment', (d) => d.below(3)],
      ['decrement', (d) => d.below(3)],
      ['read', nothing],
    ),
    answer: (state) => state,
    lie: (d) => d.between(-3, 6),
  },
  'multi-register': {
    model: multiRegister(),
    draw: plain(
      ['write', (d) => ({ [account(d)]: d.below(3) })],
      ['write', (d) => ({ x: d.below(3), y: d.below(3) })],
      ['read', nothing],
    ),
    answer: (state) => state,
    lie: (d) => ({ x: d.below(3), y: d.pick([null, 0, 1]) }),
  },
  bank: {
    model: bank({ x: 3, y: 3 }),
    draw: plain(
      ['transfer', (d) => ({ from: account(d), to: account(d), amount: d.between(1, 3) })],
      ['read', nothing],
    ),
    answer: (state) => state,
    lie: (d) => {
      const x = d.below(7);
      return { x, y: 6 - x };
    },
  },
};

/** By model: holds the checker against its twin on so many histories, and as many with one change. */
export const modelTwins: Readonly<Record<string, (cases: number) => Agreement>> =
  Object.fromEntries(
    Object.entries(subjects).map(([name, s]) => [name, (cases: number) => agree(s, cases)]),
  );

/** Throws an AssertionError with the seed where they disagree. */
function agree(s: Subject, cases: number): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const draw = new Prng(seed);
    const shape = { n: 4 + draw.below(5), processes: 2 + draw.below(3), crashPermille: 200 };
    const drawn = randomHistory(draw, shape, s.draw());
    const ops = honest(draw, drawn, s);
    assert.ok(compare(seed, ops, s.model), `seed ${seed}: an honest history is illegal`);
    if (ops.length === 0) continue;
    const changed = spoil(draw, ops, s);
    tally[compare(seed, changed, s.model) ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

function compare(seed: number, ops: readonly Op[], model: Model): boolean {
  const expected = isLinearizableBruteForce(ops, model);
  const result = checkLinearizable(ops, model);
  assert.equal(result.kind, expected ? 'holds' : 'violated', `seed ${seed}\n${show(ops)}`);
  if (result.kind === 'violated') checkReport(seed, ops, model, result.report);
  return expected;
}

function honest(draw: Prng, drawn: readonly Op[], s: Subject): Op[] {
  return runHonestly(draw, drawn, s.model.initial as Json, (state, op) => {
    const output = s.answer(state, op);
    const next = stepOnce(s.model, state, { ...op, output });
    return next === illegal ? 'fails' : { state: next as Json, output };
  });
}

/** One operation answers something else, or was in truth another one. */
function spoil(draw: Prng, ops: readonly Op[], s: Subject): Op[] {
  const at = draw.below(ops.length);
  const op = ops[at] as Op;
  const isLook = op.output !== null || s.lie !== nothing;
  if (isLook && draw.chance(700)) return ops.with(at, { ...op, output: s.lie(draw) });
  const other = s.draw()(draw);
  return ops.with(at, { ...op, f: other.f, input: other.input });
}
