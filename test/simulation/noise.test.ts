/** Noise by the clock and by ranks, and noise that is drawn anew in the middle of a run. */
import assert from 'node:assert/strict';
import type { Noise, Program } from '../../harness/core/program.ts';
import { NoiseOf } from '../../harness/simulation/noise.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { reference } from '../../reference-impl/system.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';

const plain = programOf(minorityPartition, 3, 'virtual', null);
const run = (p: Program) => simulation().run(reference, p);
const withNoise = (noise: Noise): Program => ({ ...plain, noise });
const latencies = (noise: NoiseOf, times: readonly number[]): number[] =>
  times.map((t) => noise.latencyOn(0, 1, t).below(1_000_000));

describe('noise', () => {
  it('by time is the same whatever was drawn before, and differs by link and moment', () => {
    const all = latencies(new NoiseOf(7, 3, 'time'), [0, 5_000, 10_000, 15_000]);
    const some = new NoiseOf(7, 3, 'time');
    some.latencyOn(1, 0, 1_000).uint32();
    assert.deepEqual(latencies(some, [10_000, 15_000]), all.slice(2));
    assert.equal(new Set(all).size, 4);
    const other = new NoiseOf(7, 3, 'time').latencyOn(1, 2, 0).below(1_000_000);
    assert.notEqual(other, all[0]);
    assert.notDeepEqual(latencies(new NoiseOf(8, 3, 'time'), [0, 5_000, 10_000, 15_000]), all);
  });

  it('by time draws again for each of several at one moment', () => {
    const noise = new NoiseOf(7, 3, 'time');
    assert.equal(new Set(latencies(noise, [0, 0, 0, 0])).size, 4);
  });

  it('by priorities gives one rank for long, and few of them in all', () => {
    const seconds = Array.from({ length: 120 }, (_, i) => i * 500_000);
    for (let seed = 0; seed < 20; seed++) {
      const ranks = latencies(new NoiseOf(seed, 3, 'priorities'), seconds);
      const changes = ranks.filter((r, i) => i > 0 && r !== ranks[i - 1]).length;
      assert.ok(changes <= 3, `seed ${seed}: ${changes} changes in a minute`);
    }
  });

  it('of any kind gives the same run for the same program, and another for another kind', () => {
    const programs = [plain, withNoise({ by: 'time' }), withNoise({ by: 'priorities' })];
    const hashes = programs.map((p) => run(p).traceHash);
    assert.deepEqual(
      programs.map((p) => run(p).traceHash),
      hashes,
    );
    assert.equal(new Set(hashes).size, 3);
  });

  it('that is drawn anew leaves what came before as it was', () => {
    for (const by of [undefined, 'time'] as const) {
      const fromUs = 4_000_000;
      const noise = (seed: number): Noise => ({
        ...(by !== undefined && { by }),
        turns: [{ fromUs, seed }],
      });
      const [a, b] = [run(withNoise(noise(1))), run(withNoise(noise(2)))];
      const before = ({ history: { events, readyUs } }: typeof a): readonly unknown[] =>
        events.filter((e) => e.timeUs <= readyUs + fromUs);
      assert.deepEqual(before(a), before(b));
      assert.ok(before(a).length > 20);
      assert.notEqual(a.traceHash, b.traceHash);
    }
  });
});
