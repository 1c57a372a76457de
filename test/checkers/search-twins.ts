/**
 * The two searches against each other: cells by their trails, and the same cells like any object. The
 * histories are longer and wider than the brute-force twin could bear.
 */
import assert from 'node:assert/strict';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { illegal, type StepModel } from '../../harness/checkers/model.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { applyCell } from './register-twins.ts';
import { type Agreement, type Draw, randomHistory, runHonestly, show } from './twin.ts';

const cells = keyValueCells();

/** The same without the search's knowing that it is a cell. */
const object: StepModel<Json> = {
  kind: 'step',
  name: 'register',
  initial: null,
  step(state, op) {
    const { needs, sets } = cells.effect(op);
    if (needs !== undefined && needs !== state) return illegal;
    return sets === undefined ? state : sets;
  },
  isPure: (op) => cells.effect(op).sets === undefined,
};

interface Shape {
  readonly operations: readonly [number, number];
  readonly processes: readonly [number, number];
  readonly values: readonly [number, number];
  /** Of ten. */
  readonly reads: readonly [number, number];
  readonly cas: readonly [number, number];
}

const shapes: Readonly<Record<string, Shape>> = {
  long: { operations: [10, 50], processes: [2, 9], values: [1, 4], reads: [2, 5], cas: [0, 5] },
  // Here it matters which of two equal operations is taken: the one called first fits before a fence.
  wide: { operations: [10, 24], processes: [4, 11], values: [1, 3], reads: [2, 2], cas: [6, 6] },
  'hardly a cas': {
    operations: [10, 24],
    processes: [4, 11],
    values: [1, 2],
    reads: [3, 5],
    cas: [0, 1],
  },
};

/** By shape: throws an AssertionError with the seed of the first history on which they disagree. */
export const searchTwins: Readonly<Record<string, (cases: number) => Agreement>> =
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      (cases: number): Agreement => agree(shape, cases),
    ]),
  );

function agree(shape: Shape, cases: number): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const ops = spoiled(new Prng(seed), shape);
    const byTrails = checkLinearizable(ops, cells, { isExplained: false }).kind;
    const asObject = checkLinearizable(ops, object, { isExplained: false }).kind;
    assert.equal(byTrails, asObject, `seed ${seed}\n${show(ops)}`);
    tally[byTrails === 'holds' ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

/** An honest history in which up to five reads got another answer. */
function spoiled(draw: Prng, shape: Shape): Op[] {
  const of = ([least, most]: readonly [number, number]): number => draw.between(least, most);
  const values = of(shape.values);
  const value = (): Json => draw.below(values + 1) || null;
  const [reads, cas] = [of(shape.reads), of(shape.cas)];
  const one: Draw = (d) => {
    const kind = d.below(10);
    if (kind < reads) return { f: 'read', input: null, output: null };
    if (kind < reads + cas) return { f: 'cas', input: [value(), value()], output: null };
    return { f: 'write', input: value(), output: null };
  };
  const crashPermille = draw.pick([0, 0, 100, 300]);
  const size = { n: of(shape.operations), processes: of(shape.processes), crashPermille };
  const ops = runHonestly(draw, randomHistory(draw, size, one), null, applyCell);
  for (let lies = draw.below(6); lies > 0; lies--) {
    const at = draw.below(ops.length + 1);
    const op = ops[at];
    if (op?.f === 'read') ops[at] = { ...op, output: value() };
  }
  return ops;
}
