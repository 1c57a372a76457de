/** The adapter against a real etcd that the test starts. Skipped, with its reason, without one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'mocha';
import { WatchBook } from '../../harness/checkers/watches/book.ts';
import { watchOf } from '../../harness/checkers/watches/read.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Operation, Settings } from '../../harness/core/program.ts';
import type { Outcome, Session } from '../../harness/core/system.ts';
import type { WatchRequest, WatchResult } from '../../harness/core/watch.ts';
import { post } from '../../harness/systems/etcd/gateway.ts';
import { etcd } from '../../harness/systems/etcd/index.ts';
import type { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { skipWithoutEtcd, startEtcd } from './etcd-cluster.ts';

const settings: Settings = {
  policyDivisor: 1,
  deadlineUs: 2_000_000,
  mutant: null,
  extra: { prefix: 'antlion/test/' },
};

describe('etcd adapter', function () {
  let cluster: LaunchedMembers;
  const { adapter } = etcd.open({}).system;
  let session: Session;

  before(async function () {
    skipWithoutEtcd(this);
    cluster = await startEtcd();
    session = await adapter!.connect(cluster.endpoints, 0, settings);
  });

  after(async () => {
    session?.close();
    await cluster?.[Symbol.asyncDispose]();
  });

  const askFor = (key: string, f: string, value: Json = null): Promise<Outcome> =>
    new Promise((resolve) => {
      session.start({ id: 0, afterUs: 0, f, key, value }, resolve);
    });
  const ask = (f: string, value: Json = null): Promise<Outcome> => askFor('a', f, value);

  const revisionOf = async (asked: Promise<Outcome>): Promise<number> => {
    const outcome = await asked;
    assert.ok(outcome.type === 'ok' && outcome.version !== undefined, JSON.stringify(outcome));
    return outcome.version;
  };

  const watched = async (request: WatchRequest): Promise<WatchResult> => {
    const outcome = await askFor('w/', 'watch', request as unknown as Json);
    assert.ok(outcome.type === 'ok', JSON.stringify(outcome));
    return outcome.value as unknown as WatchResult;
  };

  adapterConformance(etcd.operations, () => {
    return {
      adapter: adapter!,
      operations: new Set(etcd.operations),
      endpoints: cluster.endpoints,
    };
  });

  it('reads nothing, writes, reads it back with its revision', async () => {
    const empty = await ask('read');
    assert.deepEqual(empty, { type: 'ok', value: null, node: 0 });
    const write = await ask('write', 7);
    const read = await ask('read');
    assert.equal(write.type, 'ok');
    assert.deepEqual(read, { ...write, value: 7 });
  });

  it('says nothing of a revision when a delete found nothing', async () => {
    await ask('delete');
    assert.deepEqual(await ask('delete'), { type: 'ok', value: null, node: 0 });
  });

  it('watches a prefix: whole revisions, what was before, and where to go on from', async () => {
    const all = (a: number, b: number): Json => ({ 'w/a': a, 'w/b': b });
    const first = await revisionOf(askFor('w/', 'write-all', all(1, 2)));
    const second = await revisionOf(askFor('w/a', 'write', 3));
    const third = await revisionOf(askFor('w/b', 'delete'));
    await askFor('x', 'write', 4);
    const told = await watched({ forUs: 500_000, after: first - 1 });
    assert.equal(told.after, first - 1);
    assert.deepEqual(told.batches[0], {
      revision: third,
      events: [
        { key: 'w/a', value: 1, revision: first, previous: null, isCreate: true },
        { key: 'w/b', value: 2, revision: first, previous: null, isCreate: true },
        {
          key: 'w/a',
          value: 3,
          revision: second,
          previous: { value: 1, revision: first },
          isCreate: false,
        },
        { key: 'w/b', value: null, revision: third, previous: { value: 2, revision: first } },
      ],
    });
    const bookmark = told.batches.at(-1);
    assert.deepEqual(bookmark?.events, []);
    assert.ok(bookmark.revision > third);
    const present = await watched({ forUs: 100_000, after: null });
    assert.ok(present.after >= bookmark.revision);
  });

  it('says that what a watch would resume from is compacted away', async () => {
    const revision = await revisionOf(askFor('w/a', 'write', 5));
    const url = cluster.endpoints[0]?.url ?? '';
    await post({ url }, '/v3/kv/compaction', { revision }, AbortSignal.timeout(2_000));
    const outcome = await askFor('w/', 'watch', { forUs: 300_000, after: 1 });
    assert.deepEqual(outcome, { type: 'fail', error: 'compacted', node: 0 });
  });

  it('forgets what was before a revision, and not again, nor what is still to come', async () => {
    const before = await revisionOf(askFor('w/a', 'write', 8));
    const last = await revisionOf(askFor('w/a', 'write', 9));
    assert.deepEqual(await askFor('w/', 'compact', last), { type: 'ok', value: last, node: 0 });
    const told = await watched({ forUs: 300_000, after: last - 1 });
    assert.equal(told.batches[0]?.events[0]?.revision, last);
    const refused = await Promise.all(
      [before, last + 1_000].map((revision) => askFor('w/', 'compact', revision)),
    );
    assert.deepEqual(
      refused.map((o) => (o.type === 'fail' ? o.error : o.type)),
      ['required revision has been compacted', 'required revision is a future revision'],
    );
    assert.deepEqual(await askFor('w/', 'compact', null), {
      ...{ type: 'fail', error: 'nothing was watched yet', node: 0 },
    });
    const dated = (value: number, revision: number): Promise<Outcome> =>
      askFor('w/a', 'write-if-known', { value, revision });
    assert.equal((await dated(10, last)).type, 'ok');
    const late = await dated(11, before);
    assert.equal(
      late.type === 'fail' ? late.error : late.type,
      'required revision has been compacted',
    );
    assert.equal((await ask('defrag')).type, 'ok');
    assert.equal((await ask('read')).type, 'ok');
  });

  it('finds etcd#15220 where it is: asked for progress, a member tells of it before the events', async () => {
    const asking = { ...settings, extra: { ...settings.extra, progress: 'requested' } };
    const other = await adapter!.connect(cluster.endpoints, 1, asking);
    const after = await revisionOf(askFor('w/a', 'write', 6));
    await askFor('w/a', 'write', 7);
    const value = { forUs: 300_000, after };
    const op = { id: 0, afterUs: 0, f: 'watch', key: 'w/', value };
    const outcome = await new Promise<Outcome>((resolve) => other.start(op, resolve));
    other.close();
    assert.ok(outcome.type === 'ok', JSON.stringify(outcome));
    const [faults] = faultsOf(op, outcome.value);
    assert.equal(faults, isMended(etcdVersion()) ? undefined : 'bookmarkable');
  });

  it('finds the leader, and tidies up its keys', async () => {
    const leader = await adapter!.leader!(cluster.endpoints);
    assert.ok(leader !== null && leader.node < 3 && (leader.term ?? 0) > 0);
    await ask('write', 1);
    await adapter!.tidy!(cluster.endpoints, settings);
    assert.deepEqual(await ask('read'), { type: 'ok', value: null, node: 0 });
  });

  it('says a write is unknown when the answer is lost, and moves on to the next member', async () => {
    const leader = await adapter!.leader!(cluster.endpoints);
    await cluster.pause(0);
    const op = { id: 1, afterUs: 0, f: 'write', key: 'a', value: 2 };
    session.start(op, () => undefined);
    session.abandon?.(op);
    const next = await ask('write', 3);
    await cluster.resume(0);
    assert.ok(next.type === 'ok' || next.type === 'info', JSON.stringify({ next, leader }));
    assert.equal(next.node, 1);
  });
});

/** What one watch breaks by itself. */
function faultsOf({ id, f, key, value: input }: Operation, output: Json): string[] {
  const book = new WatchBook();
  const times = { call: 0, ret: 1, callUs: 0, retUs: 1 };
  book.watched(watchOf({ id, process: 0, f, key, input, output, ...times }));
  return [...book.faults.keys()];
}

function etcdVersion(): number[] {
  const { stdout } = spawnSync('etcd', ['--version'], { encoding: 'utf8' });
  return (/Version: ([\d.]+)/.exec(stdout)?.[1] ?? '').split('.').map(Number);
}

/** The changelogs of 3.4.25 and 3.5.8 tell of it. */
function isMended([major = 0, minor = 0, patch = 0]: readonly number[]): boolean {
  if (major !== 3 || minor > 5) return true;
  return minor === 5 ? patch >= 8 : patch >= 25;
}
