/** `antlion verify` against a real etcd: it holds, and its serializable reads do not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'mocha';
import { LocalEtcd } from '../../harness/systems/etcd/launch.ts';
import { skipUnless } from '../require.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

describe('antlion verify etcd', function () {
  this.timeout(240_000);
  let cluster: LocalEtcd;

  before(async function () {
    skipUnlessBuilt(this);
    const isHere = spawnSync('etcd', ['--version']).error === undefined;
    skipUnless(this, 'etcd', isHere ? null : 'apt-get install etcd-server');
    cluster = await LocalEtcd.start();
  });

  after(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  const endpoints = (): string[] =>
    cluster.endpoints.flatMap((e) => ['--endpoint', `${e.name}=${e.url}`]);

  it('refuses to kill where not every member was allowed', async () => {
    const allowed = ['--allow-crash', `n0=${cluster.pid(0)}`];
    const ended = await antlion(['verify', 'etcd', ...endpoints(), ...allowed]);
    assert.match(
      ended.stderr,
      /^E_REFUSED_TARGET: .*n1, n2 may not be touched.*--allow-crash n1=PID/,
    );
    assert.equal(ended.code, 77);
  });

  it('explains a stale serializable read within twenty tries', async () => {
    const scenario = ['--scenario', 'member-pause', '--runs', '20'];
    const ended = await antlion([
      'verify',
      'etcd',
      '--reads',
      'serializable',
      ...scenario,
      '--json',
    ]);
    assert.equal(ended.code, 1, ended.stderr);
    const line = JSON.parse(ended.stdout.trim().split('\n').at(-1) as string) as {
      verdict: string;
      counterexample: { steps: string[] };
    };
    assert.equal(line.verdict, 'violated');
    assert.ok(line.counterexample.steps.length > 0);
  });

  it('follows watchers of a cluster of its own, which loses its leader: what they are told holds', async () => {
    const ended = await antlion(['verify', 'etcd', '--scenario', 'watchers-follow', '--json']);
    assert.equal(ended.code, 0, ended.stderr + ended.stdout);
    const line = JSON.parse(ended.stdout) as { operations: number; faultsFelt: number };
    assert.ok(line.operations >= 500, String(line.operations));
    // The first partition and the crash. The last partition meets nobody when all clients have left the
    // member that then becomes leader: from the partition to the next one, and from its crash to the third.
    assert.ok(line.faultsFelt >= 2, String(line.faultsFelt));
  });

  it('holds over 2,000 operations on a cluster of the user, its leader killed', async () => {
    const allowed = cluster.endpoints.flatMap((e, i) => [
      '--allow-crash',
      `${e.name}=${cluster.pid(i)}`,
    ]);
    const ended = await antlion(['verify', 'etcd', ...endpoints(), ...allowed, '--json']);
    assert.equal(ended.code, 0, ended.stderr + ended.stdout);
    const line = JSON.parse(ended.stdout) as { operations: number; faultsFelt: number };
    assert.ok(line.operations >= 2_000, String(line.operations));
    assert.equal(line.faultsFelt, 3);
    const dead = cluster.endpoints.filter((_, i) => !isAlive(cluster.pid(i) as number));
    assert.equal(dead.length, 1, 'the leader, and nobody else');
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
