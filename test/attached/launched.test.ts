/** Members started from a launch plan: told their peers, reached on every link, gone afterwards. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import type { DiskChoice } from '../../harness/attached/disk-choice.ts';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import { launched } from '../../harness/attached/launched.ts';
import { processesIn } from '../../harness/cleanup/process-id.ts';
import type { Run } from '../../harness/core/environment.ts';
import type { Fault } from '../../harness/core/fault.ts';
import { isOperation } from '../../harness/core/history.ts';
import type { LaunchPlan, PeersPlan } from '../../harness/core/launch-plan.ts';
import type { Program } from '../../harness/core/program.ts';
import type { System } from '../../harness/core/system.ts';
import { whyNoDisks } from '../../harness/disks/support.ts';
import { whyNoNamespaces, whyNoSwitch } from '../../harness/namespaces/support.ts';
import { httpAdapter } from '../../harness/systems/http-adapter.ts';
import { skipUnless } from '../require.ts';

const server = fileURLToPath(new URL('peer-server.mjs', import.meta.url));
const plan: LaunchPlan = {
  command: [process.execPath, server, '{{name}}', '{{port}}', '{{peers}}', '{{data}}'],
  ready: { log: 'listens$' },
};

/** Each client asks its own member about a peer, again and again. */
const system: System = {
  name: 'peers',
  operations: new Set(['read-peer', 'read-starts']),
  promises: [],
  mutants: {},
  adapter: httpAdapter(
    {
      'read-peer': { method: 'GET', path: '/ask/{{key}}' },
      'read-starts': { method: 'GET', path: '/starts' },
    },
    { observe: { path: '/says' } },
  ),
};

function program(faults: readonly Fault[], asked: readonly string[], f = 'read-peer'): Program {
  return {
    scenario: 'peers',
    shape: {
      nodes: [0, 1, 2].map((i) => ({ name: `server-${i}`, role: 'server', zone: 'z' })),
      clients: asked.length,
    },
    faults,
    clients: asked.map((key, client) =>
      [0, 1].map((k) => ({
        id: client * 10 + k,
        afterUs: k === 0 ? 600_000 : 3_200_000,
        f,
        key,
        value: null,
      })),
    ),
    durationUs: 6_000_000,
    noiseSeed: 1,
    settings: { policyDivisor: 20, deadlineUs: 1_500_000, mutant: null, extra: {} },
  };
}

const cut = (from: number, to: number): Fault => ({
  kind: 'partition',
  mode: 'drop',
  atUs: 0,
  untilUs: 2_000_000,
  links: { from: { of: 'node', node: from }, to: { of: 'node', node: to }, bothWays: false },
});

/** What each client was told, in order. */
const told = ({ history }: Run): unknown[][] => {
  const all: unknown[][] = [];
  for (const e of history.events) {
    if (!isOperation(e) || e.type === 'invoke') continue;
    (all[Math.floor(e.op / 10)] ??= []).push(e.type === 'ok' ? e.value : e.type);
  }
  return all;
};

describe('launched members', function () {
  this.timeout(60_000);

  for (const via of ['links', 'http-proxy', 'direct'] as const) {
    it(`are cut off from one another one by one, dialled by ${via}`, async function () {
      const peers: PeersPlan = { via };
      if (via === 'direct') skipUnless(this, 'namespaces', whyNoNamespaces());
      const command = [...plan.command, ...(via === 'direct' ? ['{{host}}'] : [])];
      const environment = launched({ plan: { ...plan, peers, command } });
      const run = await environment.run(system, program([cut(0, 1)], ['n1', 'n2', 'n0']));
      assert.deepEqual(run.skippedFaults, []);
      assert.deepEqual(told(run), [
        ['lost', 'heard'],
        ['heard', 'heard'],
        ['heard', 'heard'],
      ]);
      assert.deepEqual(run.leftovers, []);
    });
  }

  it('are killed and started again with their own data', async () => {
    const crash: Fault = {
      kind: 'crash',
      atUs: 1_500_000,
      untilUs: 1_800_000,
      nodes: { of: 'node', node: 0 },
    };
    const run = await launched({ plan }).run(
      system,
      program([crash], ['-', '-', '-'], 'read-starts'),
    );
    assert.deepEqual(told(run), [
      [1, 2],
      [1, 1],
      [1, 1],
    ]);
    const says = run.history.events.flatMap((e) =>
      e.type === 'observe' ? [`${e.node} ${JSON.stringify(e.value)}`] : [],
    );
    assert.deepEqual(says.sort(), [
      '0 {"kind":"starts","count":1}',
      '0 {"kind":"starts","count":2}',
      '1 {"kind":"starts","count":1}',
      '2 {"kind":"starts","count":1}',
    ]);
  });

  it('lose what they had not synced when they are killed, where their disks are ours', async function () {
    skipUnless(this, 'disks', whyNoDisks());
    const crash: Fault = {
      kind: 'crash',
      atUs: 1_500_000,
      untilUs: 1_800_000,
      nodes: { of: 'node', node: 0 },
    };
    const run = await launched({ plan, disk: 'fuse' }).run(
      system,
      program([crash], ['-', '-', '-'], 'read-starts'),
    );
    // One start a boot is written down, and never synced.
    assert.deepEqual(told(run)[0], [1, 1]);
    assert.deepEqual(run.leftovers, []);
  });

  it('have disks of ours by what a run does to them, unless told otherwise', function () {
    skipUnless(this, 'disks', whyNoDisks());
    const interval = { atUs: 0, untilUs: 1, nodes: { of: 'servers' } as const };
    const slow: Fault = { kind: 'disk', ...interval, delayUs: 1_000 };
    const plain: Fault = { kind: 'crash', ...interval };
    const fit = (disk: DiskChoice) => launched({ plan, disk }).fit?.(program([slow, plain], []));
    assert.equal(fit('auto')?.program.faults.length, 2);
    assert.equal(fit('plain')?.program.faults.length, 1);
    assert.deepEqual(fit('plain')?.narrowed, [
      'no disk: it needs a disk in user space, and --disk plain was asked for',
    ]);
  });

  it('have links of their own unless they are told each other directly', () => {
    const peers = cut(0, 1);
    const roles: Fault = {
      ...(peers as Extract<Fault, { kind: 'partition' }>),
      links: { from: { of: 'minority' }, to: { of: 'majority' }, bothWays: true },
    };
    const fit = (p: LaunchPlan): number => {
      const crash: Fault = { kind: 'crash', atUs: 0, untilUs: 1, nodes: { of: 'leader' } };
      return launched({ plan: p }).fit?.(program([roles, crash], [])).program.faults.length ?? 0;
    };
    assert.equal(fit(plan), 2);
    assert.equal(fit({ ...plan, peers: { via: 'direct' } }), 1);
    assert.equal(fit({ command: ['server', '{{port}}'] }), 1);
  });

  it('that lose packets are put in namespaces by that, and what no packet can is told', async function () {
    skipUnless(this, 'switch', whyNoSwitch());
    const { atUs, untilUs, links } = cut(0, 1) as Extract<Fault, { kind: 'partition' }>;
    const loss: Fault = { kind: 'loss', atUs, untilUs, links, permille: 1_000 };
    const reset: Fault = { kind: 'reset', atUs, untilUs, links, afterBytes: 0 };
    const environment = launched({ plan: { ...plan, command: [...plan.command, '{{host}}'] } });
    const run = await environment.run(system, program([loss, reset], ['n1', 'n2', 'n0']));
    assert.deepEqual(told(run)[0], ['lost', 'heard']);
    assert.deepEqual(
      run.skippedFaults.map(({ fault, reason }) => [fault, reason]),
      [[1, 'packets among members have no connection to break']],
    );
    const isFelt = run.history.events.some((e) => e.type === 'fault' && e.phase === 'effective');
    assert.ok(isFelt);
  });

  it('that cannot be in namespaces lose no packets, and say why', () => {
    const { atUs, untilUs, links } = cut(0, 1) as Extract<Fault, { kind: 'partition' }>;
    const loss: Fault = { kind: 'loss', atUs, untilUs, links, permille: 1_000 };
    const fitted = launched({ plan }).fit?.(program([loss, cut(0, 1)], []));
    assert.deepEqual(fitted?.narrowed, [
      'no loss: proxies carry connections, and no packets; in network namespaces they would, but the plan does not say {{host}}',
    ]);
  });

  it('in namespaces without their program are one message', async function () {
    skipUnless(this, 'namespaces', whyNoNamespaces());
    const nowhere: LaunchPlan = {
      command: ['nowhere-to-be-found', '{{port}}'],
      install: 'buy one',
    };
    const environment = launched({ plan: nowhere, network: 'namespaces' });
    await assert.rejects(
      environment.run(system, program([], [])),
      /E_NO_PROGRAM: nowhere-to-be-found cannot be started \(ENOENT\).*Install it: buy one/,
    );
  });

  it('that end before they are up say what they said last, and leave nothing', async () => {
    const command = ['/bin/sh', '-c', 'echo the port is taken; exit 3', '{{port}}'];
    const members = await LaunchedMembers.open({ plan: { command } });
    await assert.rejects(
      members.start(),
      /E_NOT_READY: n\d did not come up: it ended.*the port is taken/s,
    );
    assert.deepEqual(await members.stop(), []);
    assert.equal(existsSync(members.folder), false);
    assert.deepEqual(processesIn(members.folder), []);
  });

  it('with a field that there is not are one message', async () => {
    const environment = launched({ plan: { command: ['server', '{{prot}}'] } });
    await assert.rejects(
      environment.run(system, program([], [])),
      /E_CONFIG: "\{\{prot\}\}" has the field .*wanted one of name, id, number, count, host, port/,
    );
  });

  it('are up when they answer a GET', async () => {
    await using members = await LaunchedMembers.open({ plan: { ...plan, ready: { http: '/up' } } });
    await members.start();
    const answer = await fetch(`${members.endpoints[2]?.url}/up`);
    assert.equal(await answer.json(), 'up');
  });
});
