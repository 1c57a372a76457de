/** Every broken node is caught from a known seed, by the right invariant (`antlion mutants` finds the seeds). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { firstBroken } from '../../harness/cli/mutant-search.ts';
import { scenariosMatching } from '../../harness/cli/scenarios.ts';
import { mutants, reference } from '../../reference-impl/system.ts';

/** Scenario and seed. */
const known: Readonly<Record<string, readonly [string, number]>> = {
  'votes-twice': ['crash-storm', 1],
  'vote-forgotten': ['power-failure', 1],
  'commit-alone': ['minority-partition', 1],
  'elects-behind': ['late-answers', 1],
  'stale-read': ['crash-storm', 1],
  'commit-any-term': ['figure-eight', 9],
  'read-unconfirmed': ['cut-off-leader', 1],
  'read-before-noop': ['figure-eight', 1],
  'fsync-every-second': ['power-failure', 1],
  'ack-before-fsync': ['power-failure', 1],
  'impatient-follower': ['returning-server', 1],
  'deaf-to-leaders': ['returning-server', 1],
  'answers-anew': ['lost-answers', 1],
  'answers-anew-in-flight': ['lost-answers', 1],
  'executes-twice': ['lost-answers', 1],
  'executes-twice-in-flight': ['lost-answers', 1],
  'snapshot-loses-sessions': ['lagging-server', 1],
  'snapshot-loses-locks': ['lagging-server', 1],
  'session-forgotten': ['stale-sessions', 1],
  'session-forgets-writes': ['stale-sessions', 1],
  'lease-never-expires': ['instance-crash', 1],
  'lease-ends-early': ['instance-crash', 1],
  'lock-granted-twice': ['paused-holder', 1],
  'lock-ends-with-leader': ['paused-holder', 2],
  'lock-ends-early': ['paused-holder', 1],
  'fence-ignored': ['paused-holder', 1],
  'watch-loses-removals': ['instance-crash', 1],
  'watch-loses-some': ['registry-lost', 2],
  'watch-goes-back': ['config-changes', 1],
  'watch-forgets-resume': ['watchers-follow', 1],
  'watch-skips-ahead': ['watchers-follow', 1],
  'watch-claims-ahead': ['watchers-follow', 1],
  'watch-splits': ['watchers-follow', 1],
  'watch-previous-first': ['watchers-follow', 1],
  'list-never-fresh': ['instance-crash', 1],
  'removal-ignored': ['instance-crash', 1],
  'config-never-refreshed': ['config-changes', 1],
  'config-goes-back': ['config-changes', 1],
  'breaker-never-opens': ['busy-dependency', 1],
  'breaker-opens-at-once': ['instance-crash', 1],
  'breaker-impatient': ['failing-dependency', 1],
  'half-open-floods': ['busy-dependency', 1],
  'balancer-first': ['steady-load', 1],
  'balancer-ties': ['steady-load', 1],
  'skip-recovery': ['failing-dependency', 1],
  'misses-floor': ['registry-lost', 1],
  'recovery-in-haste': ['failing-dependency', 1],
  'trips-missed': ['slow-dependencies', 1],
  'regression-missed': ['busy-dependency', 1],
  'stays-degraded': ['instance-crash', 1],
  'recovery-skips-test': ['busy-dependency', 1],
  'recovery-out-of-order': ['busy-dependency', 1],
  'recovery-tested-before': ['busy-dependency', 1],
  'ramp-lingers': ['busy-dependency', 1],
  'ramp-ignored': ['busy-dependency', 1],
  'ramp-jumps': ['busy-dependency', 1],
  'floor-still-checks': ['registry-lost', 1],
  'floor-uses-stale-list': ['registry-lost', 1],
  'floor-crosses-zones': ['registry-lost', 1],
  'floor-circuits-free': ['registry-lost', 1],
  'floor-two-at-once': ['failing-dependency', 1],
  'stale-claimed-fresh': ['registry-lost', 1],
  'age-forgotten': ['registry-lost', 1],
  'fresh-too-long': ['registry-lost', 1],
  'evidence-expired': ['failing-dependency', 1],
  'evidence-grace': ['failing-dependency', 1],
  'never-refute': ['members-settle', 1],
  'ghost-member': ['members-settle', 2],
};

/** A mutant that came with its mechanism says so itself. */
const shows = {
  ...known,
  ...Object.fromEntries(
    Object.entries(mutants).flatMap(([id, { shows: at }]) => (at === undefined ? [] : [[id, at]])),
  ),
};

describe('mutants', () => {
  it('each says where it shows, here or in its folder', () => {
    assert.deepEqual(Object.keys(mutants).sort(), Object.keys(shows).sort());
  });

  for (const [id, [name, seed]] of Object.entries(shows)) {
    it(`${id} shows in ${name}, seed ${seed}`, () => {
      const [scenario] = scenariosMatching([name]);
      assert.ok(scenario !== undefined);
      const broken = firstBroken(reference, scenario, seed, id);
      assert.ok(
        broken !== null && mutants[id]?.breaks.includes(broken),
        `${broken ?? 'nothing'} was broken, wanted ${mutants[id]?.breaks.join(' or ')}`,
      );
    });
  }
});
