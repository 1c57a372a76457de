/**
 * Every trigger of the matrix, judged from what a node observed: followed in time, it holds; not
 * followed, it is missed; claimed though nothing of it was observed, it is not believed.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { secondsUs } from '../../../harness/core/duration.ts';
import type {
  Evidence,
  EvidenceKind,
  EvidenceValues,
} from '../../../reference-impl/evidence/observations.ts';
import type { HistoryEvent } from '../../../harness/core/history.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import type { Mode } from '../../../reference-impl/mode/matrix.ts';
import { modesOf } from '../../../reference-impl/mode/member.ts';
import type { ModeInputs, ModeTrigger } from '../../../reference-impl/mode/member.ts';
import { digestOf } from '../../../reference-impl/discovery/observations.ts';
import type { RoutingTable } from '../../../reference-impl/discovery/observations.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import type { Program } from '../../../harness/core/program.ts';
import type { Verdict } from '../../../harness/core/verdict.ts';
import { modeTransitions } from '../../../reference-impl/mode/judge/mode-transitions.ts';
import { cluster } from '../../../harness/workload/cluster.ts';

const modes = modesOf(mechanisms);
const services = [
  { name: 'front', instances: 1, calls: ['back'] },
  { name: 'back', instances: 3 },
];
const shape = cluster({ servers: 1, services, clients: 0 });
const program: Program = {
  scenario: 'triggers',
  shape,
  faults: [],
  clients: [],
  durationUs: secondsUs(500),
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: secondsUs(2), mutant: null, extra: {} },
};
/** front-0, which calls back 2, 3 and 4. */
const node = 1;
const atUs = secondsUs(100);

const calm: ModeInputs = {
  registryAgeUs: 0,
  configAgeUs: 0,
  hasConfigCache: true,
  failurePermille: 0,
  checkFailurePermille: 0,
  tripsPerMinute: 0,
  instancesAlive: 1,
  instancesExpected: 1,
};

/** What makes a trigger hold, and with which figures; until when registry and configuration answer. */
interface Case {
  readonly figures: Partial<ModeInputs>;
  readonly events?: readonly HistoryEvent[];
  readonly contactUs?: number;
  readonly configUs?: number;
  /** It holds from here on: 101 s unless told. */
  readonly holdsUs?: number;
  /** What the node did before. */
  readonly before?: readonly HistoryEvent[];
}

const cases: Readonly<Record<string, Case>> = {
  'registry-lost': {
    figures: { registryAgeUs: secondsUs(301) },
    contactUs: atUs,
    holdsUs: secondsUs(400),
    before: [mode(secondsUs(111), 'target', 'evidence-stale', { registryAgeUs: secondsUs(11) })],
  },
  'config-down': {
    figures: { configAgeUs: secondsUs(61), hasConfigCache: false },
    configUs: 0,
    holdsUs: secondsUs(61),
  },
  'failures-majority': {
    figures: { failurePermille: 600 },
    events: seconds(90, 130).map((us) => routed(us, us > atUs ? 'timeout' : 'ok')),
    holdsUs: secondsUs(112),
  },
  'last-instance': {
    figures: { instancesAlive: 1, instancesExpected: 3 },
    events: [table(atUs, [2])],
  },
  'evidence-stale': {
    figures: { registryAgeUs: secondsUs(11) },
    contactUs: atUs,
    holdsUs: secondsUs(111),
  },
  'checks-failing': {
    figures: { checkFailurePermille: 300 },
    events: [evidence(atUs, 'health', 'checks', { permille: 300, sent: 40, checking: 3 })],
  },
  'propagation-slow': {
    figures: { configAgeUs: secondsUs(61) },
    configUs: atUs,
    holdsUs: secondsUs(161),
  },
  trips: {
    figures: { tripsPerMinute: 4 },
    events: seconds(96, 100).flatMap((us) => [circuit(us, 'open'), circuit(us + 1, 'closed')]),
  },
  'instance-lost': {
    figures: { instancesAlive: 2, instancesExpected: 3 },
    events: [table(atUs, [2, 3])],
  },
};

describe('triggers of the matrix', () => {
  it('have a case each', () => {
    assert.deepEqual(Object.keys(cases).sort(), modes.matrix.map((t) => t.id).sort());
  });

  for (const t of modes.matrix) {
    const c = cases[t.id] as Case;
    const holdsUs = c.holdsUs ?? atUs + secondsUs(1);

    it(`${t.id}: a change in time is right`, () => {
      const verdict = judge([...story(c), change(c, t, holdsUs + secondsUs(1))], holdsUs);
      assert.equal(verdict.kind, 'holds', JSON.stringify(verdict));
    });

    it(`${t.id}: a change that does not come is missed`, () => {
      const verdict = judge(story(c), holdsUs);
      assert.match(said(verdict), new RegExp(`calls for ${t.enters} .*${t.when}`));
    });

    it(`${t.id}: a change that nothing shows a reason for is wrong`, () => {
      const claim = change({ figures: c.figures }, t, holdsUs + secondsUs(1));
      assert.match(said(judge([...story({ figures: {} }), claim], holdsUs)), /does not show that/);
    });
  }
});

/** All that is observed until 20 s after the trigger began to hold. */
function judge(events: readonly HistoryEvent[], holdsUs: number): Verdict {
  const endUs = holdsUs + secondsUs(20);
  const ordered = events.filter((e) => e.timeUs <= endUs).sort((a, b) => a.timeUs - b.timeUs);
  return modeTransitions(modes).judge({ events: ordered, readyUs: 0, endUs }, program);
}

function said(verdict: Verdict): string {
  if (verdict.kind !== 'violated') assert.fail(JSON.stringify(verdict));
  return verdict.explanation.sentences.join(' ');
}

/** A healthy node, but for what the case says; it calls somebody every second. */
function story(c: Case): HistoryEvent[] {
  const { contactUs = Infinity, configUs = Infinity } = c;
  const beat = seconds(1, 450);
  return [
    { type: 'node', timeUs: 0, node, change: 'started' },
    table(secondsUs(1), [2, 3, 4]),
    evidence(secondsUs(1), 'routing-table', 'front', listed([node])),
    ...beat
      .filter((us) => us <= contactUs)
      .map((us) => evidence(us, 'registry-contact', 'registry', { revision: 1 })),
    ...beat
      .filter((us) => us <= configUs)
      .map((us) => evidence(us, 'config', 'config/', { revision: 1, keys: 0 })),
    ...(c.events ?? beat.map((us) => routed(us, 'ok'))),
    ...(c.events === undefined ? [] : beat.map((us) => evidence(us, 'circuit', 'x', 'closed'))),
    ...(c.before ?? []),
  ];
}

function change(c: Case, t: ModeTrigger, timeUs: number): HistoryEvent {
  return mode(timeUs, c.before === undefined ? 'target' : 'degraded', t.id, c.figures);
}

function mode(timeUs: number, from: Mode, id: string, figures: Partial<ModeInputs>): HistoryEvent {
  const trigger = modes.matrix.find((t) => t.id === id) as ModeTrigger;
  const inputs = evidenceOf(timeUs, 'mode', 'inputs', { ...calm, ...figures });
  const { row, enters: to } = trigger;
  return observe(timeUs, { kind: 'mode', from, to, row, trigger: id, because: [inputs] });
}

function table(timeUs: number, instances: readonly number[]): HistoryEvent {
  return evidence(timeUs, 'routing-table', 'back', listed(instances));
}

function listed(instances: readonly number[]): RoutingTable {
  return { source: 'registry', size: instances.length, digest: digestOf(instances) };
}

function routed(timeUs: number, outcome: 'ok' | 'timeout'): HistoryEvent {
  const call = { service: 'back', instance: 2, source: 'registry' } as const;
  return observe(timeUs, { kind: 'routed', ...call, outcome, sentUs: timeUs - 1, tookUs: 1 });
}

function circuit(timeUs: number, to: 'open' | 'closed'): HistoryEvent {
  const from = to === 'open' ? 'closed' : 'half-open';
  return observe(timeUs, {
    kind: 'circuit',
    service: 'back',
    from,
    to,
    cause: 'x',
    isForced: false,
  });
}

function evidence<K extends EvidenceKind>(
  timeUs: number,
  kind: K,
  subject: string,
  value: EvidenceValues[K],
): HistoryEvent {
  return observe(timeUs, { kind: 'evidence', evidence: evidenceOf(timeUs, kind, subject, value) });
}

function evidenceOf<K extends EvidenceKind>(
  issuedUs: number,
  kind: K,
  subject: string,
  value: EvidenceValues[K],
): Evidence {
  return {
    kind,
    subject,
    scope: 'local',
    binding: 'a test',
    value,
    issuer: node,
    issuedUs,
    lifetimeUs: secondsUs(300),
    freshness: 'bounded-stale',
    staleUsMax: 0,
  } as Evidence;
}

function observe(timeUs: number, value: Observation): HistoryEvent {
  return { type: 'observe', timeUs, node, value };
}

function seconds(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => secondsUs(from + i));
}
