/**
 * The history of a run as a file that `antlion check` and the tools of others read: JSON lines as
 * Jepsen has them, one an operation's event. What is no client's (the run itself, faults, nodes) has
 * a process with a name, which such readers pass over.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOperation } from '../../core/history.ts';
import type { History, HistoryEvent } from '../../core/history.ts';
import type { Json } from '../../core/host.ts';
import type { Program, Shape } from '../../core/program.ts';
import { hostName } from '../../realtime/link-names.ts';
import { orFolderError, writeWhole } from './whole-file.ts';
import { operationKind } from '../../workload/families.ts';

/** The version of the first line, and of what follows it. */
const version = 1;

export interface HistoryFileOptions {
  readonly system: string;
  readonly environment: string;
  readonly seed: number | null;
  readonly program: Program;
  /** False: the run was stopped before its end. */
  readonly isComplete: boolean;
  /** Told of each promise, by its id. */
  readonly verdicts: Readonly<Record<string, string>>;
}

/** Makes the folder and tries it, before a run is spent. Throws E_FOLDER when nothing can be written. */
export function openHistoryFolder(folder: string): void {
  const probe = join(folder, `.antlion-${process.pid}`);
  guarded(folder, () => {
    // One folder, not its parents too: below /proc Node's recursive mkdir never ends.
    if (!existsSync(folder)) mkdirSync(folder);
    writeFileSync(probe, '');
    rmSync(probe);
  });
}

/** Writes `folder/name.jsonl` whole or not at all, and gives its path. Throws E_FOLDER. */
export function writeHistory(
  folder: string,
  name: string,
  history: History,
  options: HistoryFileOptions,
): string {
  const path = join(folder, `${name}.jsonl`);
  guarded(folder, () => writeWhole(path, textOf(history, options)));
  return path;
}

function guarded(folder: string, work: () => void): void {
  const wanted = 'a folder of yours. Pass --history with another.';
  orFolderError(`histories cannot be written to ${folder}`, wanted, work);
}

function textOf(history: History, options: HistoryFileOptions): string {
  const { program, ...rest } = options;
  const { readyUs, endUs } = history;
  const value = { version, ...rest, readyNs: ns(readyUs), endNs: ns(endUs), program };
  const lines: object[] = [{ process: 'antlion', type: 'info', f: 'run', value, time: 0 }];
  for (const e of history.events) {
    const line = lineOf(e, program.shape);
    if (line !== null) lines.push(line);
  }
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** Null for what nodes said of themselves, but who leads: observations are many, and judged by antlion alone. */
function lineOf(e: HistoryEvent, shape: Shape): object | null {
  const time = ns(e.timeUs);
  // A load is no operation of a model: its windows are told, as what the nemesis does is.
  if (isOperation(e) && operationKind(e.f)?.drive !== undefined) return null;
  if (isOperation(e)) {
    const { process, type, f, key, value, op, error, version: revision } = e;
    const node = e.node === undefined ? undefined : hostName(shape, e.node);
    const said = { ...(error !== undefined && { error }), ...(node !== undefined && { node }) };
    return {
      process,
      type,
      f,
      key,
      value,
      time,
      op,
      ...(revision !== undefined && { version: revision }),
      ...said,
    };
  }
  const besides = (process: string, f: string, value: Json): object => ({
    process,
    type: 'info',
    f,
    value,
    time,
  });
  if (e.type === 'fault') {
    const nodes = e.nodes.map((node) => hostName(shape, node));
    return besides('nemesis', e.kind, { phase: e.phase, fault: e.fault, nodes });
  }
  if (e.type === 'load') {
    const { type, timeUs: _, process, f, key, ...counts } = e;
    return besides(type, f, { process, key, ...counts } as unknown as Json);
  }
  if (e.type === 'node') {
    const node = hostName(shape, e.node);
    return besides('node', e.change, { node, ...(e.reason !== undefined && { reason: e.reason }) });
  }
  if (e.type === 'observe' && e.value.kind === 'role' && e.value.role === 'leader') {
    return besides('node', 'leads', { node: hostName(shape, e.node), term: e.value.term });
  }
  return null;
}

function ns(us: number): number {
  return Math.round(us * 1_000);
}
