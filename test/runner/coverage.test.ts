/** Coverage counts what a node was seen to be, not which node it was. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { MemberStatus } from '../../reference-impl/membership/observations.ts';
import type { Program } from '../../harness/core/program.ts';
import { Coverage } from '../../harness/runner/coverage.ts';
import { reference } from '../../reference-impl/system.ts';
import { cluster } from '../../harness/workload/cluster.ts';

const program: Program = {
  scenario: 's',
  shape: cluster({ servers: 3, clients: 1 }),
  faults: [],
  clients: [],
  durationUs: 100,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
};
const observe = (node: number, value: Observation): HistoryEvent => ({
  type: 'observe',
  timeUs: 1,
  node,
  value,
});
const leads = (node: number): HistoryEvent =>
  observe(node, { kind: 'role', role: 'leader', term: 1 });
const member = (node: number, of: number, status: MemberStatus): HistoryEvent =>
  observe(node, { kind: 'members', news: [{ member: of, status, incarnation: 0 }] });
const process = (node: number, change: 'started' | 'crashed'): HistoryEvent => ({
  type: 'node',
  timeUs: 1,
  node,
  change,
});

describe('coverage', () => {
  it('counts a state once, whichever node is in it', () => {
    const coverage = new Coverage(reference.facets);
    assert.deepEqual(coverage.add([leads(0)], program), {
      states: ['server: leader, members alive, no mode, circuits closed'],
      transitions: 1,
      firstUs: 1,
    });
    assert.deepEqual(coverage.add([leads(2)], program), {
      states: [],
      transitions: 0,
      firstUs: null,
    });
  });

  it('takes the worst of what a node believes of its members', () => {
    const coverage = new Coverage(reference.facets);
    coverage.add([member(0, 1, 'dead'), member(0, 2, 'suspect'), member(0, 1, 'alive')], program);
    assert.deepEqual(
      [...coverage.states].map((s) => s.split(/members |, no mode/)[1]),
      ['dead', 'suspect'],
    );
  });

  it('forgets with the process', () => {
    const coverage = new Coverage(reference.facets);
    const events = [leads(0), process(0, 'crashed'), process(0, 'started')];
    assert.deepEqual(coverage.add(events, program).states.slice(1), [
      'server: down',
      'server: no role, members alive, no mode, circuits closed',
    ]);
    assert.ok(
      coverage.transitions.has(
        'server: leader, members alive, no mode, circuits closed → server: down',
      ),
    );
  });
});
