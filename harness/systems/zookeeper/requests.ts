/**
 * Requests of ZooKeeper's protocol and what is read of their answers (`zookeeper.jute` of the project). A
 * request is a kind, its bytes, and how its answer is read.
 */
import { bool, bytes, int, text } from './jute.ts';
import type { JuteReader, Part } from './jute.ts';

export interface ZkRequest<T> {
  readonly kind: number;
  readonly body: readonly Part[];
  /** `zxid` is the last transaction that the server knew of: of a change its own. */
  readonly read: (answer: JuteReader, zxid: number) => T;
}

/** Of a node. Transactions are numbered over all changes. */
export interface Stat {
  /** Of the transaction that made it. */
  readonly czxid: number;
  /** Of the one that changed its data last. */
  readonly mzxid: number;
  /** How often its data changed. */
  readonly version: number;
}

/** An answer that says what is wrong: the request was not carried out. */
export class ZkError extends Error {
  override readonly name = 'ZkError';
  readonly code: number;

  constructor(code: number) {
    super(names.get(code) ?? `ZooKeeper's error ${code}`);
    this.code = code;
  }
}

export const noNode = -101;
export const badVersion = -103;
export const nodeExists = -110;

const names: ReadonlyMap<number, string> = new Map([
  [-6, 'unimplemented'],
  [-8, 'bad arguments'],
  [noNode, 'no node'],
  [-102, 'not allowed'],
  [badVersion, 'bad version'],
  [-108, 'no children for ephemerals'],
  [nodeExists, 'node exists'],
  [-111, 'not empty'],
  [-112, 'session expired'],
  [-118, 'session moved'],
  [-119, 'not read-only'],
  [-115, 'authentication failed'],
  [-124, 'authentication wanted'],
]);

/** Anybody may do anything: what is made here is nobody's secret. */
const openAcl: Part = Buffer.concat([int(1), int(31), text('world'), text('anyone')]);

const ephemeral = 1;

interface Made {
  readonly path: string;
  readonly data?: string;
  /** It goes with the session. */
  readonly isEphemeral?: boolean;
}

export function create({ path, data = '', isEphemeral = false }: Made): ZkRequest<Stat> {
  const flags = int(isEphemeral ? ephemeral : 0);
  return {
    kind: 15,
    body: [text(path), text(data), openAcl, flags],
    read(answer) {
      answer.text();
      return statIn(answer);
    },
  };
}

export function remove(path: string, version = -1): ZkRequest<null> {
  return { kind: 2, body: [text(path), int(version)], read: () => null };
}

export function getData(path: string): ZkRequest<{ readonly data: string; readonly stat: Stat }> {
  return {
    kind: 4,
    body: [text(path), bool(false)],
    read: (answer) => ({ data: answer.text(), stat: statIn(answer) }),
  };
}

export function setData(path: string, data: string, version = -1): ZkRequest<Stat> {
  return { kind: 5, body: [text(path), bytes(Buffer.from(data)), int(version)], read: statIn };
}

export function getChildren(path: string): ZkRequest<string[]> {
  return { kind: 8, body: [text(path), bool(false)], read: (answer) => answer.texts() };
}

export function sync(path: string): ZkRequest<string> {
  return { kind: 9, body: [text(path)], read: (answer) => answer.text() };
}

/** In a `multi`: that the node is there. */
export function check(path: string): ZkRequest<null> {
  return { kind: 13, body: [text(path), int(-1)], read: () => null };
}

/** All of these in one transaction, or none; then the code of what was wrong, and which it was. */
export type Multi =
  | { readonly isDone: true; readonly zxid: number }
  | { readonly isDone: false; readonly at: number; readonly code: number };

export function multi(parts: readonly ZkRequest<unknown>[]): ZkRequest<Multi> {
  const header = (kind: number, isEnd: boolean): Part =>
    Buffer.concat([int(kind), bool(isEnd), int(-1)]);
  const body = parts.flatMap((p) => [header(p.kind, false), ...p.body]);
  return {
    kind: 14,
    body: [...body, header(-1, true)],
    read: readMulti,
  };
}

/** Within a transaction each part answers as an older one of its kind did: a node that was made by its path. */
function readMulti(answer: JuteReader, zxid: number): Multi {
  let wrong: { readonly at: number; readonly code: number } | null = null;
  for (let at = 0; ; at++) {
    const kind = answer.int();
    const isEnd = answer.bool();
    answer.int();
    if (isEnd) return wrong === null ? { isDone: true, zxid } : { isDone: false, ...wrong };
    if (kind === 1 || kind === 15) answer.text();
    if (kind === 5 || kind === 15) statIn(answer);
    if (kind !== -1) continue;
    const code = answer.int();
    // Those that were not tried say that something was inconsistent at run time (-2), or nothing (0).
    if (wrong === null && code !== 0 && code !== -2) wrong = { at, code };
  }
}

function statIn(answer: JuteReader): Stat {
  const [czxid, mzxid] = [Number(answer.long()), Number(answer.long())];
  answer.long();
  answer.long();
  const version = answer.int();
  // What follows: cversion, aversion, its owner, length, children, pzxid.
  for (const _ of [1, 2]) answer.int();
  answer.long();
  for (const _ of [1, 2]) answer.int();
  answer.long();
  return { czxid, mzxid, version };
}
