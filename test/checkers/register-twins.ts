/** Registers against the brute-force twin: any results, honest ones, and those with one changed. */
import assert from 'node:assert/strict';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
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

const model = keyValueCells();

function compare(seed: number, ops: readonly Op[]): boolean {
  const expected = isLinearizableBruteForce(ops, model);
  const result = checkLinearizable(ops, model);
  assert.equal(result.kind, expected ? 'holds' : 'violated', `seed ${seed}\n${show(ops)}`);
  if (result.kind === 'violated') checkReport(seed, ops, model, result.report);
  return expected;
}

function casRegister(values: number): Draw {
  const value = (d: Prng): Json => {
    const v = d.below(values + 1);
    return v === 0 ? null : v;
  };
  return (d) => {
    const kind = d.below(10);
    if (kind < 4) return { f: 'read', input: null, output: value(d) };
    if (kind < 7) return { f: 'write', input: value(d), output: null };
    if (kind < 9) return { f: 'cas', input: [value(d), value(d)], output: null };
    return { f: 'delete', input: null, output: null };
  };
}

function uniqueWrites(): Draw {
  let next = 1;
  return (d) => {
    const kind = d.below(10);
    if (kind < 5)
      return { f: 'read', input: null, output: next === 1 ? null : d.below(next) || null };
    if (kind < 8) return { f: 'write', input: next++, output: null };
    return { f: 'cas', input: [d.below(next) || null, next++], output: null };
  };
}

/** What a register does; a compare-and-set that does not match fails. */
export function applyCell(state: Json, op: Op): { state: Json; output: Json } | 'fails' {
  if (op.f === 'read') return { state, output: state };
  if (op.f === 'delete') return { state: null, output: null };
  if (op.f === 'write') return { state: op.input, output: op.input };
  const [from, to] = op.input as [Json, Json];
  return from === state ? { state: to, output: op.input } : 'fails';
}

const draws: Readonly<Record<string, () => Draw>> = {
  'two repeated values': () => casRegister(1),
  'four repeated values': () => casRegister(3),
  'unique values': uniqueWrites,
};

/** By kind of values: holds the checker against its twin on so many histories with results drawn. */
export const drawnTwins = twins(agreeOnDrawn);

/** The same on so many honest histories, and as many with one result changed. */
export const honestTwins = twins(agreeOnHonest);

/** Each throws an AssertionError with the seed where they disagree. */
function twins(
  agree: (make: () => Draw, cases: number) => Agreement,
): Readonly<Record<string, (cases: number) => Agreement>> {
  return Object.fromEntries(
    Object.entries(draws).map(([name, make]) => [name, (cases: number) => agree(make, cases)]),
  );
}

function agreeOnDrawn(make: () => Draw, cases: number): Agreement {
  let legal = 0;
  for (let seed = 0; seed < cases; seed++) {
    const draw = new Prng(seed);
    const shape = { n: 3 + draw.below(6), processes: 1 + draw.below(4), crashPermille: 200 };
    if (compare(seed, randomHistory(draw, shape, make()))) legal += 1;
  }
  return { legal, illegal: cases - legal };
}

function agreeOnHonest(make: () => Draw, cases: number): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const draw = new Prng(seed);
    const shape = { n: 4 + draw.below(6), processes: 2 + draw.below(3), crashPermille: 200 };
    const drawn = randomHistory(draw, shape, make());
    const ops = runHonestly(draw, drawn, null, applyCell);
    assert.ok(compare(seed, ops), `seed ${seed}: an honest history is illegal\n${show(ops)}`);
    const reads = ops.flatMap((op, i) => (op.f === 'read' ? [i] : []));
    if (reads.length === 0) continue;
    const at = draw.pick(reads);
    const other = { ...(ops[at] as Op), output: draw.below(4) || null };
    tally[compare(seed, ops.with(at, other)) ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}
