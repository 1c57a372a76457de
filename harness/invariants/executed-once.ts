/** SAFETY: what a client asked for once takes effect once, however often it was tried (I6, R8). */
import type { HistoryEvent, OperationEvent } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { monitored, type RunMonitor } from './monitored.ts';
import { describeWho, when } from './describe.ts';
import { nameOf, textOf, toldBy, writesOf } from './values.ts';
import type { Told } from './values.ts';

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
      if (told.version === null) continue;
      const explanation = this.told(e, { ...told, version: told.version });
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

  private told(
    e: HistoryEvent,
    { key, value, version }: Told & { readonly version: number },
  ): Explanation | null {
    const change = this.changes.get(nameOf(key, value));
    if (change === undefined || change.isAskedTwice) return null;
    const sentence = `${describeWho(this.program, e)} was told of version ${version} ${when(e.timeUs)}`;
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
}
