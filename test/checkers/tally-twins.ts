/** The checkers that count against their definitions, word by word, on random small histories. */
import assert from 'node:assert/strict';
import type { JepsenHistory } from '../../harness/checkers/formats/jepsen.ts';
import { illegal, type StepModel } from '../../harness/checkers/model.ts';
import { isCompleted, type Op } from '../../harness/checkers/operations.ts';
import { tallyCounter, tallyGauge } from '../../harness/checkers/tallies/bounds.ts';
import { tallyCausalReverse } from '../../harness/checkers/tallies/causal-reverse.ts';
import { tallyMonotonic } from '../../harness/checkers/tallies/monotonic.ts';
import { tallySetFull } from '../../harness/checkers/tallies/set-full.ts';
import type { Tally } from '../../harness/checkers/tallies/tally.ts';
import { tallyTotalQueue } from '../../harness/checkers/tallies/total-queue.ts';
import { tallyUniqueIds } from '../../harness/checkers/tallies/unique-ids.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import {
  type Agreement,
  type Draw,
  isLinearizableBruteForce,
  randomHistory,
  show,
} from './twin.ts';

/** What the definition says: counts by name, and whether that is a violation. */
interface Said {
  readonly isViolated: boolean;
  readonly figures: Readonly<Record<string, number>>;
}

type Twin = (history: JepsenHistory) => Said;

/** By model: throws an AssertionError with the seed of the first history on which they disagree. */
export const tallyTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'set-full': (cases) => agree(cases, tallySetFull, setFullByFold, drawSet),
  'total-queue': (cases) => agree(cases, tallyTotalQueue, queueByTakingOut, drawQueue),
  'unique-ids': (cases) => agree(cases, tallyUniqueIds, idsByPairs, drawIds),
  'causal-reverse': (cases) => agree(cases, tallyCausalReverse, reverseByGraph, drawWrites),
  monotonic: (cases) => agree(cases, tallyMonotonic, monotonicByClosure, drawGrowing),
  'counter-bounds': (cases) => agree(cases, tallyCounter, boundsByDefinition, drawCounter),
  gauge: (cases) => agree(cases, tallyGauge, boundsByDefinition, drawGauge),
};

function agree(cases: number, tally: Tally, twin: Twin, one: () => Draw): Agreement {
  const seen = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const draw = new Prng(seed);
    const shape = { n: 2 + draw.below(9), processes: 1 + draw.below(4), crashPermille: 150 };
    const all = randomHistory(draw, shape, one());
    const failed = all.filter((op) => isCompleted(op) && draw.chance(100));
    const ops = all.filter((op) => !failed.includes(op));
    const history = { ops, failed, invoked: all.length };
    const result = tally(history, null);
    const expected = twin(history);
    const told = `seed ${seed}\n${show(ops)}\nfailed\n${show(failed)}`;
    assert.equal(result.kind === 'violated', expected.isViolated, told);
    for (const [name, count] of Object.entries(expected.figures)) {
      assert.equal(result.figures[name], count, `${name}, ${told}`);
    }
    seen[expected.isViolated ? 'illegal' : 'legal'] += 1;
  }
  return seen;
}

const subset = (d: Prng, upTo: number, permille: number): Json =>
  Array.from({ length: upTo }, (_, i) => i).filter(() => d.chance(permille));

/** Values that were added lately are mostly seen; now and then one of the future, or twice. */
function drawSet(): Draw {
  let next = 0;
  return (d) => {
    if (d.chance(450)) return { f: 'add', input: next, output: next++ };
    const seen = subset(d, next, d.pick([1_000, 900, 500])) as number[];
    if (d.chance(30)) seen.push(d.below(next + 2));
    return { f: 'read', input: null, output: seen };
  };
}

/** `jepsen.checker/set-full`, event by event. */
function setFullByFold({ ops, failed }: JepsenHistory): Said {
  interface State {
    known: number | null;
    present: number;
    absent: number;
  }
  const elements = new Map<number, State>();
  let isWrong = false;
  const events = [...ops, ...failed]
    .flatMap((op) => [
      { at: op.call, op, isCall: true },
      { at: op.ret, op, isCall: false },
    ])
    .filter(({ op, isCall }) => isCall || (isCompleted(op) && !failed.includes(op)))
    .sort((a, b) => a.at - b.at);
  for (const { at, op, isCall } of events) {
    if (op.f === 'add' && isCall) {
      elements.set(op.input as number, { known: null, present: -1, absent: -1 });
    } else if (op.f === 'add') {
      const state = elements.get(op.input as number) as State;
      state.known ??= at;
    } else if (!isCall) {
      const values = op.output as number[];
      isWrong ||= new Set(values).size < values.length || values.some((v) => !elements.has(v));
      for (const [value, state] of elements) {
        if (values.includes(value)) {
          state.known ??= at;
          state.present = Math.max(state.present, op.call);
        } else state.absent = Math.max(state.absent, op.call);
      }
    }
  }
  const all = [...elements.values()];
  const isStable = (s: State): boolean => s.present >= 0 && s.absent < s.present;
  const isLost = (s: State): boolean =>
    s.known !== null && s.absent >= 0 && s.present < s.absent && s.known < s.absent;
  const stable = all.filter(isStable).length;
  const lost = all.filter(isLost).length;
  const stale = all.filter((s) => isStable(s) && s.absent > (s.known as number)).length;
  const figures = { attempts: all.length, stable, lost, stale };
  return { isViolated: lost > 0 || isWrong, figures };
}

function drawQueue(): Draw {
  let next = 0;
  return (d) => {
    const value = d.chance(900) ? next++ : d.below(next + 1);
    if (d.chance(450)) return { f: 'enqueue', input: value, output: value };
    if (d.chance(150)) {
      return { f: 'drain', input: null, output: subset(d, next + (d.chance(50) ? 1 : 0), 800) };
    }
    const isEmpty = d.chance(100) || next === 0;
    return { f: 'dequeue', input: null, output: isEmpty ? null : d.below(next) };
  };
}

/** Takes each element out of the list of those that went in. */
function queueByTakingOut({ ops, failed }: JepsenHistory): Said {
  const enqueues = [...ops, ...failed].filter((op) => op.f === 'enqueue');
  const out = ops
    .filter((op) => isCompleted(op) && op.f !== 'enqueue' && op.output !== null)
    .flatMap((op) =>
      (Array.isArray(op.output) ? op.output : [op.output]).map((value) => ({ op, value })),
    );
  const without = (all: Json[], taken: readonly Json[]): Json[] => {
    const left = [...all];
    for (const value of taken) {
      const at = left.indexOf(value);
      if (at >= 0) left.splice(at, 1);
    }
    return left;
  };
  const tookOut = out.map(({ value }) => value as Json);
  const attempts = enqueues.map((op) => op.input);
  const acknowledged = enqueues
    .filter((op) => isCompleted(op) && !failed.includes(op))
    .map((op) => op.input);
  const unexpected = out.filter(
    ({ op, value }) => !enqueues.some((e) => e.input === value && e.call < op.ret),
  );
  const lost = without(acknowledged, tookOut);
  const tried = tookOut.filter((value) => attempts.includes(value));
  const crashed = ops.filter((op) => op.f !== 'enqueue' && !isCompleted(op));
  const isExcused =
    lost.length === 0 || crashed.some((op) => op.f === 'drain') || crashed.length >= lost.length;
  return {
    isViolated: unexpected.length > 0 || !isExcused,
    figures: {
      attempts: attempts.length,
      acknowledged: acknowledged.length,
      lost: lost.length,
      unexpected: unexpected.length,
      duplicated: without(tried, attempts).length,
    },
  };
}

const drawIds = (): Draw => (d) => ({ f: 'generate', input: null, output: d.below(12) });

function idsByPairs({ ops }: JepsenHistory): Said {
  const ids = ops.filter(isCompleted).map((op) => op.output);
  const isAgain = (id: Json): boolean => ids.indexOf(id) !== ids.lastIndexOf(id);
  const again = new Set(ids.filter(isAgain));
  return {
    isViolated: again.size > 0,
    figures: { acknowledged: ids.length, duplicated: again.size },
  };
}

function drawWrites(): Draw {
  let next = 0;
  return (d) => {
    if (d.chance(500)) return { f: 'write', input: next, output: next++ };
    return { f: 'read', input: null, output: subset(d, next, d.pick([1_000, 850])) };
  };
}

/** `jepsen.tests.causal-reverse`: for each write those that had returned when it was called. */
function reverseByGraph({ ops }: JepsenHistory): Said {
  const writes = ops.filter((op) => op.f === 'write');
  const before = (value: Json): Json[] => {
    const write = writes.find((w) => w.input === value);
    return writes.filter((w) => write !== undefined && w.ret < write.call).map((w) => w.input);
  };
  const reads = ops.filter((op) => op.f === 'read' && isCompleted(op));
  const wrong = reads.filter((op) => {
    const seen = op.output as readonly Json[];
    return seen.some((value) => before(value).some((due) => !seen.includes(due)));
  }).length;
  return { isViolated: wrong > 0, figures: { reads: reads.length, wrong } };
}

const drawGrowing = (): Draw => {
  let now = 0;
  return (d) => {
    now += d.below(2);
    const value = d.chance(880) ? now : d.below(now + 1);
    const other = d.chance(880) ? now : d.below(now + 1);
    const output: Json = d.pick<Json>([{ x: value, y: other }, { x: value }, { y: other }]);
    return { f: d.pick(['read', 'inc']), input: null, output };
  };
};

/** Who stands before whom, for all pairs, and what follows from it. */
function monotonicByClosure({ ops }: JepsenHistory): Said {
  const seen = ops.filter(isCompleted);
  const isBefore = (a: Op, b: Op): boolean => {
    if (a.process === b.process && a.call < b.call) return true;
    const [x, y] = [a.output, b.output] as Record<string, number>[];
    return Object.keys(x ?? {}).some(
      (key) => (x?.[key] ?? 0) < (y?.[key] ?? 0) && key in (y ?? {}),
    );
  };
  const reach = seen.map((a) => seen.map((b) => isBefore(a, b)));
  for (const via of seen.keys()) {
    for (const from of seen.keys()) {
      for (const to of seen.keys()) {
        if (reach[from]?.[via] === true && reach[via]?.[to] === true)
          (reach[from] as boolean[])[to] = true;
      }
    }
  }
  const isViolated = seen.some((_, i) => reach[i]?.[i] === true);
  return { isViolated, figures: { observations: seen.length } };
}

const drawCounter = (): Draw => {
  let sum = 0;
  return (d) => {
    const n = d.below(3);
    if (d.chance(500)) return { f: 'add', input: n, output: ((sum += n), n) };
    return { f: 'read', input: null, output: Math.max(0, sum - d.below(d.pick([2, 4]))) };
  };
};

const drawGauge = (): Draw => {
  let now = 0;
  return (d) => {
    const n = d.between(-1, 2);
    if (d.chance(350)) return { f: 'add', input: n, output: ((now += n), n) };
    if (d.chance(100)) return { f: 'decrement', input: 1, output: ((now -= 1), null) };
    if (d.chance(250)) return { f: 'write', input: (now = d.below(6) * 3), output: null };
    return { f: 'read', input: null, output: now - d.between(0, d.pick([0, 1, 3])) };
  };
};

/** Each read from each write it may count from; and what can be put in an order is not blamed. */
function boundsByDefinition({ ops }: JepsenHistory): Said {
  const writes = ops.filter((op) => op.f === 'write');
  const changes = ops.filter((op) => op.f === 'add' || op.f === 'decrement');
  const reads = ops.filter((op) => op.f === 'read' && isCompleted(op));
  const start = { call: -1, ret: -1, input: 0 };
  const outside = reads.filter((read) => {
    const bases = [start, ...writes].filter((base) => {
      const isHidden = writes.some((w) => base.ret < w.call && w.ret < read.call);
      return base.call < read.ret && !isHidden;
    });
    return !bases.some((base) => {
      let [low, high] = [base.input as number, base.input as number];
      for (const c of changes) {
        if (c.call > read.ret || c.ret < base.call) continue;
        const n = c.f === 'decrement' ? -(c.input as number) : (c.input as number);
        const isSure = c.call > base.ret && c.ret < read.call;
        if (isSure || n < 0) low += n;
        if (isSure || n > 0) high += n;
      }
      const seen = read.output as number;
      return low <= seen && seen <= high;
    });
  }).length;
  if (outside > 0) {
    assert.ok(!isLinearizableBruteForce(ops, register), `is linearizable\n${show(ops)}`);
  }
  return { isViolated: outside > 0, figures: { reads: reads.length, outside } };
}

const register: StepModel<number> = {
  kind: 'step',
  name: 'gauge',
  initial: 0,
  step(state, op) {
    if (op.f === 'write') return op.input as number;
    if (op.f === 'add') return state + (op.input as number);
    if (op.f === 'decrement') return state - (op.input as number);
    return !isCompleted(op) || op.output === state ? state : illegal;
  },
};
