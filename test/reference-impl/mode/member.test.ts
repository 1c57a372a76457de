/** A mechanism with a figure of its own: the node goes by it and the judges judge it, no file changed. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { secondsUs } from '../../../harness/core/duration.ts';
import type { HistoryEvent } from '../../../harness/core/history.ts';
import type { Program } from '../../../harness/core/program.ts';
import type { Verdict } from '../../../harness/core/verdict.ts';
import { cluster } from '../../../harness/workload/cluster.ts';
import { standardPolicy } from '../../../reference-impl/config.ts';
import type { EvidenceOf } from '../../../reference-impl/evidence/observations.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { Gauge } from '../../../reference-impl/mode/gauge.ts';
import { modeTransitions } from '../../../reference-impl/mode/judge/mode-transitions.ts';
import { areInputs, modesOf, worstTrigger } from '../../../reference-impl/mode/member.ts';
import type { ModeMember } from '../../../reference-impl/mode/member.ts';

declare module '../../../harness/core/observation.ts' {
  interface Observations {
    readonly queued: { readonly kind: 'queued'; readonly length: number };
  }
}
declare module '../../../reference-impl/mode/member.ts' {
  interface ModeInputs {
    /** Calls that wait. Nobody but this test measures it. */
    readonly queueLength?: number;
  }
  interface ModeBehaviours {
    readonly queue?: { readonly lengthMax: number };
  }
}

const queueMode: ModeMember = {
  figures: {
    types: { queueLength: 'number' },
    triggers: [
      {
        id: 'queue-long',
        row: 'load',
        enters: 'degraded',
        when: 'more than 100 calls wait',
        holds: (i) => (i.queueLength ?? 0) > 100,
      },
    ],
    gauge() {
      let queueLength = 0;
      return {
        hears: ['queued'],
        observed: (e) => {
          if (e.kind === 'queued') queueLength = e.length;
        },
        figures: () => ({ queueLength }),
      };
    },
    measure() {
      let queueLength = 0;
      return {
        observe: ({ value }) => {
          if (value.kind === 'queued') queueLength = value.length;
        },
        fill: (i) => {
          i.queueLength = queueLength;
        },
      };
    },
  },
  behaviour: {
    target: { lengthMax: 1_000 },
    degraded: { lengthMax: 100 },
    floor: { lengthMax: 0 },
    recovery: { lengthMax: 100 },
  },
};

const modes = modesOf([...mechanisms, { id: 'queue', mode: queueMode }]);
const node = 1;
const services = [{ name: 'front', instances: 1, calls: [] }];
const shape = cluster({ servers: 1, services, clients: 0 });
const settings = { policyDivisor: 1, deadlineUs: secondsUs(2), mutant: null, extra: {} };

describe('the member `mode` of a manifest', () => {
  it('makes a figure, a trigger and a behaviour, in the place of its row', () => {
    assert.deepEqual(
      modes.matrix.map((t) => t.id),
      [...modesOf(mechanisms).matrix.map((t) => t.id), 'queue-long'],
    );
    assert.deepEqual(modes.behaviours.floor.queue, { lengthMax: 0 });
    assert.deepEqual(modes.behaviours.floor.balancer, { isRoundRobin: true });
  });

  it('is measured by the node', () => {
    const gauge = new Gauge({ id: node, shape, settings }, standardPolicy, modes);
    gauge.start(0);
    gauge.observed({ kind: 'queued', length: 101 }, secondsUs(1));
    const inputs = gauge.inputs(secondsUs(1));
    assert.equal(inputs.queueLength, 101);
    assert.ok(areInputs(modes, inputs));
    assert.ok(!areInputs(modes, { ...inputs, queueLength: '101' }));
    assert.equal(worstTrigger(modes.matrix, inputs, standardPolicy.mode)?.id, 'queue-long');
  });

  it('is judged: followed in time it is right, not followed it is missed', () => {
    const changed = judge([queued(10, 101), degraded(11, 101)]);
    assert.equal(changed.kind, 'holds', JSON.stringify(changed));
    assert.match(said(judge([queued(10, 101)])), /calls for degraded .*more than 100 calls wait/);
    assert.match(said(judge([queued(10, 99), degraded(11, 101)])), /does not show that/);
  });
});

function judge(events: readonly HistoryEvent[]): Verdict {
  const program: Program = {
    scenario: 'queue',
    shape,
    faults: [],
    clients: [],
    durationUs: secondsUs(40),
    noiseSeed: 1,
    settings,
  };
  const beat = Array.from({ length: 29 }, (_, i) => i + 1).flatMap((s): HistoryEvent[] => [
    told(s, evidence(s, 'registry-contact', 'registry', { revision: 1 })),
    told(s, evidence(s, 'config', 'config/', { revision: 1, keys: 0 })),
  ]);
  const all = [...beat, ...events].sort((a, b) => a.timeUs - b.timeUs);
  const started: HistoryEvent = { type: 'node', timeUs: 0, node, change: 'started' };
  return modeTransitions(modes).judge(
    { events: [started, ...all], readyUs: 0, endUs: secondsUs(30) },
    program,
  );
}

function said(verdict: Verdict): string {
  if (verdict.kind !== 'violated') assert.fail(JSON.stringify(verdict));
  return verdict.explanation.sentences.join(' ');
}

function queued(s: number, length: number): HistoryEvent {
  return { type: 'observe', timeUs: secondsUs(s), node, value: { kind: 'queued', length } };
}

function degraded(s: number, queueLength: number): HistoryEvent {
  const gauge = new Gauge({ id: node, shape, settings }, standardPolicy, modes);
  const figures = { ...gauge.inputs(0), hasConfigCache: true, queueLength };
  const because = [evidence(s, 'mode', 'inputs', figures)];
  const change = { from: 'target', to: 'degraded', row: 'load', trigger: 'queue-long' } as const;
  const value = { kind: 'mode', ...change, because } as const;
  return { type: 'observe', timeUs: secondsUs(s), node, value };
}

function told(s: number, e: EvidenceOf<'registry-contact'> | EvidenceOf<'config'>): HistoryEvent {
  return {
    type: 'observe',
    timeUs: secondsUs(s),
    node,
    value: { kind: 'evidence', evidence: e },
  };
}

function evidence<K extends 'registry-contact' | 'config' | 'mode'>(
  s: number,
  kind: K,
  subject: string,
  value: EvidenceOf<K>['value'],
): EvidenceOf<K> {
  return {
    kind,
    subject,
    value,
    scope: 'local',
    binding: 'x',
    issuer: node,
    issuedUs: secondsUs(s),
    lifetimeUs: secondsUs(300),
    freshness: 'fresh',
    staleUsMax: 0,
  };
}
