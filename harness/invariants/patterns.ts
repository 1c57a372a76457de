/** Patterns pick events out of a history; promises are composed of them (`temporal.ts`). */
import { formatDuration } from '../core/duration.ts';
import type { HistoryEvent, LoadEvent, ObservationEvent, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Observation, Observations } from '../core/observation.ts';
import type { Program } from '../core/program.ts';
import { nameNode } from './describe.ts';

/** Which events are meant, and what is known of their type. */
export type Pattern<E extends HistoryEvent> = (e: HistoryEvent) => e is E;

type Kind = keyof Observations;
type Observed<K extends Kind> = ObservationEvent & {
  readonly value: Observations[K];
};
type ObservedPattern<K extends Kind> = (
  where?: (e: Observed<K>) => boolean,
) => Pattern<Observed<K>>;

/**
 * What nodes say about themselves: `observed.role((e) => e.value.role === 'leader')`. One function a
 * kind, because TypeScript would not infer what a generic one gives inside of a combinator's call.
 */
export const observed: { readonly [K in Kind]: ObservedPattern<K> } = new Proxy(
  {} as { readonly [K in Kind]: ObservedPattern<K> },
  // Kinds are open, and known to the compiler only.
  { get: (_, kind) => observedAs(kind as Kind) },
);

function observedAs<K extends Kind>(kind: K): ObservedPattern<K> {
  return (where) =>
    (e): e is Observed<K> =>
      e.type === 'observe' &&
      e.value.kind === kind &&
      (where === undefined || where(e as Observed<K>));
}

/** What clients did: `operation('ok', (e) => e.f === 'write')`. */
export function operation(
  type: OperationEvent['type'],
  where: (e: OperationEvent) => boolean = () => true,
): Pattern<OperationEvent> {
  return (e): e is OperationEvent => isOperation(e) && e.type === type && where(e);
}

/** What the requests of loads came to, window by window: `load((e) => e.dropped > 0)`. */
export function load(where: (e: LoadEvent) => boolean = () => true): Pattern<LoadEvent> {
  return (e): e is LoadEvent => e.type === 'load' && where(e);
}

/** One event as a sentence: who, what, when. */
export function sentenceOf(program: Program, e: HistoryEvent): string {
  return `${subjectOf(program, e)} at ${formatDuration(e.timeUs)}.`;
}

function subjectOf(program: Program, e: HistoryEvent): string {
  switch (e.type) {
    case 'invoke':
      return `Process ${e.process} asked for ${e.f} of ${e.key}${argument(e)}`;
    case 'ok':
      return `Process ${e.process} got ok for ${e.f} of ${e.key}${argument(e)}`;
    case 'fail':
    case 'info':
      return `Process ${e.process} got ${e.type} for ${e.f} of ${e.key}${e.error === undefined ? '' : ` (${e.error})`}`;
    case 'load':
      return `Load ${e.op} of process ${e.process} had ${e.ok} of ${e.began} answered`;
    case 'fault':
      return `Fault ${e.fault} (${e.kind}) ${faultWords[e.phase]}${onNodes(program, e.nodes)}`;
    case 'node':
      return `${nameNode(program, e.node)} ${e.change}`;
    case 'stall':
      return `${nameNode(program, e.node)} ran late by ${formatDuration(e.lateUs)}`;
    case 'observe':
      return `${nameNode(program, e.node)} said ${fields(e.value)}`;
  }
}

const faultWords = { begin: 'began', effective: 'took effect', end: 'ended' } as const;

function onNodes(program: Program, nodes: readonly number[]): string {
  return nodes.length === 0 ? '' : ` on ${nodes.map((n) => nameNode(program, n)).join(', ')}`;
}

function argument(e: OperationEvent): string {
  return e.value === null ? '' : ` with ${JSON.stringify(e.value)}`;
}

/** `role: role leader, term 3`. */
function fields(value: Observation): string {
  const rest = Object.entries(value).filter(([name]) => name !== 'kind');
  const words = rest.map(([name, v]) => `${name} ${typeof v === 'string' ? v : JSON.stringify(v)}`);
  return `${value.kind}: ${words.join(', ')}`;
}
