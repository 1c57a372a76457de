/** One event of a history in words. */
import { isOperation } from '../core/history.ts';
import type { HistoryEvent, ObservationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Shape } from '../core/program.ts';
import { nodeName } from '../faults/describe.ts';
import { show } from '../workload/kind.ts';
import { describeAsked } from './narrate.ts';

/** `server-1 says applied: index 2, term 1`; cut to `max` letters. */
export function describeEvent(e: HistoryEvent, shape: Shape, max = 110): string {
  const text = words(e, shape);
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

function words(e: HistoryEvent, shape: Shape): string {
  if (isOperation(e)) {
    const who = `c${e.process % Math.max(1, shape.clients)}`;
    return e.type === 'invoke'
      ? `${who} calls ${describeAsked(e)}`
      : `${who}'s ${e.f} ${e.key} ends ${e.type}`;
  }
  switch (e.type) {
    case 'fault':
      return `${e.kind} ${e.phase === 'effective' ? 'takes effect' : `${e.phase}s`}`;
    case 'node': {
      const why = e.reason === undefined ? '' : `: ${e.reason}`;
      return `${nodeName(shape, e.node)} ${e.change}${why}`;
    }
    case 'observe':
      return `${nodeName(shape, e.node)} says ${observationWords(e.value)}`;
    case 'stall':
      return `${nodeName(shape, e.node)} runs late`;
    case 'load':
      return `process ${e.process} has ended ${e.ok + e.fail + e.info} requests of ${e.key}`;
  }
}

/** `applied: index 2, term 1`. */
function observationWords({ kind, ...fields }: ObservationEvent['value']): string {
  const said = Object.entries(fields as Readonly<Record<string, Json>>).map(([name, value]) =>
    isRecord(value) ? fieldWords(value) : `${name} ${valueWords(value)}`,
  );
  return `${kind}: ${said.join(', ')}`;
}

function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** `member 0, status suspect`: evidence and its like are told by what they say. */
function fieldWords(value: Readonly<Record<string, Json>>): string {
  return Object.entries(value)
    .map(([name, v]) => `${name} ${valueWords(v)}`)
    .join(', ');
}

/** Lists of what has fields are told one after the other. */
function valueWords(value: Json): string {
  if (!Array.isArray(value) || !value.some(isRecord)) return show(value);
  return value.map((v: Json) => (isRecord(v) ? `(${fieldWords(v)})` : show(v))).join(' ');
}
