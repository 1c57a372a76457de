/** The shortest beginning that a scan finds, against one event at a time. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { beginningOf } from '../../harness/checkers/beginning.ts';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import { isCompleted, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { drawGrants, drawHolds, drawProtected } from './lock-twins.ts';
import { drawValues, drawVersions } from './session-twins.ts';
import { drawWatchHistory } from './watch-histories.ts';

const histories: readonly (readonly [string, string, (draw: Prng) => Op[]])[] = [
  ['lock', 'leases and releases', drawHolds],
  ['fencing', 'grants', drawGrants],
  ['fencing', 'protected writes', drawProtected],
  ['sessions', 'versions', drawVersions],
  ['sessions', 'values', (draw) => drawValues(draw, 100)],
  ['watch', 'what watches were told', drawWatched],
];

describe('the shortest violated prefix of a scan', () => {
  for (const [model, name, drawOps] of histories) {
    it(`${model}, ${name}: from there on it is violated, and not before`, () => {
      let violated = 0;
      for (let seed = 0; seed < 1_000; seed++) {
        const ops = drawOps(new Prng(seed));
        const check = (
          some: readonly Op[],
          isExplained: boolean,
        ): ReturnType<typeof checkHistory> =>
          checkHistory({ ops: some, failed: [], invoked: some.length }, { model, isExplained });
        const report = check(ops, true);
        if (report.verdict !== 'violated') continue;
        violated += 1;
        const events = ops.flatMap((op) => (isCompleted(op) ? [op.call, op.ret] : [op.call]));
        const first = events
          .sort((a, b) => a - b)
          .find((at) => check(beginningOf(ops, at), false).verdict === 'violated');
        assert.equal(report.prefix, (first ?? 0) + 1, `seed ${seed}`);
        assert.ok(report.core.length > 0 && report.core.every((op) => op.call <= (first ?? 0)));
      }
      assert.ok(violated > 50, `${violated} violated`);
    });
  }
});

/** Acknowledgements and watches in any order, one after another. */
function drawWatched(draw: Prng): Op[] {
  const { watches, changes } = drawWatchHistory(draw);
  const acknowledged = changes.map(({ key, value, revision: version, process }) => {
    const [f, input] = value === null ? ['delete', null] : ['write', value];
    return { process, f, key, input, output: null, version };
  });
  const told = watches.map(({ process, prefix: key, after, isResumed, batches }) => {
    const input: Json = { after: isResumed ? after : null };
    const output = { after, batches } as unknown as Json;
    return { process, f: 'watch', key, input, output };
  });
  return draw.shuffle([...acknowledged, ...told]).map((op, id) => {
    const [call, ret] = [2 * id, 2 * id + 1];
    return { ...op, f: op.f as string, id, call, ret, callUs: call, retUs: ret };
  });
}
