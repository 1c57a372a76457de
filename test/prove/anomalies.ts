/**
 * Everything that is listed as known to break, shown again: in how many tries, in how many steps, and that it is
 * gone with the safe setting. The table of docs/reference/anomalies.md is made of these runs.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { knownAnomaly } from '../../harness/cli/known-anomaly.ts';
import { versionOf } from '../../harness/cli/list-systems.ts';
import { wordsOf } from '../../harness/cli/system-flags.ts';
import { builtIns } from '../../harness/cli/systems.ts';
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
  /** Of the same story with the safe setting; null: there is no such setting. */
  readonly safe: string | null;
}

/** One after the other, of what is installed; and writes the page anew, with its other rows as they were. */
export async function* showAnomalies(products: readonly string[]): AsyncGenerator<Shown> {
  for (const manifest of builtIns) {
    if (products.length > 0 && !products.includes(manifest.name)) continue;
    const version = versionOf(manifest);
    if (version === null) continue;
    for (const anomaly of manifest.anomalies) {
      const shown = await showOne(manifest, version, anomaly);
      if (shown.steps !== null) await writeRow(shown);
      yield shown;
    }
  }
}

async function showOne(
  { name, anomalies }: SystemManifest,
  version: string,
  a: Anomaly,
): Promise<Shown> {
  const broken: Run[] = [];
  const words = wordsOf({ scenario: a.scenario, runs: triesMax, ...a.flags });
  await verifyOnce([name, ...words], (r) => broken.push(...runOf(r)));
  const found = broken.findLast((r) => r.counterexample?.promise === a.breaks)?.counterexample;
  const isSetting = Object.keys(a.flags).length > 0;
  const safe: Run[] = [];
  if (isSetting && found) {
    await verifyOnce([name, '--scenario', a.scenario], (r) => safe.push(...runOf(r)));
  }
  return {
    product: name,
    version: /\d+(\.\d+)+/.exec(version)?.[0] ?? version,
    anomaly: a,
    tries: broken.length,
    steps: found ? countSteps(found.steps) : null,
    safe: isSetting ? safeOf(safe[0], anomalies, a) : null,
  };
}

/** A release with a defect may break the same promise without the setting: that is told apart. */
function safeOf(run: Run | undefined, anomalies: readonly Anomaly[], a: Anomaly): string | null {
  const broken = run?.counterexample?.promise;
  const isDefect = broken !== undefined && knownAnomaly(anomalies, {}, a.scenario, broken) !== null;
  return isDefect ? 'breaks by a defect' : (run?.verdict ?? null);
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
seed. Without the setting the same story holds, where there is one; \`antlion systems\` prints the commands and sources.

| product | setting | story | breaks | tries | steps | without it | what happens |
| ------- | ------- | ----- | ------ | ----- | ----- | ---------- | ------------ |
`;

async function writeRow(shown: Shown): Promise<void> {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
  const options = { ...(await resolveConfig(page)), parser: 'markdown' };
  writeFileSync(page, await format(withRow(before, shown), options));
}

/** The page with this row, in the place of one of the same product, setting, story and promise. */
export function withRow(before: string, shown: Shown): string {
  const { product, version, anomaly: a, tries, steps, safe } = shown;
  const setting = wordsOf({ ...a.flags }).join(' ');
  const key = [setting === '' ? 'any' : `\`${setting}\``, a.scenario, a.breaks];
  const row = [`${product} ${version}`, ...key, tries, steps ?? '—', safe ?? '—', a.what];
  const kept = before
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
    // What is no row has no number of tries.
    .filter((cells) => /^\d+$/.test(cells[4] ?? ''))
    .filter(
      (cells) => !(cells[0]?.startsWith(`${product} `) && key.every((k, n) => cells[n + 1] === k)),
    );
  const lines = [...kept, row].map((cells) => `| ${cells.join(' | ')} |`);
  return `${head}${lines.sort().join('\n')}\n`;
}
