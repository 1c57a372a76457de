/** Changes that cannot make a legal history illegal, or must not change a verdict at all. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { refuteOrder } from '../../harness/checkers/replay.ts';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import { isCompleted } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { makeHistory } from '../bench/histories.ts';

const model = keyValueCells();

function kindOf(ops: readonly Op[]): string {
  return checkLinearizable(ops, model, { isExplained: false }).kind;
}

/** Registers and compare-and-set, few values and unique ones, with and without a lie. */
function histories(): { seed: number; ops: Op[] }[] {
  return Array.from({ length: 120 }, (_, seed) => ({
    seed,
    ops: makeHistory({
      kind: seed % 2 === 0 ? 'register' : 'cas-register',
      clients: 3 + (seed % 5),
      operations: 60,
      values: seed % 3 === 0 ? 0 : 3,
      crashPermille: 30,
      isBroken: seed % 4 === 3,
      seed,
    }),
  }));
}

describe('metamorphic tests of linearizability', () => {
  const all = histories();
  const legal = all.filter(({ ops }) => kindOf(ops) === 'holds');

  it('are made on legal and on illegal histories', () => {
    assert.ok(legal.length > 60 && all.length - legal.length > 10, `${legal.length}`);
  });

  it('legal stays legal when a read is dropped', () => {
    for (const { seed, ops } of legal) {
      const at = ops.findIndex((op) => op.f === 'read');
      assert.equal(kindOf(ops.toSpliced(at, 1)), 'holds', `seed ${seed}`);
    }
  });

  it('legal stays legal when an interval is widened', () => {
    for (const { seed, ops } of legal) {
      const draw = new Prng(seed);
      const wider = ops.map((op) => ({
        ...op,
        call: op.call - draw.below(4),
        ret: isCompleted(op) ? op.ret + draw.below(4) : op.ret,
      }));
      wider.sort((a, b) => a.call - b.call);
      assert.equal(kindOf(wider), 'holds', `seed ${seed}`);
    }
  });

  it('legal stays legal when a completion is lost', () => {
    for (const { seed, ops } of legal) {
      const at = ops.findIndex((op) => op.f !== 'read' && isCompleted(op));
      const lost = ops.with(at, { ...(ops[at] as Op), output: null, ret: 0x7fffffff });
      assert.equal(kindOf(lost), 'holds', `seed ${seed}`);
    }
  });

  it('the verdict stays when values are renamed and processes change places', () => {
    const rename = (v: Json): Json => {
      if (Array.isArray(v)) return v.map((x: Json) => rename(x));
      return v === null ? null : `value ${JSON.stringify(v)}`;
    };
    for (const { seed, ops } of all) {
      const other = ops.map((op) => ({
        ...op,
        process: 1_000 - op.process,
        input: rename(op.input),
        output: rename(op.output),
      }));
      assert.equal(kindOf(other), kindOf(ops), `seed ${seed}`);
    }
  });

  it('the verdict stays whatever versions the system tells', () => {
    for (const { seed, ops } of all) {
      const draw = new Prng(seed);
      const told = ops.map((op) => ({ ...op, version: draw.below(20) }));
      assert.equal(kindOf(told), kindOf(ops), `seed ${seed}`);
    }
  });

  it('true versions spare the search', () => {
    for (const { seed, ops } of legal) {
      const result = checkLinearizable(ops, model);
      assert.equal(result.kind, 'holds');
      if (result.kind !== 'holds') continue;
      const order = [...result.certificate.orders.values()].flat();
      const used = new Map(order.map((op, i) => [op.id, i]));
      const told = ops.flatMap((op) => {
        const version = used.get(op.id);
        return version === undefined ? [] : [{ ...op, version }];
      });
      const again = checkLinearizable(told, model, { stepsMax: 1 });
      assert.deepEqual([again.kind, again.steps], ['holds', 0], `seed ${seed}`);
    }
  });

  it('a certificate that was tampered with is refuted', () => {
    for (const { seed, ops } of legal.slice(0, 30)) {
      const result = checkLinearizable(ops, model);
      if (result.kind !== 'holds') continue;
      const order = [...(result.certificate.orders.get('') ?? [])];
      assert.equal(refuteOrder(ops, order, model), null);
      assert.match(
        refuteOrder(ops, order.slice(1), model) ?? '',
        /missing|not legal/,
        `seed ${seed}`,
      );
      assert.notEqual(refuteOrder(ops, [...order, order[0] as Op], model), null);
      assert.notEqual(refuteOrder(ops, order.toReversed(), model), null);
    }
  });
});
