/** `antlion verify` against a real etcd: it holds, its serializable reads do not, and nobody is harmed. */
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import type { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import { commandOf, skipWithoutEtcd, startEtcd, stopEtcd } from '../systems/etcd-cluster.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';
import type { Ended } from './antlion.ts';

interface Line {
  readonly verdict: string;
  readonly type: string;
  readonly operations: { readonly invoked: number };
  readonly faults: { readonly effective: number };
  readonly narrowed: readonly string[];
  readonly promises: readonly { readonly id: string }[];
  readonly counterexample: { readonly steps: readonly string[] } | null;
}

/** The last run's: a summary comes after it. */
function lineOf(stdout: string): Line {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const run = lines.findLast((line) => line.type === 'run');
  assert.ok(run !== undefined, stdout);
  return run;
}

/** A busy machine may get too little done to prove anything; what it did must hold all the same. */
function assertHolds({ code, stdout, stderr }: Ended): void {
  const tooLittle =
    /operations succeeded, wanted at least|never took effect|no fault took effect|nobody was seen to lead|after the last fault|after .* healed/;
  if (code === 2) assert.match(stdout, tooLittle);
  else assert.equal(code, 0, stderr + stdout);
}

describe('antlion verify etcd', function () {
  this.timeout(600_000);

  before(function () {
    skipUnlessBuilt(this);
    skipWithoutEtcd(this);
  });

  it('explains a stale serializable read within twenty tries, and how to see it again', async () => {
    const flags = ['--reads', 'serializable', '--scenario', 'member-pause', '--runs', '20'];
    const ended = await antlion(['verify', 'etcd', ...flags, '--member-flag', '--enable-v2=false']);
    assert.equal(ended.code, 1, ended.stderr);
    // Members lag by milliseconds also before the pause: whichever contradiction comes first is told.
    assert.match(ended.stdout, /linearizable is violated[^]* read k\d → ok .* from n\d/);
    assert.doesNotMatch(ended.stdout, /server-\d/);
    const again = /See it again: +(.*)/.exec(ended.stdout)?.[1] ?? '';
    assert.match(
      again,
      /^antlion verify etcd --member-flag --enable-v2=false --scenario member-pause --seed \d+ --reads serializable/,
    );
  });

  it('follows watchers of a cluster of its own, which loses its leader: what they are told holds', async () => {
    const ended = await antlion(['verify', 'etcd', '--scenario', 'watchers-follow', '--json']);
    assertHolds(ended);
    const line = lineOf(ended.stdout);
    assert.deepEqual(
      line.promises.map((p) => p.id),
      ['watch-guarantees', 'linearizable', 'executed-once'],
    );
    assert.deepEqual(line.narrowed, [
      'no reorder on links of clients, which are proxies',
      'no duplicate on links of clients, which are proxies',
    ]);
  });

  it('cuts the leader off with a minority of members that know nothing of antlion: it holds', async () => {
    const ended = await antlion(['verify', 'etcd', '--scenario', 'minority-partition', '--json']);
    assertHolds(ended);
    const line = lineOf(ended.stdout);
    assert.deepEqual(line.narrowed, []);
  });

  it('says in one message that the program is not there', async () => {
    const ended = await antlion(['verify', 'etcd', '--binary', '/nowhere/etcd', '--members', '1']);
    assert.match(ended.stderr, /^E_NO_PROGRAM: \/nowhere\/etcd cannot be started/);
    assert.equal(ended.code, 69);
  });

  it('starts as many members as asked, with their own flags, and says how to do the same again', async () => {
    const own = ['--members', '1', '--member-flag', '--snapshot-count=100', '--without', 'crash'];
    const words = ['--scenario', 'key-value', ...own, '--reads', 'serializable'];
    const ended = await antlion(['verify', 'etcd', ...words]);
    assertHolds(ended);
    assert.match(ended.stdout, /Shown for less than this claim:\n +- no crash: as asked/);
    assert.doesNotMatch(ended.stdout, /election-safety/);
  });
});

describe('antlion verify etcd, its suite', function () {
  this.timeout(600_000);

  before(function () {
    skipUnlessBuilt(this);
    skipWithoutEtcd(this);
  });

  it('is all that it promises something of, under each trouble', async () => {
    const { stdout, code } = await antlion(['verify', 'etcd', '--dry-run', '--seed', '3']);
    assert.equal(code, 0, stdout);
    const names = [...stdout.matchAll(/^([a-z-]+), seed 3:/gm)].map(([, name]) => name);
    assert.equal(names.length, 70);
    assert.deepEqual(names.slice(0, 11), [
      ...['keys-calm', 'watches-calm', 'compactions-calm', 'pasts-calm', 'defrags-calm'],
      ...['locks-calm', 'elections-calm', 'registrations-calm', 'barriers-calm'],
      ...['configurations-calm', 'keys-kill'],
    ]);
  });

  it('tells figures with its verdict: latencies, failover, how old reads were', async () => {
    const words = ['--scenario', 'keys-kill', '--operations', '500'];
    const ended = await antlion(['verify', 'etcd', ...words]);
    assertHolds(ended);
    assert.match(ended.stdout, /latency, p50 \/ p99 \/ max: .*read [\d.]+ µ?m?s \/ /);
    assert.match(ended.stdout, /out of date: none of \d+ reads/);
    if (ended.code === 0) assert.match(ended.stdout, /failover after crash: [\d.]+ m?s/);
  });

  it('restarts every member in turn, by telling it to stop', async () => {
    const words = ['--scenario', 'elections-rolling', '--operations', '300', '--json'];
    const ended = await antlion(['verify', 'etcd', ...words]);
    assertHolds(ended);
    const line = lineOf(ended.stdout);
    assert.deepEqual(line.narrowed, []);
    assert.equal(line.faults.effective, 3);
  });
});

describe('antlion verify etcd, on a cluster of the user', function () {
  this.timeout(600_000);
  let cluster: LaunchedMembers;

  before(function () {
    skipUnlessBuilt(this);
    skipWithoutEtcd(this);
  });
  beforeEach(async () => {
    cluster = await startEtcd();
  });
  afterEach(async () => {
    if (cluster !== undefined) await stopEtcd(cluster);
  });

  const name = (i: number): string => `member-${i}`;
  const endpoints = (): string[] =>
    cluster.endpoints.flatMap((e, i) => ['--endpoint', `${name(i)}=${e.url}`]);
  const allowed = (...nodes: number[]): string[] =>
    nodes.flatMap((i) => ['--allow-crash', `${name(i)}=${cluster.pid(i)}`]);
  const dead = (): number[] => [0, 1, 2].filter((i) => cluster.pid(i) === undefined);

  it('is unknown without leave to kill, names what was not tried, and how to allow it', async () => {
    const ended = await antlion(['verify', 'etcd', '--scenario', 'key-value', ...endpoints()]);
    assert.equal(ended.code, 2, ended.stderr + ended.stdout);
    assert.match(ended.stdout, /\? unknown +key-value/);
    assert.match(
      ended.stdout,
      /not crash leader: no member may be touched.*--allow-crash NAME=PID/,
    );
    const narrow = await antlion([
      'verify',
      'etcd',
      '--scenario',
      'key-value',
      ...endpoints(),
      '--without',
      'crash',
      '--json',
    ]);
    assertHolds(narrow);
    assert.deepEqual(lineOf(narrow.stdout).narrowed, ['no crash: as asked']);
  });

  it('skips parts of the suite for which members would have to be touched: nothing is known of them', async () => {
    const words = ['verify', 'etcd', '--scenario', 'elections-kill', ...endpoints()];
    const ended = await antlion(words);
    assert.equal(ended.code, 2, ended.stderr + ended.stdout);
    assert.match(
      ended.stdout,
      /- skipped +elections-kill: no member may be touched.*--allow-crash/,
    );
    assert.match(ended.stdout, /1 skipped.*\nWhat was skipped is not known\./);
    const json = await antlion([...words, '--json']);
    assert.match(json.stdout, /"type":"summary","verdict":"unknown"/);
    const required = await antlion([...words, '--require']);
    assert.equal(required.code, 69);
    assert.match(required.stderr, /--require wants all of them/);
    const left = await antlion([...words, '--without', 'crash']);
    assert.equal(left.code, 64, left.stdout);
    assert.match(left.stderr, /tries nothing but crash, which is left out/);
  });

  it('refuses to kill what nobody starts again', async () => {
    const ended = await antlion(['verify', 'etcd', ...endpoints(), ...allowed(0, 1, 2)]);
    assert.match(
      ended.stderr,
      /^E_REFUSED_TARGET: .*member-0, member-1, member-2.*--restart.*--leave-down/,
    );
    assert.equal(ended.code, 77);
    assert.deepEqual(dead(), []);
  });

  it('says beforehand what it would do, and does nothing of it', async () => {
    const flags = [...endpoints(), ...allowed(1), '--leave-down', '--dry-run'];
    const ended = await antlion(['verify', 'etcd', '--scenario', 'leader-crash', ...flags]);
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(
      ended.stdout,
      /may kill .* at most 1 of 3 at once:\n +member-1, process \d+@[0-9a-f]{8}, stays down/,
    );
    assert.match(ended.stdout, /crash member-1/);
    assert.match(ended.stdout, /left out: crash of member-1 alone, not crash of leader/);
    assert.deepEqual(dead(), []);
  });

  it('leaves a minority down if told to, says whom, and exits with 5: the rest goes on', async () => {
    const flags = [...endpoints(), ...allowed(0, 1, 2), '--leave-down'];
    const ended = await antlion(['verify', 'etcd', '--scenario', 'leader-crash', ...flags]);
    assert.equal(ended.code, 5, ended.stderr + ended.stdout);
    assert.match(ended.stderr, /may kill \(SIGKILL\)/);
    assert.equal(dead().length, 1);
    const [who] = dead();
    assert.match(ended.stdout, new RegExp(`left behind: member-${who} is down: it was killed`));
    assert.match(ended.stdout, /not crash leader: .* would leave no majority of 3/);
    const left = cluster.endpoints.find((_, i) => i !== who);
    const answer = await fetch(`${left?.url}/v3/kv/range`, {
      method: 'POST',
      body: '{"key":"AA=="}',
    });
    assert.equal(answer.status, 200, 'a majority is left');
  });

  it('has killed members started again: all of them answer in the end', async () => {
    const restart = cluster.endpoints.flatMap((_, i) => [
      '--restart',
      `${name(i)}=${commandOf(cluster.pid(i) ?? 0)}`,
    ]);
    const flags = [...endpoints(), ...allowed(0, 1, 2), ...restart];
    const ended = await antlion([
      'verify',
      'etcd',
      '--scenario',
      'leader-crash',
      ...flags,
      '--json',
    ]);
    assertHolds(ended);
    assert.ok(lineOf(ended.stdout).faults.effective >= 1);
    for (const { url } of cluster.endpoints) {
      const answer = await fetch(`${url}/v3/kv/range`, { method: 'POST', body: '{"key":"AA=="}' });
      assert.equal(answer.status, 200, url);
    }
  });
});
