/** A judged run as what a page shows of it. */
import { keyValueCells } from '../../checkers/models/cells.ts';
import type { Op } from '../../checkers/operations.ts';
import type { History, OperationEvent } from '../../core/history.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { Program } from '../../core/program.ts';
import type { System } from '../../core/system.ts';
import type { Verdict, VerdictKind } from '../../core/verdict.ts';
import { nodeName } from '../../faults/describe.ts';
import { registerOperations } from '../../invariants/linearizable.ts';
import { describeAsked } from '../../runner/narrate.ts';
import type { CodeView, LaneView, PromiseView, RunView, ViolationView } from '../view.ts';
import { agesView } from './ages.ts';
import { aspectLanes } from './aspects.ts';
import { faultBands } from './faults.ts';
import { filmView } from './film.ts';
import { loadView, unservedSpans } from './load.ts';
import { heldKeys, lockLanes } from './locks.ts';
import { messagesView } from './messages.ts';
import { nodeLanes, nodeMoments } from './nodes.ts';
import { columnsOf, operationRows } from './operations.ts';
import { orderView } from './order.ts';
import type { Recorder } from './recorder.ts';
import { registerLanes } from './registers.ts';
import { violationView } from './violation.ts';

/** Locks and offices in one picture. */
const heldMax = 3;

export interface JudgedRun {
  readonly id: string;
  readonly about: string;
  /** Of the scenario, where there is one; otherwise of the promise that is broken. */
  readonly claim: string | null;
  readonly system: System;
  readonly program: Program;
  readonly history: History;
  readonly invariants: readonly Invariant[];
  readonly verdicts: readonly Verdict[];
  /** Of the whole: where a violation was expected it holds with one. */
  readonly verdict: VerdictKind;
  readonly remarks: readonly string[];
  readonly note: string;
  /** To be copied, for the promise that is broken. */
  readonly codes: readonly CodeView[];
  /** Who looked on while it ran, where it was simulated. */
  readonly recorder?: Recorder | null;
}

export function runView(r: JudgedRun): RunView {
  const { history, program } = r;
  const clients = Array.from({ length: program.shape.clients }, (_, i) =>
    nodeName(program.shape, program.shape.nodes.length + i),
  );
  const violated = r.verdicts.find((v) => v.kind === 'violated');
  const violation =
    violated?.kind === 'violated'
      ? violationView({ history, program, verdict: violated, note: r.note, codes: r.codes })
      : null;
  const { recorder = null } = r;
  const { facets = [] } = r.system;
  const bands = faultBands(history, program);
  const aroundUs = violation?.atUs ?? history.endUs;
  const objects = violation === null ? [] : objectLanes(violation, history);
  return {
    id: r.id,
    name: program.scenario,
    about: r.about,
    verdict: r.verdict,
    claim: r.claim,
    fromUs: 0,
    untilUs: history.endUs,
    readyUs: history.readyUs,
    isTimed: true,
    promises: r.verdicts.map((v) => promiseView(v, r.invariants)),
    lanes: [
      ...objects,
      ...holderLanes(history, clients, violation?.ops ?? []),
      ...nodeLanes(history, program, facets),
      ...aspectLanes(history, program.shape, r.system),
    ],
    clients,
    operations: columnsOf(operationRows(history.events, program.shape)),
    load: loadView(history),
    ages: agesView(history, program.shape, r.system.ageings ?? []),
    unserved: unservedSpans(history),
    faults: [...bands.values()],
    moments: nodeMoments(history, program),
    film: filmView(history, program, facets, recorder, aroundUs),
    messages: recorder === null ? null : messagesView(recorder, program.shape, bands, aroundUs),
    violation: violation === null ? null : { ...violation, order: orderOf(violation, history) },
    remarks: r.remarks,
  };
}

function promiseView(v: Verdict, invariants: readonly Invariant[]): PromiseView {
  const claim = invariants.find((i) => i.id === v.invariant)?.claim ?? null;
  const basis = v.kind === 'holds' ? v.basis : v.kind === 'unknown' ? v.reason : null;
  return { id: v.invariant, claim, verdict: v.kind, basis };
}

/** Who had locks and offices; of many those that the contradiction is about. */
function holderLanes(
  history: History,
  clients: readonly string[],
  named: readonly number[],
): LaneView[] {
  const about = new Set(
    history.events.flatMap((e) => (e.type === 'invoke' && named.includes(e.op) ? [e.key] : [])),
  );
  const keys = heldKeys(history.events);
  const own = keys.filter((key) => about.has(key));
  return (own.length > 0 ? own : keys.slice(0, heldMax)).flatMap((key) =>
    lockLanes(history.events, key, clients, history.endUs),
  );
}

/** What the object itself was, as far as the promise is about one. */
function objectLanes(v: ViolationView, history: History): LaneView[] {
  if (v.promise === 'linearizable') {
    return registerLanes(registersOf(history), v.ops, keyValueCells(), history.endUs);
  }
  return [];
}

function registersOf({ events }: History): readonly Op[] {
  return registerOperations(events);
}

/** Linearizability alone is about an order that is looked for. */
function orderOf(v: ViolationView, history: History): ViolationView['order'] {
  if (v.promise !== 'linearizable') return null;
  const all = registersOf(history);
  const named = all.filter((op) => v.ops.includes(op.id) && Number.isFinite(op.retUs));
  const last = named.toSorted((a, b) => a.ret - b.ret).at(-1);
  if (last === undefined) return null;
  const invoked = new Map<number, OperationEvent>();
  for (const e of history.events) if (e.type === 'invoke') invoked.set(e.op, e);
  const ops = all.filter((op) => op.key === last.key);
  return orderView(ops, last, keyValueCells(), (op) => nameOf(op, invoked.get(op.id)));
}

function nameOf(op: Op, invoke: OperationEvent | undefined): string {
  return invoke === undefined ? `${op.f} ${op.key}` : describeAsked(invoke);
}
