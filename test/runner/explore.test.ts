/** Exploration: the same for the same seed, reaches more by changing what it kept, finds mutants. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Prng } from '../../harness/core/prng.ts';
import { simulation } from '../../harness/index.ts';
import { Exploration } from '../../harness/runner/explore.ts';
import type { ExploreOptions, Explored } from '../../harness/runner/explore.ts';
import { mutateProgram } from '../../harness/runner/mutate-program.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { reference } from '../../reference-impl/system.ts';
import { crashStorm } from '../../scenarios/crash-storm.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';
import { mixedFaults } from '../../scenarios/mixed-faults.ts';

const options: ExploreOptions = {
  simulation: simulation(),
  system: reference,
  scenarios: [minorityPartition, crashStorm],
  seed: 1,
  mutant: null,
  build: 'test',
  budget: { eventsMax: 1_000_000, noiseQuick: 1, noiseThorough: 2, noisesAmplify: 1 },
};

function explore(runs: number, changes: Partial<ExploreOptions> = {}) {
  const exploration = new Exploration({ ...options, ...changes });
  const steps: Explored[] = Array.from({ length: runs }, () => exploration.step());
  return { exploration, steps };
}

describe('explore', () => {
  it('does the same for the same seed and number of runs', () => {
    const [a, b] = [explore(10), explore(10)];
    assert.deepEqual(a.steps, b.steps);
    assert.equal(a.exploration.events, b.exploration.events);
    const other = explore(10, { seed: 2 });
    assert.notDeepEqual(a.steps, other.steps);
  });

  it('keeps what is new, changes it, and reaches more that way', () => {
    const { exploration, steps } = explore(20, { scenarios: [mixedFaults] });
    const kept = steps.filter(
      (s) => s.newStates.length > 0 || s.newTransitions > 0 || s.newSituations > 0,
    );
    assert.equal(exploration.programsKept, kept.length);
    assert.ok(kept.some((s) => s.origin === 'changed'));
    assert.ok(kept.length < 20);
    assert.equal(
      exploration.coverage.states.size,
      steps.reduce((sum, s) => sum + s.newStates.length, 0),
    );
    assert.deepEqual([...exploration.violations], []);
  });

  it('gives every scenario its turn before any has a second, and then forks and changes', () => {
    const scenarios = [minorityPartition, crashStorm, mixedFaults];
    const { steps, exploration } = explore(16, { scenarios });
    const first = steps.slice(0, 3).map((s) => s.scenario);
    assert.deepEqual(first.toSorted(), scenarios.map((s) => s.name).toSorted());
    assert.deepEqual(new Set(steps.map((s) => s.origin)), new Set(['drawn', 'changed', 'forked']));
    const { runs, found, foundInAll } = exploration.lastFifth;
    const newOf = (s: Explored): number => s.newStates.length + s.newTransitions + s.newSituations;
    assert.equal(runs, 4);
    assert.equal(
      found,
      steps.slice(-4).reduce((sum, s) => sum + newOf(s), 0),
    );
    assert.equal(
      foundInAll,
      steps.reduce((sum, s) => sum + newOf(s), 0),
    );
    assert.ok(exploration.sometimes.state.reached.includes('leader-changed'));
  });

  it('draws each run where nothing is to steer it', () => {
    const { steps } = explore(8, { strategy: 'random' });
    assert.deepEqual(new Set(steps.map((s) => s.origin)), new Set(['drawn']));
  });

  it('finds a broken node, shrinks it once and gives a token', () => {
    const { exploration, steps } = explore(60, { mutant: 'vote-forgotten' });
    const found = steps.flatMap((s) => s.found ?? []);
    assert.deepEqual(
      found.map((c) => c.invariant),
      [...exploration.violations.keys()],
    );
    assert.ok(found.some((c) => c.invariant === 'election-safety'));
    for (const c of found) assert.equal(c.record.program.settings.mutant, 'vote-forgotten');
  });
});

describe('a changed program', () => {
  const start = programOf(mixedFaults, 3, 'virtual', null);
  const healedUs = Math.max(
    ...start.faults.filter((f) => f.untilUs < start.durationUs).map((f) => f.untilUs),
  );

  it('stays within the kinds and the calm of the one it came from, over 2,000 changes', () => {
    const kinds = new Set(start.faults.map((f) => f.kind));
    const lasting = start.faults.filter((f) => f.untilUs >= start.durationUs).length;
    let p = start;
    const sizes = new Set<number>();
    for (let i = 0; i < 2_000; i++) {
      p = mutateProgram(new Prng(i), i % 20 === 0 ? start : p);
      sizes.add(p.faults.length);
      for (const f of p.faults) {
        assert.ok(kinds.has(f.kind));
        assert.ok(f.atUs >= 0 && f.atUs < f.untilUs, JSON.stringify(f));
        assert.ok(f.untilUs <= healedUs || f.untilUs === start.durationUs, JSON.stringify(f));
      }
      assert.ok(p.faults.filter((f) => f.untilUs >= start.durationUs).length <= lasting);
      assert.deepEqual(
        p.faults.map((f) => f.atUs),
        p.faults.map((f) => f.atUs).sort((a, b) => a - b),
      );
    }
    assert.ok(sizes.size > 3);
  });

  it('is the same for the same stream', () => {
    assert.deepEqual(mutateProgram(new Prng(5), start), mutateProgram(new Prng(5), start));
  });
});
