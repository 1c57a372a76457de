/** What can be changed so that a promise is kept, as far as anything is known: a sentence each. */
import type { Program } from '../../core/program.ts';
import type { System } from '../../core/system.ts';
import type { VerdictKind } from '../../core/verdict.ts';
import { mutants } from '../../../reference-impl/system.ts';
import { trophies, trophyName } from '../../../scenarios/libraries/list.ts';
import type { Anomaly } from '../../systems/define-system.ts';
import { knownAnomaly } from '../verify/known-anomaly.ts';
import { builtIns } from '../products/systems.ts';

/** Of the mutants that break the same promise, so many are named. */
const alikeMax = 4;

/**
 * `promise` is the one that is broken. `judged` runs a program again, and says what becomes of it; null: no two
 * runs are alike here. Never empty: where nothing is known it says what to look for.
 */
export async function remediesFor(
  system: System,
  program: Program,
  promise: string,
  judged: ((program: Program) => Promise<VerdictKind>) | null,
): Promise<string[]> {
  const { scenario, settings } = program;
  const { mutant, extra } = settings;
  if (mutant !== null) {
    const mended = { ...program, settings: { ...settings, mutant: null } };
    return ofMutant(system, mutant, judged === null ? null : await judged(mended));
  }
  const library = await ofLibrary(system);
  if (library !== null) return library;
  const anomalies = builtIns.find((m) => m.name === system.name)?.anomalies ?? [];
  const known = knownAnomaly(anomalies, extra, { scenario, promise, version: null });
  return known === null ? lookFor(promise) : ofProduct(known);
}

function ofMutant(
  { name, mutants: own }: System,
  id: string,
  mended: VerdictKind | null,
): string[] {
  const what = `It runs the mutant ${id}: ${own[id] ?? 'nobody says what is broken'}.`;
  const same = mended === null ? '' : `; the same run then: ${keptWords[mended]}`;
  const without = `Leave --mutant out${same}.`;
  const { rules = {}, mechanism } = mutants[id] ?? {};
  if (name !== 'reference' || mechanism === undefined) return [what, without];
  const replaced = Object.keys(rules);
  const place = `reference-impl/${mechanism}`;
  const where =
    replaced.length === 0
      ? `What it breaks is in ${place}/mutants.ts.`
      : `It replaces ${replaced.join(' and ')} of ${place}.`;
  return [what, where, without];
}

const keptWords: Readonly<Record<VerdictKind, string>> = {
  holds: 'the promise is kept',
  violated: 'the promise is broken all the same',
  unknown: 'nobody can say whether the promise is kept',
};

/** Null: it is no library of which a defect is known. */
async function ofLibrary({ name, adapter }: System): Promise<string[] | null> {
  // A product may be called like a library.
  const entry = adapter === undefined ? trophies.find((t) => trophyName(t) === name) : undefined;
  if (entry === undefined) return null;
  const trophy = await entry.load();
  if (!('safe' in trophy)) return null;
  const { defect, safe, issue } = trophy;
  return [`Known of it: ${defect}`, `Safe: ${safe.how}.`, ...(issue === null ? [] : [issue])];
}

function ofProduct({ what, flags, safe, defect, source }: Anomaly): string[] {
  const told = Object.entries(safe ?? {}).map(([name, value]) => flagText(name, value));
  const unsafe = Object.entries(flags).map(([name, value]) => flagText(name, value));
  const setting =
    defect !== undefined
      ? `Take a release in which it is mended: ${defect.mended.join(' or ')}.`
      : told.length > 0
        ? `Safe: ${told.join(' ')}.`
        : `Safe: without ${unsafe.join(' ')}.`;
  return [`Known of it: ${what}`, setting, source];
}

function flagText(name: string, value: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} ${value}`;
}

/** Where nobody knows the cause: what breaks the same promise elsewhere is the first to be looked for. */
function lookFor(promise: string): string[] {
  const alike = Object.values(mutants).filter((m) => m.breaks.includes(promise));
  const page = 'Under which faults it is promised: docs/reference/promises.md.';
  if (alike.length === 0) return [`No setting is known that mends it. ${page}`];
  const more = alike.length - alikeMax;
  return [
    'No setting is known that mends it. What breaks the same promise elsewhere is the first to look for:',
    ...alike.slice(0, alikeMax).map(({ what }) => `${what};`),
    `${more > 0 ? `and ${more} more: antlion list --mechanisms. ` : ''}${page}`,
  ];
}
