/** Clocks of Redis, set wrong: what ends by them ends too early, in the release that heeds; Debian's is told before a run. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { clocksFor, whyNoClocks } from '../../harness/attached/clock-library.ts';
import { launched } from '../../harness/attached/launched.ts';
import { isInstalled, releaseOf } from '../../harness/cli/products/releases.ts';
import type { Run } from '../../harness/core/environment.ts';
import type { Fault } from '../../harness/core/fault.ts';
import { mutualExclusion } from '../../harness/invariants/mutual-exclusion.ts';
import type { SystemManifest } from '../../harness/systems/define-system.ts';
import { redis } from '../../harness/systems/redis/index.ts';
import { redlock } from '../../harness/systems/redis/redlock.ts';
import { heeding } from '../../harness/systems/redis/releases.ts';
import { timetable } from '../conformance/script.ts';
import { skipUnless } from '../require.ts';
import { skipWithout } from './product.ts';

const release = releaseOf(redis, heeding);

/** Client 0 holds the lock for twenty seconds, and client 1 asks for it while these clocks are ahead. */
function heldWhile(nodes: readonly number[]) {
  const ahead = { kind: 'clock', jumpUs: 3_600_000_000, driftPpm: 0 } as const;
  const faults: Fault[] = [
    { ...ahead, atUs: 1_000_000, untilUs: 7_000_000, nodes: { of: 'nodes', nodes: [...nodes] } },
  ];
  const ttl = { ttlUs: 20_000_000 };
  return timetable({
    ...{ name: 'held', durationMs: 8_000, deadlineMs: 1_000, faults },
    lines: [
      [200, 0, 'acquire', 'l0', ttl],
      [5_000, 1, 'acquire', 'l0', ttl],
    ],
  });
}

describe('clocks of Redis', function () {
  this.timeout(120_000);

  async function verdictOf(manifest: SystemManifest, nodes: readonly number[]): Promise<string> {
    const { launch, system } = manifest.open({});
    assert.ok(launch !== null);
    const plan = { ...launch, command: [release.program, ...launch.command.slice(1)] };
    const drawn = heldWhile(nodes);
    const run: Run = await launched({ plan }).run(system, drawn, {});
    const effective = run.history.events.filter(
      (e) => e.type === 'fault' && e.phase === 'effective',
    );
    assert.deepEqual([effective.length, run.leftovers], [1, []], JSON.stringify(run.faultNotes));
    return mutualExclusion().judge(run.history, drawn).kind;
  }

  for (const [manifest, nodes, wanted] of [
    [redis, [0], 'violated'],
    [redlock, [0, 1, 2], 'violated'],
    [redlock, [0, 1], 'holds'],
  ] as const) {
    it(`${manifest.name}: a lock is ${wanted === 'holds' ? 'kept' : 'handed out twice'} while ${nodes.length} of its clocks are an hour ahead`, async function () {
      skipUnless(this, 'faketime', whyNoClocks());
      const install = `antlion systems install redis@${heeding}`;
      skipUnless(this, `redis@${heeding}`, isInstalled(release) ? null : install);
      assert.equal(await verdictOf(manifest, nodes), wanted);
    });
  }

  it('are not set where its allocator is jemalloc, and what to run instead is told beforehand', function () {
    skipWithout(this, redis);
    skipUnless(this, 'faketime', whyNoClocks());
    const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
    if (!stdout.includes('malloc=jemalloc')) this.skip();
    const { launch } = redis.open({});
    assert.ok(launch !== null);
    const found = clocksFor(launch, true);
    assert.ok(found.isOfProgram);
    assert.match(
      found.missing ?? '',
      /^redis-server does not start under libfaketime \(.*\); 6\.2\.14 does: /,
    );
    assert.equal(launched({ plan: launch }).faults.has('clock'), false);
  });
});
