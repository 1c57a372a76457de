/**
 * Everything that is listed as known to break, shown again: in how many tries, in how many steps, and that it is
 * gone with the safe setting. The table of docs/reference/anomalies.md is made of these runs.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { knownAnomaly } from '../../harness/cli/verify/known-anomaly.ts';
import { numberOf, releaseShowing, versionOf } from '../../harness/cli/products/list-systems.ts';
import { isInstalled, releaseOf } from '../../harness/cli/products/releases.ts';
import { wordsOf } from '../../harness/cli/products/system-flags.ts';
import { builtIns } from '../../harness/cli/products/systems.ts';
import { countSteps } from '../../harness/report/steps.ts';
import type { Anomaly, SystemManifest } from '../../harness/systems/define-system.ts';
import { type Line, verifyOnce } from './verify-once.ts';

const page = 'docs/reference/anomalies.md';
const triesMax = 20;

/** What came of one: null steps where no try showed it. */
export interface Shown {
  readonly product: string;
  readonly version: string;
  readonly anomaly: Anomaly;
  readonly tries: number;
  readonly steps: number | null;
  /** What all tries took, on the machine where it was run. */
  readonly seconds: number;
  /** Of the same story with the safe setting; null: there is no such setting. */
  readonly safe: string | null;
}

/** One after the other, of what is installed; and writes the page anew, with its other rows as they were. */
export async function* showAnomalies(wanted: Wanted): AsyncGenerator<Shown | Missing> {
  for (const manifest of builtIns) {
    if (wanted.products.length > 0 && !wanted.products.includes(manifest.name)) continue;
    const installed = numberOf(versionOf(manifest));
    for (const anomaly of manifest.anomalies) {
      if (wanted.scenario !== null && anomaly.scenario !== wanted.scenario) continue;
      const release = releaseShowing(anomaly);
      const missing = [release ?? [], anomaly.defect?.clean ?? []]
        .flat()
        .filter((version) => !isInstalled(releaseOf(manifest, version)))
        .map((version) => `${manifest.name}@${version}`);
      if (missing.length > 0) {
        yield { anomaly, missing: `antlion systems install ${missing.join(' ')}` };
        continue;
      }
      const version = release ?? installed;
      if (version === null) continue;
      const shown = await showOne(manifest, version, anomaly);
      if (shown.steps !== null) await writeRow(shown);
      yield shown;
    }
  }
}

/** What is to be shown; a scenario: what it shows alone. */
export interface Wanted {
  readonly products: readonly string[];
  readonly scenario: string | null;
}

/** Of one that cannot be shown: what would have to be run first. */
interface Missing {
  readonly anomaly: Anomaly;
  readonly missing: string;
}

async function showOne(
  { name, anomalies }: SystemManifest,
  version: string,
  a: Anomaly,
): Promise<Shown> {
  const { scenario, members, flags, defect } = a;
  const broken: Run[] = [];
  const asked = wordsOf({ scenario, members, ...flags });
  const product = releaseShowing(a) === null ? name : `${name}@${version}`;
  const begunMs = performance.now();
  await verifyOnce([product, ...asked, '--runs', `${triesMax}`], (r) => broken.push(...runOf(r)));
  const seconds = Math.round((performance.now() - begunMs) / 1_000);
  const found = broken.findLast((r) => r.counterexample?.promise === a.breaks)?.counterexample;
  const isSetting = Object.keys(flags).length > 0 || a.safe !== undefined;
  const safe: Run[] = [];
  if (found && defect !== undefined) {
    // As often as it took to show it, and three times at least.
    const runs = Math.max(3, broken.length);
    const words = [`${name}@${defect.clean}`, ...asked, '--runs', `${runs}`];
    await verifyOnce(words, (r) => safe.push(...runOf(r)));
  } else if (found && isSetting) {
    const calmer = wordsOf({ scenario, ...a.safe });
    await verifyOnce([product, ...calmer], (r) => safe.push(...runOf(r)));
  }
  const safely = safeOf(safe, anomalies, a);
  return {
    product: name,
    version,
    anomaly: a,
    tries: broken.length,
    steps: found ? countSteps(found.steps) : null,
    seconds,
    safe: defect === undefined ? (isSetting ? safely : null) : `${defect.clean}: ${safely}`,
  };
}

/** A release with a defect may break the same promise without the setting: that is told apart. */
function safeOf(runs: readonly Run[], anomalies: readonly Anomaly[], a: Anomaly): string | null {
  const { scenario, defect } = a;
  const promise = runs.findLast((r) => r.counterexample)?.counterexample?.promise;
  const about = { scenario, promise: promise ?? '', version: defect?.clean ?? null };
  if (promise !== undefined && knownAnomaly(anomalies, a.safe ?? {}, about) !== null) {
    return 'breaks by a defect';
  }
  const how = a.safe === undefined ? '' : ` with \`${wordsOf({ ...a.safe }).join(' ')}\``;
  const worst = ['violated', 'unknown', 'holds'].find((v) => runs.some((r) => r.verdict === v));
  if (worst === undefined || runs.length === 1)
    return worst === undefined ? null : `${worst}${how}`;
  return `${worst} (${runs.filter((r) => r.verdict === worst).length} of ${runs.length})`;
}

interface Run {
  readonly verdict: string;
  readonly counterexample: {
    readonly promise: string;
    readonly steps: readonly string[];
  } | null;
}

function runOf(record: Line): Run[] {
  return record['type'] === 'run' ? [record as unknown as Run] : [];
}

const head = `# What was seen to break

Made by \`npm run prove -- anomalies\`, from runs: the first try that showed it, of at most ${triesMax}, each with another
seed, on a busy machine of two cores. Without the setting the same story holds, where there is one, and in the release
that is named; \`antlion systems\` prints the commands and sources.

| product | setting | story | breaks | tries | seconds | steps | without it | what happens |
| ------- | ------- | ----- | ------ | ----- | ------- | ----- | ---------- | ------------ |
`;

async function writeRow(shown: Shown): Promise<void> {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
  const options = { ...(await resolveConfig(page)), parser: 'markdown' };
  writeFileSync(page, await format(withRow(before, shown), options));
}

/** The page with this row, in the place of one of the same product (of a defect: release), setting, story and promise. */
export function withRow(before: string, shown: Shown): string {
  const { product, version, anomaly: a, tries, seconds, steps, safe } = shown;
  const setting = wordsOf({ members: a.members, ...a.flags }).join(' ');
  const key = [setting === '' ? 'any' : `\`${setting}\``, a.scenario, a.breaks];
  const row = [`${product} ${version}`, ...key, tries, seconds, steps ?? '—', safe ?? '—', a.what];
  // One release has a defect, another one another: these are rows of their own.
  const isSame = (first: string): boolean =>
    a.defect === undefined ? first.startsWith(`${product} `) : first === row[0];
  const kept = before
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
    // What is no row has no number of tries.
    .filter((cells) => /^\d+$/.test(cells[4] ?? ''))
    .filter((cells) => !(isSame(cells[0] ?? '') && key.every((k, n) => cells[n + 1] === k)));
  const lines = [...kept, row].map((cells) => `| ${cells.join(' | ')} |`);
  return `${head}${lines.sort().join('\n')}\n`;
}
