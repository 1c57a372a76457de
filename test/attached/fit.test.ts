/** A plan drawn for some servers, against the members that are there. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fitTo } from '../../harness/attached/fit.ts';
import type { Here } from '../../harness/attached/fit.ts';
import type { Fault, NodeTarget } from '../../harness/core/fault.ts';
import type { Program } from '../../harness/core/program.ts';

const here: Here = {
  names: ['n1', 'n2', 'n3', 'n4', 'n5'],
  members: new Set(),
  faults: new Set(['partition', 'latency', 'bandwidth', 'crash', 'pause']),
  arePeersOurs: false,
};

function program(faults: readonly Fault[], role = 'server'): Program {
  return {
    scenario: 'story',
    shape: {
      nodes: [0, 1, 2].map((i) => ({ name: `server-${i}`, role, zone: 'z' })),
      clients: 2,
    },
    faults,
    clients: [[], []],
    durationUs: 1,
    noiseSeed: 1,
    settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
  };
}

const interval = { atUs: 0, untilUs: 1 };
const crash = (nodes: NodeTarget): Fault => ({ kind: 'crash', ...interval, nodes });
const cut = (from: NodeTarget, to: NodeTarget): Fault => ({
  kind: 'partition',
  mode: 'drop',
  ...interval,
  links: { from, to, bothWays: true },
});
const clients = { of: 'clients' } as const;

describe('a plan and the members that are there', () => {
  it('moves ids with what they name: clients stay clients, servers stay servers', () => {
    const { program: fitted } = fitTo(
      here,
      program([cut({ of: 'nodes', nodes: [3, 4] }, { of: 'node', node: 2 })]),
    );
    assert.deepEqual(
      fitted.shape.nodes.map((n) => n.name),
      here.names,
    );
    assert.deepEqual(fitted.faults, [cut({ of: 'nodes', nodes: [5, 6] }, { of: 'node', node: 2 })]);
  });

  it('refuses a plan that names a member which is not there', () => {
    const two = { ...here, names: ['n1', 'n2'] };
    const third = program([crash({ of: 'node', node: 2 })]);
    assert.throws(() => fitTo(two, third), /E_PLAN: .*server 3 of 3, and there are 2 members/);
  });

  it('refuses a shape with nodes that no foreign system has', () => {
    assert.throws(() => fitTo(here, program([], 'service')), /E_PLAN: .*role service/);
  });

  it('fits once: what runs is what was fitted', () => {
    const once = fitTo(here, program([cut(clients, { of: 'leader' })]));
    assert.deepEqual(fitTo(here, once.program), { program: once.program, narrowed: [] });
  });

  it('takes out what can never be done here, and says so', () => {
    const links = { from: clients, to: { of: 'servers' } as const, bothWays: true };
    const plan: Fault[] = [
      { kind: 'reorder', ...interval, permille: 100, links },
      cut({ of: 'follower' }, { of: 'servers' }),
      cut(clients, { of: 'leader' }),
    ];
    const { program: fitted, narrowed } = fitTo(here, program(plan));
    assert.deepEqual(fitted.faults, [cut(clients, { of: 'leader' })]);
    assert.deepEqual(narrowed, [
      'no reorder: it cannot be done to members from outside',
      'no partition among members: they reach each other by links that are not ours',
    ]);
    assert.equal(fitTo({ ...here, arePeersOurs: true }, program(plan)).program.faults.length, 2);
  });

  it('says why a clock cannot be set', () => {
    const nodes = { of: 'servers' } as const;
    const plan: Fault[] = [
      { kind: 'clock', ...interval, jumpUs: 1, driftPpm: 0, nodes },
      cut(clients, { of: 'leader' }),
    ];
    const clock = { library: null, missing: 'it needs libfaketime', isOfProgram: false };
    assert.deepEqual(fitTo({ ...here, clock }, program(plan)).narrowed, [
      'no clock: it needs libfaketime',
    ]);
  });

  it('leaves a plan whole of which nothing would be left: it proves nothing', () => {
    const plan = [cut({ of: 'minority' }, { of: 'majority' })];
    assert.deepEqual(fitTo(here, program(plan)).program.faults, plan);
  });

  it('narrows a crash to the only member that may be touched', () => {
    const one = { ...here, members: new Set([3]) };
    const { program: fitted, narrowed } = fitTo(one, program([crash({ of: 'leader' })]));
    assert.deepEqual(fitted.faults, [crash({ of: 'node', node: 3 })]);
    assert.deepEqual(narrowed, ['crash of n4 alone, not crash of leader: no other may be touched']);
  });
});
