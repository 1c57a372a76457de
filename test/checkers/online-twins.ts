/** The judge that stays against the one that sees the whole history. */
import assert from 'node:assert/strict';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import type { EventType } from '../../harness/checkers/formats/pairing.ts';
import type { CellModel } from '../../harness/checkers/model.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import { mutex } from '../../harness/checkers/models/locks.ts';
import { type FollowedEvent, Follower } from '../../harness/checkers/online/follower.ts';
import { isCompleted, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { applyCell } from './register-twins.ts';
import { type Agreement, type Draw, randomHistory, runHonestly, show } from './twin.ts';

/** Cuts are made as often as can be. */
const eager = { stretchOps: 2, borderMax: 4 };

/** By history: throws an AssertionError with the seed of the first on which they disagree. */
export const onlineTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'registers, repeated values': (cases) => agree(cases, keyValueCells(), drawRegister(3), 4),
  'registers, many at a time': (cases) => agree(cases, keyValueCells(), drawRegister(6), 7),
  mutexes: (cases) => agree(cases, mutex(), drawMutex, 3),
};

const drawRegister =
  (values: number): Draw =>
  (d) => {
    const value = (): Json => d.below(values + 1) || null;
    const kind = d.below(10);
    if (kind < 4) return { f: 'read', input: null, output: value() };
    if (kind < 6) return { f: 'cas', input: [value(), value()], output: null };
    return { f: 'write', input: value(), output: null };
  };

const drawMutex: Draw = (d) => ({ f: d.pick(['acquire', 'release']), input: null, output: null });

/**
 * Looking after every event it must find the violation with the very event that shows it; looking only
 * where it is cut, all the same, if perhaps later.
 */
function agree(cases: number, model: CellModel, one: Draw, processesMax: number): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const draw = new Prng(seed);
    const crashPermille = draw.pick([0, 100, 250]);
    const shape = { n: 4 + draw.below(16), processes: 1 + draw.below(processesMax), crashPermille };
    const drawn = randomHistory(draw, shape, one);
    const isHonest = model.name === 'cas-register' && draw.chance(800);
    const honest = isHonest ? runHonestly(draw, drawn, null, applyCell) : drawn;
    const ops = isHonest && draw.chance(500) ? spoiled(draw, honest, one) : honest;
    const failed = spurious(draw, ops, one);
    const result = checkLinearizable(ops, model);
    const first = result.kind === 'violated' ? (result.report?.position ?? -1) : null;
    const told = `seed ${seed}\n${show(ops)}`;
    const early = firstFound(ops, failed, model, true);
    if (failed.length === 0) assert.equal(early, first, `looking at each event, ${told}`);
    // What is not yet known to have failed may have happened: it is seen later.
    else assert.equal((early ?? -1) >= (first ?? Infinity), first !== null, told);
    const late = firstFound(ops, failed, model, false);
    assert.equal(late === null, first === null, `looking at cuts, ${told}`);
    tally[first === null ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

function spoiled(draw: Prng, ops: readonly Op[], one: Draw): Op[] {
  const reads = ops.flatMap((op, at) => (op.f === 'read' ? [at] : []));
  if (reads.length === 0) return [...ops];
  const at = draw.pick(reads);
  return ops.with(at, { ...(ops[at] as Op), output: one(draw).output });
}

/** The position of the event that shows it, where that is looked for; null: it holds. */
function firstFound(
  ops: readonly Op[],
  failed: readonly Told[],
  model: CellModel,
  isLooking: boolean,
): number | null {
  const follower = new Follower(model, { cutting: eager });
  for (const { at, event } of [...eventsOf(ops), ...failed].sort((a, b) => a.at - b.at)) {
    if (follower.take(event) !== null) return at;
    if (isLooking && follower.look().length > 0) return at;
  }
  const found = follower.look();
  assert.equal(follower.leftOut + follower.undecided, 0);
  return found.length > 0 ? -1 : null;
}

/** Operations that failed in between: nothing happened by them. */
function spurious(draw: Prng, ops: readonly Op[], one: Draw): Told[] {
  return Array.from({ length: draw.below(4) }, (_, i): Told[] => {
    const { f, input } = one(draw);
    const of = { process: 1_000 + i, f, key: 'x', value: input };
    const call = draw.below(2 * ops.length) + 0.2 + i / 100;
    const ret = call + draw.below(6) + 0.01;
    return [
      { at: call, event: { ...of, type: 'invoke', timeUs: call } },
      { at: ret, event: { ...of, type: 'fail', timeUs: ret } },
    ];
  }).flat();
}

interface Told {
  readonly at: number;
  readonly event: FollowedEvent;
}

/** A crash is told somewhere after its call, or never. */
function eventsOf(ops: readonly Op[]): readonly Told[] {
  const last = Math.max(...ops.map((op) => (isCompleted(op) ? op.ret : op.call)));
  const all = ops.flatMap((op): Told[] => {
    // Each operation is a process of its own: those that crashed are open for good.
    const of = (type: EventType, at: number, value: Json): Told => {
      return { at, event: { type, process: op.id, f: op.f, key: op.key, value, timeUs: at } };
    };
    const call = of('invoke', op.call, op.input);
    if (isCompleted(op)) return [call, of('ok', op.ret, op.output)];
    if (op.id % 3 === 0) return [call];
    return [call, of('info', Math.min(last, op.call + (op.id % 5)) + 0.5, null)];
  });
  return all.sort((a, b) => a.at - b.at);
}
