/**
 * Which version of a configuration each instance serves, by the order of events, O(n log n).
 *
 * `publish-config` asks with a text, each another, and its answer has the revision as its version, where the
 * system says it; `serve-config` asks with `{instance}` and answers `{revision, value}`.
 */
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';

export interface ConfigsFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

export type ConfigsResult = Judged<{ readonly checked: number }, ConfigsFault>;

interface Served {
  readonly op: Op;
  readonly instance: string;
  readonly revision: number;
  readonly value: string | null;
}

/** Somebody knew of `revision` from `op` on. */
interface Known {
  readonly op: Op;
  readonly revision: number;
}

/** An instance never goes back, a revision is one text, and that text was published. */
export function checkAdvances(ops: readonly Op[]): ConfigsResult {
  const published = new Map<string, Op>();
  for (const op of ops) if (op.f === 'publish-config') published.set(named(op, op.input), op);
  const texts = new Map<string, Served>();
  const all = servedIn(ops).sort((a, b) => a.op.ret - b.op.ret);
  for (const now of all) {
    const { op, revision, value } = now;
    const same = texts.get(named(op, revision));
    const from = published.get(named(op, value));
    if (value !== null && (from === undefined || from.call > op.ret)) return fromNowhere(now);
    if (from?.version !== undefined && from.version !== revision) return renamed(from, now);
    if (same !== undefined && same.value !== value) return twoTexts(same, now);
    texts.set(named(op, revision), now);
  }
  for (const own of eachInstance(all)) {
    const back = firstBack(own);
    if (back !== null) return back;
  }
  return all.length > 0
    ? { kind: 'holds', checked: all.length }
    : { kind: 'unknown', reason: 'no instance served a configuration' };
}

/** In the order of their returns, as `all` is. */
function eachInstance(all: readonly Served[]): readonly (readonly Served[])[] {
  const instances = new Map<string, Served[]>();
  for (const now of all) {
    const name = named(now.op, now.instance);
    const own = instances.get(name) ?? [];
    instances.set(name, own);
    own.push(now);
  }
  return [...instances.values()];
}

/** One that was asked after a newer one had returned: answers of one time may overtake each other. */
function firstBack(own: readonly Served[]): ConfigsResult | null {
  let [returned, newest] = [0, null as Served | null];
  for (const now of [...own].sort((a, b) => a.op.call - b.op.call)) {
    for (let s = own[returned]; s !== undefined && s.op.ret < now.op.call; s = own[++returned]) {
      if (newest === null || s.revision > newest.revision) newest = s;
    }
    if (newest !== null && now.revision < newest.revision) return wentBack(newest, now);
  }
  return null;
}

/** Whoever is asked serves nothing older than `isDue` says was known before. */
export function checkCurrent(
  ops: readonly Op[],
  isDue: (known: Op, asked: Op) => boolean = () => true,
): ConfigsResult {
  let checked = 0;
  for (const key of new Set(ops.map((op) => op.key))) {
    const own = ops.filter((op) => op.key === key);
    const known = newestFirst(own);
    for (const now of servedIn(own)) {
      const newer = known.find(({ op }) => op.ret < now.op.call && isDue(op, now.op));
      if (newer === undefined) continue;
      checked += 1;
      if (now.revision < newer.revision) return tooOld(newer, now);
    }
  }
  return checked > 0
    ? { kind: 'holds', checked }
    : { kind: 'unknown', reason: 'no instance was asked after a version was known' };
}

/** Who published it, or was told of it. */
function newestFirst(own: readonly Op[]): readonly Known[] {
  const told = servedIn(own).map(({ op, revision }) => ({ op, revision }));
  const published = own.flatMap((op) =>
    op.f === 'publish-config' && isCompleted(op) && op.version !== undefined
      ? [{ op, revision: op.version }]
      : [],
  );
  return [...told, ...published].sort((a, b) => b.revision - a.revision || a.op.ret - b.op.ret);
}

function servedIn(ops: readonly Op[]): Served[] {
  return ops.flatMap((op) => {
    if (op.f !== 'serve-config' || !isCompleted(op)) return [];
    const { instance } = op.input as { readonly instance: string };
    const { revision, value } = op.output as { revision: number; value: string | null };
    return [{ op, instance, revision, value }];
  });
}

function named({ key }: Op, what: unknown): string {
  return JSON.stringify([key, what]);
}

function fromNowhere({ op, value }: Served): ConfigsResult {
  const sentences = [
    `${nameOp(op)} returned ${moment(op.retUs, op.ret)}.`,
    `Nobody had published ${value} by then.`,
  ];
  return { kind: 'violated', fault: { ops: [op], sentences } };
}

function renamed(from: Op, { op, revision }: Served): ConfigsResult {
  const sentences = [
    `${nameOp(from)} was told that it is revision ${from.version}.`,
    `${nameOp(op)} was told of the same text as revision ${revision}, ${moment(op.retUs, op.ret)}.`,
  ];
  return { kind: 'violated', fault: { ops: [from, op], sentences } };
}

function twoTexts(a: Served, b: Served): ConfigsResult {
  const sentences = [a, b].map(
    ({ op, instance, revision, value }) =>
      `${instance} served ${value ?? 'nothing'} as revision ${revision} of ${op.key}, ${moment(op.retUs, op.ret)}.`,
  );
  return { kind: 'violated', fault: { ops: [a.op, b.op], sentences } };
}

function wentBack(last: Served, now: Served): ConfigsResult {
  const { instance, op } = now;
  const sentences = [
    `${instance} served revision ${last.revision} of ${op.key}, ${moment(last.op.retUs, last.op.ret)}.`,
    `Asked again ${moment(op.callUs, op.call)}, it served revision ${now.revision}, which is older.`,
  ];
  return { kind: 'violated', fault: { ops: [last.op, op], sentences } };
}

function tooOld({ op: known, revision }: Known, now: Served): ConfigsResult {
  const { instance, op } = now;
  const sentences = [
    `${nameOp(known)} returned ${moment(known.retUs, known.ret)}: revision ${revision} of ${op.key} was there.`,
    `${instance} was asked ${moment(op.callUs, op.call)}, and served revision ${now.revision}.`,
  ];
  return { kind: 'violated', fault: { ops: [known, op], sentences } };
}
