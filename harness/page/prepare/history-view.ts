/** A history that somebody recorded, and what a check said of it, as what a page shows. */
import type { CheckReport } from '../../checkers/check-report.ts';
import type { JepsenHistory } from '../../checkers/formats/jepsen.ts';
import type { Model } from '../../checkers/model.ts';
import { isCompleted, type Op } from '../../checkers/operations.ts';
import { moment } from '../../checkers/words.ts';
import { formatDuration } from '../../core/duration.ts';
import type { History, HistoryEvent } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import { describeAsked, describeResult } from '../../runner/narrate.ts';
import { show } from '../../workload/kind.ts';
import { isTransaction, transactionText } from '../../workload/txn/words.ts';
import type { CodeView, CycleView, FactView, RunView, ViolationView } from '../view.ts';
import { eventsOfOps } from './events-of-ops.ts';
import { faultBands } from './faults.ts';
import { filmView } from './film.ts';
import { formsOf, hasForms, holderLanes, short } from './history-forms.ts';
import { nodeLanes, nodeMoments } from './nodes.ts';
import { columnsOf } from './operations.ts';
import type { OperationRow } from './operations.ts';
import { orderView } from './order.ts';
import { registerLanes } from './registers.ts';
import { opsIn } from './violation.ts';

export interface CheckedHistory {
  readonly name: string;
  readonly about: string;
  readonly history: JepsenHistory;
  readonly model: string;
  /** Of the operations: it is what an order is shown by; null: the check is about something else. */
  readonly object: Model | null;
  readonly report: CheckReport;
  /** Of a history that antlion wrote: its program, and the events that are no operations. */
  readonly own?: OwnRun | null;
  readonly codes: readonly CodeView[];
}

interface OwnRun {
  readonly program: Program;
  readonly history: History;
}

/** Where a history has no times its events stand so far from one another, µs. */
const eventUs = 1_000;

export function historyView(h: CheckedHistory): RunView {
  const all = [...h.history.ops, ...h.history.failed].sort((a, b) => a.call - b.call);
  // Some write 0 where they know no time.
  const isTimed =
    all.every((op) => op.callUs >= 0) && all.some((op) => op.callUs > 0 || op.retUs > 0);
  const time = new Clock(isTimed);
  const failed = new Set(h.history.failed);
  const { lanes, laneOf } = clientsOf(all);
  // A long history that has none of these forms is not gone through for them.
  const events = hasForms(h.model, all) ? eventsOfOps(all, failed, time) : [];
  const rows = all.map((op) => rowOf(op, failed.has(op), laneOf(op), time));
  const untilUs = rows.reduce(
    (n, r) => Math.max(n, r.untilUs ?? r.fromUs),
    h.own?.history.endUs ?? 1,
  );
  const own = isTimed ? (h.own ?? null) : null;
  const nodes = nodesOf(own);
  const violation = h.report.verdict === 'violated' ? violationOf(h, time, events) : null;
  const object = h.object?.kind === 'cell' && isTimed ? h.object : null;
  return {
    id: 'history',
    name: h.name,
    about: h.about,
    verdict: h.report.verdict,
    claim: null,
    fromUs: own === null ? (rows[0]?.fromUs ?? 0) : 0,
    untilUs,
    readyUs: own?.history.readyUs ?? null,
    isTimed,
    promises: [
      {
        id: h.model,
        claim: null,
        verdict: h.report.verdict,
        basis: h.report.verdict === 'violated' ? null : basisOf(h.report),
      },
    ],
    lanes: [
      ...(violation === null || object === null
        ? []
        : registerLanes(h.history.ops, coreOf(h.report), object, untilUs)),
      ...holderLanes(events, untilUs),
      ...nodes.lanes,
    ],
    clients: lanes,
    operations: columnsOf(rows),
    load: null,
    ages: null,
    unserved: [],
    faults: nodes.faults,
    moments: nodes.moments,
    film: nodes.film,
    messages: null,
    violation,
    remarks: isTimed ? [] : ['The history has no times: its events stand one after the other.'],
  };
}

type Nodes = Pick<RunView, 'lanes' | 'faults' | 'moments' | 'film'>;

/** What antlion wrote beside the operations. */
function nodesOf(own: OwnRun | null): Nodes {
  if (own === null) return { lanes: [], faults: [], moments: [], film: null };
  const { history, program } = own;
  return {
    lanes: nodeLanes(history, program),
    faults: [...faultBands(history, program).values()],
    moments: nodeMoments(history, program),
    film: filmView(history, program, [], null, history.endUs),
  };
}

function coreOf({ core }: CheckReport): number[] {
  return core.map((op) => op.id);
}

function basisOf({ operations, sentences }: CheckReport): string {
  return [`${operations.toLocaleString('en-US')} operations`, ...sentences].join('; ');
}

/** Microseconds of an event, whether or not it was told when it happened. */
class Clock {
  private readonly isTimed: boolean;

  constructor(isTimed: boolean) {
    this.isTimed = isTimed;
  }

  call(op: Op): number {
    return this.isTimed ? op.callUs : op.call * eventUs;
  }

  end(op: Op): number | null {
    if (!isCompleted(op)) return null;
    return this.isTimed ? op.retUs : op.ret * eventUs;
  }
}

/** Operations are known by the position of their call: a report and the history agree in it. */
function rowOf(op: Op, isFailed: boolean, client: number, time: Clock): OperationRow {
  const [fromUs, untilUs] = [time.call(op), time.end(op)];
  const took = untilUs === null ? '' : ` after ${formatDuration(Math.round(untilUs - fromUs))}`;
  const result = untilUs === null || isFailed ? '' : resultOf(op);
  return {
    id: op.call,
    client,
    fromUs,
    untilUs,
    outcome: isFailed ? 'fail' : untilUs === null ? 'open' : 'ok',
    key: op.key,
    asked: askedOf(op),
    ended: isFailed
      ? `failed${took}`
      : untilUs === null
        ? 'unknown'
        : `ok ${result}${took}`.replace('ok  ', 'ok '),
    result,
    node: op.node === undefined ? null : String(op.node),
  };
}

function askedOf({ f, key, input }: Op): string {
  if (isTransaction(input)) return `${f} ${short(transactionText(input, true))}`;
  const of = key === '' ? '' : ` ${key}`;
  // As steps of a run say it, where it is one of the families that they know.
  if (typeof input === 'object' && input !== null)
    return short(describeAsked({ f, key, value: input }));
  return input === null ? `${f}${of}` : `${f}${of} ${short(show(input))}`;
}

function resultOf({ f, input, output }: Op): string {
  if (isTransaction(output)) return short(transactionText(output));
  const own = describeResult(f, output).trim();
  if (own !== '') return own;
  return JSON.stringify(output) === JSON.stringify(input) ? '' : short(show(output));
}

/**
 * A row for each process, and for those that go on in place of one whose operation never ended: Jepsen
 * gives a client a new number then.
 */
function clientsOf(ops: readonly Op[]): {
  readonly lanes: readonly string[];
  readonly laneOf: (op: Op) => number;
} {
  const rows = new Map<number, number>();
  const names: number[][] = [];
  const free: number[] = [];
  for (const op of ops) {
    let row = rows.get(op.process);
    if (row === undefined) {
      row = free.shift() ?? names.length;
      rows.set(op.process, row);
      (names[row] ??= []).push(op.process);
    }
    if (!isCompleted(op)) free.push(row);
  }
  return {
    lanes: names.map((own) => `process ${own[0]}${own.length > 1 ? ' …' : ''}`),
    laneOf: (op) => rows.get(op.process) as number,
  };
}

function violationOf(
  h: CheckedHistory,
  time: Clock,
  events: readonly HistoryEvent[],
): ViolationView {
  const { core, sentences } = h.report;
  const marks = new Map(
    core.map((op) => {
      const moments = [moment(op.callUs, op.call), moment(op.retUs, op.ret)];
      return [op.call, { who: `process ${op.process}`, moments }];
    }),
  );
  const cycle = cycleOf(h);
  // Each edge of a cycle is a fact about the transaction that it leaves.
  const facts: FactView[] =
    cycle === null
      ? sentences.map((text) => ({ text, ops: opsIn(text, marks) }))
      : cycle.reasons.map((text, i) => ({ text, ops: [cycle.nodes[i]?.op ?? -1] }));
  return {
    promise: h.model,
    claim: `The history keeps what ${h.model} promises.`,
    atUs: core.reduce((n, op) => Math.max(n, time.end(op) ?? 0), 0),
    facts,
    ops: core.map((op) => op.call),
    steps: [],
    note: noteOf(h.report, cycle),
    codes: h.codes,
    order: orderOf(h),
    cycle,
    ...formsOf(
      h.model,
      core.map((op) => op.call),
      events,
    ),
    fewer: null,
    change: [],
  };
}

/** Of transactions also which anomalies there are, and what holds all the same. */
function noteOf({ operations, sentences }: CheckReport, cycle: CycleView | null): string {
  const besides = sentences
    .filter((s) => cycle !== null && !cycle.reasons.includes(s) && !s.endsWith(':'))
    .map((s) => s.replace(/\.$/, ''));
  return [`of ${operations.toLocaleString('en-US')} operations`, ...besides].join('; ');
}

function orderOf({ report, history, object }: CheckedHistory): ViolationView['order'] {
  const last = report.core.toSorted((a, b) => a.ret - b.ret).at(-1);
  if (object === null || last === undefined || !isCompleted(last)) return null;
  const part = (op: Op): string => object.part?.(op) ?? op.key;
  const ops = history.ops.filter((op) => part(op) === part(last));
  const order = orderView(ops, last, object, askedOf);
  if (order === null) return null;
  // Known by their calls, as everything here is.
  const calls = new Map(ops.map((op) => [op.id, op.call]));
  const call = (id: number): number => calls.get(id) ?? -1;
  return {
    ...order,
    steps: order.steps.map((s) => ({ ...s, op: call(s.op) })),
    tries: order.tries.map((t) => ({ ...t, after: t.after === null ? null : call(t.after) })),
    last: { ...order.last, op: call(order.last.op) },
  };
}

/** Of transactions: those of the first anomaly, which are told in the order of the cycle. */
function cycleOf({ report }: CheckedHistory): CycleView | null {
  const { core, sentences } = report;
  const head = sentences.findIndex((s) => /, of \d+ transactions?:$/.test(s));
  if (head < 0 || core.length < 2) return null;
  const reasons = sentences.slice(head + 1, head + 1 + core.length);
  if (reasons.length !== core.length) return null;
  return {
    name: (sentences[head] ?? '').replace(/,.*/, ''),
    nodes: core.map((op) => ({
      op: op.call,
      title: `T${op.id} of process ${op.process}`,
      text: transactionText(op.output ?? op.input),
    })),
    reasons,
  };
}
