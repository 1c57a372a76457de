/** Members that are taken out of their cluster and taken in again with an empty folder: told from those that are not. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { launched } from '../../harness/attached/launched.ts';
import { memberNames } from '../../harness/attached/launched-members.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { LaunchPlan } from '../../harness/core/launch-plan.ts';
import type { Program } from '../../harness/core/program.ts';
import type { AdapterForm, Endpoint, MemberChanges, System } from '../../harness/core/system.ts';
import { httpAdapter } from '../../harness/systems/http-adapter.ts';

const server = fileURLToPath(new URL('peer-server.mjs', import.meta.url));
const plan: LaunchPlan = {
  command: [process.execPath, server, '{{name}}', '{{port}}', '{{peers}}', '{{data}}'],
  files: { told: '{{entry}}: {{members}}' },
  entry: { first: 'first', later: 'later' },
  peers: { each: '{{name}}' },
  ready: { log: 'listens$' },
};

/** A cluster that keeps its list of members in the test; who was added is named once it answers. */
class MemberList implements MemberChanges {
  readonly asked: string[] = [];
  endpoints: readonly Endpoint[] = [];
  private readonly names: Set<string>;
  private readonly added = new Set<string>();

  constructor(count = 3) {
    this.names = new Set(memberNames(count));
  }

  async told(): Promise<readonly string[]> {
    const named = await Promise.all(
      [...this.names].map(async (name) => {
        const url = this.endpoints.find((e) => e.name === name)?.url;
        const isUp = !this.added.has(name) || (await fetch(`${url}/up`).then(Boolean, () => false));
        return isUp ? [name] : [];
      }),
    );
    return named.flat();
  }

  known(name: string): Promise<string> {
    return Promise.resolve(name);
  }

  remove(member: unknown, { name: by }: Endpoint): Promise<void> {
    return this.change(`remove ${String(member)} by ${by}`, () =>
      this.names.delete(String(member)),
    );
  }

  add(member: unknown, { name: by }: Endpoint): Promise<void> {
    return this.change(`add ${String(member)} by ${by}`, () => {
      this.names.add(String(member));
      this.added.add(String(member));
    });
  }

  protected change(what: string, make: () => void): Promise<void> {
    this.asked.push(what);
    make();
    return Promise.resolve();
  }
}

/** Says that it is done, and does nothing. */
class Liar extends MemberList {
  protected override change(): Promise<void> {
    return Promise.resolve();
  }
}

/** Does what it is asked to, and has no time to say so at first. */
class Mumbler extends MemberList {
  protected override async change(what: string, make: () => void): Promise<void> {
    await super.change(what, make);
    if (this.asked.filter((a) => a === what).length === 1) throw new Error('no time');
  }
}

const out = (nodes: readonly number[]): Fault => ({
  kind: 'reconfigure',
  atUs: 0,
  untilUs: 500_000,
  nodes: { of: 'nodes', nodes },
});

const program = (faults: readonly Fault[], count: number): Program => ({
  scenario: 'replaced',
  shape: {
    nodes: memberNames(count).map((name) => ({ name, role: 'server', zone: 'z' })),
    clients: 0,
  },
  faults,
  clients: [],
  durationUs: 500_000,
  noiseSeed: 1,
  settings: { policyDivisor: 20, deadlineUs: 1_000_000, mutant: null, extra: {} },
});

async function runOf(members: MemberList | null, faults: readonly Fault[], count = 3) {
  const http = httpAdapter({ read: { method: 'GET', path: '/up' } });
  const adapter: AdapterForm = {
    ...http,
    async ready(endpoints) {
      if (members !== null) members.endpoints = endpoints;
      await http.ready(endpoints);
    },
    ...(members !== null && { members }),
  };
  const system: System = {
    name: 'peers',
    operations: new Set(['read']),
    promises: [],
    mutants: {},
    adapter,
  };
  let folder = '';
  const onKept = (at: string): void => {
    folder = at;
  };
  const environment = launched({ plan, members: count, onKept });
  const run = await environment.run(system, program(faults, count));
  const { history, skippedFaults, faultNotes, leftovers } = run;
  try {
    assert.deepEqual(leftovers, []);
    const seen = (name: string): string[] =>
      ['starts', 'told'].map((file) => {
        const path = join(folder, name, file);
        return existsSync(path) ? readFileSync(path, 'utf8') : 'not there';
      });
    return {
      effective: history.events.filter((e) => e.type === 'fault' && e.phase === 'effective').length,
      changes: history.events.flatMap((e) =>
        e.type === 'node' && (e.node === 1 || e.node === 2) ? [`${e.change} n${e.node}`] : [],
      ),
      notes: (faultNotes ?? []).flatMap((n) => (n.about === 'late' ? [] : `${n.about}: ${n.text}`)),
      skipped: skippedFaults.map((s) => s.reason),
      seen: ['n0', 'n1', 'n2'].map(seen),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('launched members that are replaced', function () {
  this.timeout(120_000);

  it('stop, are out, and come back one after the other, empty, told of who is there', async () => {
    const list = new MemberList(5);
    const faults = [out([0, 1, 2]), out([1, 2])];
    const { effective, notes, changes, skipped, seen } = await runOf(list, faults, 5);
    assert.deepEqual(skipped, ['those who are left would be no majority']);
    assert.deepEqual([effective, notes], [1, []]);
    assert.deepEqual(changes.slice(2), ['stopped n1', 'stopped n2', 'started n1', 'started n2']);
    assert.deepEqual(seen, [
      ['.', 'first: n0,n1,n2,n3,n4'],
      ['.', 'later: n0,n1,n3,n4'],
      ['.', 'later: n0,n1,n2,n3,n4'],
    ]);
    assert.ok(!list.asked.some((a) => /by n[12]$/.test(a)), list.asked.join());
  });

  it('are told from those whose cluster only says that it has taken them out', async () => {
    const { effective, notes } = await runOf(new Liar(), [out([1])]);
    const why = 'no-effect: the system was not seen to have taken them out';
    assert.deepEqual([effective, notes], [0, [why]]);
  });

  it('are asked for again where nobody answers, and come back all the same', async () => {
    const { effective, notes } = await runOf(new Mumbler(), [out([1])]);
    assert.deepEqual([effective, notes], [1, []]);
  });

  it('are left alone where the system has no such operation', async () => {
    const { skipped } = await runOf(null, [out([1])]);
    assert.match(skipped.join(), /^the system has no operation for it/);
  });
});
