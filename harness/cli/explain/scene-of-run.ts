/** What was known at one moment of a run: observations, leases and faults until then. */
import { assert } from '../../core/assert.ts';
import type { History, HistoryEvent } from '../../core/history.ts';
import type { NodeId } from '../../core/host.ts';
import type { Observation } from '../../core/observation.ts';
import type { Program } from '../../core/program.ts';
import { nodeName } from '../../faults/describe.ts';
import { faultBands } from '../../page/prepare/faults.ts';
import { scaled, standardPolicy } from '../../../reference-impl/config.ts';
import { listAfter } from '../../../reference-impl/discovery/observations.ts';
import type { SceneCircuit, Scene, SceneLease, SceneNode, SceneValue } from './scene.ts';

interface Book {
  isUp: boolean;
  mode: string | null;
  readonly lists: Map<string, readonly NodeId[]>;
  listSource: string | null;
  confirmedUs: number | null;
  readonly critical: Set<string>;
  readonly circuits: Map<string, SceneCircuit>;
  calls: {
    readonly atUs: number;
    readonly service: string;
    readonly instance: string | null;
    readonly outcome: string;
  }[];
  readonly config: Map<string, SceneValue>;
  configUs: number | null;
}

/** Everything that was told until `atUs`. */
export function sceneOfRun(history: History, program: Program, atUs: number): Scene {
  const { shape, settings } = program;
  const policy = scaled(standardPolicy, settings.policyDivisor);
  const all = shape.nodes.length + shape.clients;
  const books = Array.from({ length: all }, (_, id) => emptyBook(id >= shape.nodes.length));
  const leases = new Map<string, SceneLease>();
  const name = (id: NodeId | string): string => (typeof id === 'string' ? id : nodeName(shape, id));
  for (const e of history.events) {
    if (e.timeUs > atUs) break;
    if (e.type === 'node') books[e.node] = { ...emptyBook(false), isUp: e.change === 'started' };
    if (e.type !== 'observe') continue;
    const book = books[e.node];
    assert(book !== undefined, 'who observes is there', { node: e.node });
    book.isUp = true;
    note(book, e, e.value, name);
    if (e.value.kind === 'lease') {
      const { service, instance, change } = e.value;
      const before = leases.get(`${service} ${name(instance)}`);
      const state = change === 'registered' || change === 'renewed' ? 'held' : change;
      const since = before?.state === state ? before.since : clock(e.timeUs);
      leases.set(`${service} ${name(instance)}`, {
        service,
        instance: name(instance),
        state,
        since,
      });
    }
  }
  const { failureThreshold, windowUs } = policy.breaker;
  const inForce = [...faultBands(history, program).values()].filter(
    (f) => f.fromUs <= atUs && f.untilUs >= atUs,
  );
  return {
    when: `at ${clock(atUs)}`,
    nodes: books.map((b, id) => nodeOf(b, id, program, atUs, windowUs)),
    leases: [...leases.values()],
    troubles: inForce.map((f) => ({ text: f.text, hits: f.hits })),
    policy: { failureThreshold, windowUs, propagationUs: policy.mode.propagationUs },
  };
}

function emptyBook(isUp: boolean): Book {
  return {
    isUp,
    mode: null,
    lists: new Map(),
    listSource: null,
    confirmedUs: null,
    critical: new Set(),
    circuits: new Map(),
    calls: [],
    config: new Map(),
    configUs: null,
  };
}

function note(
  book: Book,
  { timeUs }: HistoryEvent,
  o: Observation,
  name: (id: NodeId) => string,
): void {
  if (o.kind === 'mode') book.mode = o.to;
  else if (o.kind === 'config') book.config.set(o.key, { value: o.value, revision: o.revision });
  else if (o.kind === 'evidence') noteEvidence(book, timeUs, o.evidence, name);
  else if (o.kind === 'circuit') noteCircuit(book, timeUs, o);
  else if (o.kind === 'discovered') {
    book.lists.set(o.service, listAfter(book.lists.get(o.service) ?? [], o));
  } else if (o.kind === 'routed') {
    const instance = o.instance === null ? null : name(o.instance);
    book.calls.push({ atUs: timeUs, service: o.service, instance, outcome: o.outcome });
  }
}

function noteCircuit(
  book: Book,
  timeUs: number,
  o: Observation & { readonly kind: 'circuit' },
): void {
  const before = book.circuits.get(o.service);
  const isOpening = o.to === 'open';
  book.circuits.set(o.service, {
    state: o.to,
    cause: o.cause,
    opened: isOpening && !o.isForced ? clock(timeUs) : (before?.opened ?? null),
    failuresWhenHeld:
      isOpening && o.isForced ? failuresOf(book, o.service) : (before?.failuresWhenHeld ?? null),
  });
}

/** Of all that were told so far: windows are longer than what it takes to get to the Floor. */
function failuresOf({ calls }: Book, service: string): number {
  return calls.filter((c) => c.service === service && /^(error|timeout)$/.test(c.outcome)).length;
}

function noteEvidence(
  book: Book,
  timeUs: number,
  e: (Observation & { readonly kind: 'evidence' })['evidence'],
  name: (id: NodeId) => string,
): void {
  if (e.kind === 'config') book.configUs = timeUs - e.staleUsMax;
  if (e.kind === 'routing-table') book.listSource = e.value.source;
  if (e.kind === 'registry-contact') book.confirmedUs = timeUs;
  const of = /^node (\d+)$/.exec(e.subject)?.[1];
  if (e.kind !== 'health' || of === undefined) return;
  if (e.value === 'critical') book.critical.add(name(Number(of)));
  else book.critical.delete(name(Number(of)));
}

function nodeOf(
  b: Book,
  id: NodeId,
  { shape }: Program,
  atUs: number,
  windowUs: number,
): SceneNode {
  const spec = shape.nodes[id];
  const names = (ids: readonly NodeId[]): string[] => ids.map((n) => nodeName(shape, n));
  return {
    name: nodeName(shape, id),
    role: spec === undefined ? 'client' : spec.role === 'server' ? 'server' : 'service',
    service: spec?.service ?? null,
    isUp: b.isUp,
    mode: b.mode,
    lists: b.lists.size === 0 ? null : new Map([...b.lists].map(([s, ids]) => [s, names(ids)])),
    listSource: b.listSource,
    listAgeUs: b.confirmedUs === null ? null : atUs - b.confirmedUs,
    critical: [...b.critical],
    circuits: b.circuits,
    calls: b.calls.filter((c) => c.atUs > atUs - windowUs),
    config: b.config.size === 0 ? null : b.config,
    configAgeUs: b.configUs === null ? null : atUs - b.configUs,
  };
}

function clock(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}
