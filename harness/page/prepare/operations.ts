/** Operations as columns: texts are kept once, numbers stay numbers. */
import { isOperation } from '../../core/history.ts';
import type { HistoryEvent, OperationEvent } from '../../core/history.ts';
import type { Shape } from '../../core/program.ts';
import { nodeName } from '../../faults/describe.ts';
import { describeAsked, describeEnd, describeResult } from '../../runner/narrate.ts';
import { outcomes } from '../view.ts';
import type { OperationColumns, OutcomeName } from '../view.ts';
import { Texts } from './texts.ts';

/** One operation, in words. */
export interface OperationRow {
  readonly id: number;
  readonly client: number;
  readonly fromUs: number;
  readonly untilUs: number | null;
  readonly outcome: OutcomeName;
  readonly key: string;
  readonly asked: string;
  readonly ended: string;
  /** What it brought, in a word or two; empty: nothing to tell. */
  readonly result: string;
  readonly node: string | null;
}

/** Those that clients of `shape` invoked, in order of their calls. */
export function operationRows(events: readonly HistoryEvent[], shape: Shape): OperationRow[] {
  const ends = new Map<number, OperationEvent>();
  for (const e of events) if (isOperation(e) && e.type !== 'invoke') ends.set(e.op, e);
  const rows: OperationRow[] = [];
  for (const e of events) {
    if (e.type !== 'invoke') continue;
    const end = ends.get(e.op);
    rows.push({
      id: e.op,
      client: e.process % Math.max(1, shape.clients),
      fromUs: e.timeUs,
      untilUs: end?.timeUs ?? null,
      outcome: end === undefined || end.type === 'invoke' ? 'open' : end.type,
      key: e.key,
      asked: describeAsked(e),
      ended: describeEnd(shape, e, end),
      result: end?.type === 'ok' ? describeResult(e.f, end.value).trim() : '',
      node: end?.node === undefined ? null : nodeName(shape, end.node),
    });
  }
  return rows;
}

/** `rows` are in order of their calls. */
export function columnsOf(rows: readonly OperationRow[]): OperationColumns {
  const texts = new Texts();
  const text = (s: string): number => texts.of(s);
  return {
    id: rows.map((r) => r.id),
    client: rows.map((r) => r.client),
    fromUs: rows.map((r) => Math.round(r.fromUs)),
    untilUs: rows.map((r) => (r.untilUs === null ? -1 : Math.round(r.untilUs))),
    outcome: rows.map((r) => outcomes.indexOf(r.outcome)),
    key: rows.map((r) => text(r.key)),
    asked: rows.map((r) => text(r.asked)),
    ended: rows.map((r) => text(r.ended)),
    result: rows.map((r) => text(r.result)),
    node: rows.map((r) => (r.node === null ? -1 : text(r.node))),
    texts: texts.all,
  };
}
