/** SAFETY: what a client asked for once takes effect once, however often it was tried (I6, R8). */
import type { HistoryEvent, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import type { WatchResult } from '../core/watch.ts';
import { monitored, type RunMonitor } from './monitored.ts';
import { nameNode, when } from './describe.ts';

const id = 'executed-once';
const claim =
  'A value that was asked for once has one version: whoever is told of it is told the same one.';

/** Values that several operations write say nothing, nor do systems that tell no versions. */
export function executedOnce(): Invariant {
  const promised = {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, any pauses; crashes of any nodes with honest fsync',
  } as const;
  return monitored(promised, (program) => new VersionBook(program));
}

/** One value of one key: who asked for it, and what was first told of it. */
interface Change {
  readonly asked: OperationEvent;
  isAskedTwice: boolean;
  first: { readonly version: number; readonly sentence: string } | null;
}

/** A value that somebody was told of. */
interface Told {
  readonly key: string;
  readonly value: Json;
  readonly version: number;
}

class VersionBook implements RunMonitor {
  private readonly program: Program;
  private readonly changes = new Map<string, Change>();
  private compared = 0;

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.compared === 0) return { undecided: 'no change was told of twice' };
    return `${this.compared} times told of again`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'invoke') this.asked(e);
    for (const told of toldBy(e)) {
      const explanation = this.told(e, told);
      if (explanation !== null) return explanation;
    }
    return null;
  }

  private asked(e: OperationEvent): void {
    for (const [key, value] of writesOf(e)) {
      const change = this.changes.get(nameOf(key, value));
      if (change !== undefined) change.isAskedTwice = true;
      else this.changes.set(nameOf(key, value), { asked: e, isAskedTwice: false, first: null });
    }
  }

  private told(e: HistoryEvent, { key, value, version }: Told): Explanation | null {
    const change = this.changes.get(nameOf(key, value));
    if (change === undefined || change.isAskedTwice) return null;
    const who = isOperation(e) ? `Process ${e.process}` : this.nodeOf(e);
    const sentence = `${who} was told of version ${version} ${when(e.timeUs)}`;
    if (change.first === null) {
      change.first = { version, sentence };
      return null;
    }
    this.compared += 1;
    if (change.first.version === version) return null;
    const { asked } = change;
    return {
      atUs: e.timeUs,
      sentences: [
        `Process ${asked.process} asked once for ${textOf(value)} in ${key}, ${when(asked.timeUs)}.`,
        `${change.first.sentence}.`,
        `${sentence}: one request, two changes.`,
      ],
      ops: [asked.op],
    };
  }

  private nodeOf(e: HistoryEvent): string {
    return 'node' in e && e.node !== undefined ? nameNode(this.program, e.node) : 'Somebody';
  }
}

/** Copies of the configuration hold a value as a text. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function nameOf(key: string, value: Json): string {
  return `${key} ${textOf(value)}`;
}

/** The values that an operation sets, by key. */
function writesOf({ f, key, value }: OperationEvent): readonly (readonly [string, Json])[] {
  switch (f) {
    case 'write':
      return [[key, value]];
    case 'write-fenced':
      return [[key, (value as { readonly value?: Json } | null)?.value ?? null]];
    case 'cas':
      return [[key, (value as readonly Json[])[1] ?? null]];
    case 'write-all':
      return Object.entries(value as Readonly<Record<string, Json>>);
    default:
      return [];
  }
}

function toldBy(e: HistoryEvent): readonly Told[] {
  if (e.type === 'observe') {
    if (e.value.kind !== 'config' || e.value.value === null) return [];
    return [{ key: e.value.key, value: e.value.value, version: e.value.revision }];
  }
  if (e.type !== 'ok') return [];
  if (e.f === 'watch') {
    const { batches } = e.value as unknown as WatchResult;
    return batches.flatMap(({ events }) =>
      events.flatMap(({ key, value, revision: version }) =>
        value === null ? [] : [{ key, value, version }],
      ),
    );
  }
  const { version } = e;
  if (version === undefined) return [];
  if (e.f === 'read' || e.f === 'read-stale') {
    return e.value === null ? [] : [{ key: e.key, value: e.value, version }];
  }
  return writesOf(e).map(([key, value]) => ({ key, value, version }));
}
