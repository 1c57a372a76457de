/** `antlion trophy`: a defect of a released library, shown in simulation, and gone with the safe setting; or none. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pc from 'picocolors';
import { HarnessError, exitCodes } from '../../core/errors.ts';
import { suggestion } from '../../core/names.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines } from '../../report/output.ts';
import { Progress } from '../../report/progress.ts';
import { plural, violationLines } from '../../report/terminal.ts';
import type { RecordOf } from '../../report/records.ts';
import { wrap } from '../../report/wrap.ts';
import { trophies, trophyName } from '../../../scenarios/libraries/list.ts';
import type { TrophyEntry } from '../../../scenarios/libraries/list.ts';
import type { Trophy, Witness } from '../../../scenarios/libraries/trophy.ts';
import type { TrophyFlags } from '../commands.ts';
import { simulation } from '../../simulation/environment.ts';
import { environmentOf } from '../environments.ts';
import { withInterrupt } from '../interrupt.ts';
import { ReportBook } from '../report/report-book.ts';
import { runOnce } from '../run/run-once.ts';
import type { RunReport } from '../run/run-once.ts';
import { counterexampleOf } from '../run/run-output.ts';
import { Summary, totalOf } from '../run/summary.ts';

const tries = 20;

/** Gives 0 when the defect was seen, and no more with the safe setting. */
export async function trophyCommand(
  library: string | undefined,
  flags: TrophyFlags,
): Promise<number> {
  if (library === undefined) {
    for (const entry of trophies) tell(entry, await loaded(entry), null, flags.json);
    return exitCodes.holds;
  }
  const entry = trophies.find((t) => trophyName(t) === library);
  if (entry === undefined) {
    const names = trophies.map(trophyName);
    throw new HarnessError(
      'E_USAGE',
      `no trophy is of "${library}", ${suggestion(library, names)} See them all: antlion trophy.`,
    );
  }
  const trophy = await loaded(entry);
  if (trophy === null) throw notInstalled(entry);
  const book = flags.report === undefined ? null : new ReportBook(flags.report);
  return withInterrupt(async ({ signal }) => {
    const shown = await show(trophy, signal, book);
    tell(entry, trophy, shown, flags.json);
    const { safe } = shown;
    const isSeen = shown.report !== null || isWitness(trophy);
    const isShown = isSeen && safe.violated + safe.unknown === 0;
    return isShown ? exitCodes.holds : exitCodes.unknown;
  });
}

/** The system of a token that one of these made; null: of none. Throws where it is not installed. */
export async function trophySystem(name: string): Promise<System | null> {
  const entry = trophies.find((t) => trophyName(t) === name);
  if (entry === undefined) return null;
  const trophy = await loaded(entry);
  if (trophy === null) throw notInstalled(entry);
  return trophy.scenario.system ?? null;
}

function notInstalled({ library, version }: TrophyEntry): HarnessError {
  return new HarnessError(
    'E_NO_PROGRAM',
    `${library} is not installed beside antlion, wanted version ${version}. Install it: npm install ${library}@${version}.`,
  );
}

/** Null: the library is not there. */
async function loaded(entry: TrophyEntry): Promise<Trophy | Witness | null> {
  return installed(entry.library) === null ? null : entry.load();
}

const require = createRequire(import.meta.url);

/** Its version; null: it is not there. */
function installed(library: string): string | null {
  let folder: string;
  try {
    folder = dirname(require.resolve(library));
  } catch {
    return null;
  }
  // The main file may lie deep in the package, and its exports may hide package.json.
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    const found = versionIn(join(folder, 'package.json'), library);
    if (found !== null) return found;
  }
  return null;
}

function versionIn(path: string, library: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
    return name === library && version !== undefined ? version.replace(/^v/, '') : null;
  } catch {
    return null;
  }
}

function isWitness(trophy: Trophy | Witness): trophy is Witness {
  return 'holds' in trophy;
}

interface Shown {
  /** The first run that broke the promise, and how many it took; null: none of them did. */
  readonly report: RunReport | null;
  readonly tries: number;
  readonly safe: { readonly tries: number; readonly violated: number; readonly unknown: number };
}

async function show(
  trophy: Trophy | Witness,
  signal: AbortSignal,
  book: ReportBook | null,
): Promise<Shown> {
  const begunMs = performance.now();
  const summaries = new Map<string, Summary>();
  const progress = new Progress();
  const usual = simulation();
  const run = async (scenario: Scenario, seed: number): Promise<RunReport> => {
    const system = scenario.system as System;
    const environment = environmentOf(system, usual) ?? usual;
    const summary = summaries.get(scenario.name) ?? new Summary(scenario);
    summaries.set(scenario.name, summary);
    const done = await runOnce(environment, system, scenario, {
      seed,
      mutant: null,
      isShrunk: true,
      signal,
      live: { progress, title: `${scenario.name} seed ${seed}` },
      onReport: async (report, result) => {
        await book?.add({ environment, system, scenario, signal }, report, result);
      },
    });
    summary.add(done);
    return done;
  };
  let report: RunReport | null = null;
  let seed = 0;
  while (!isWitness(trophy) && report === null && seed < tries && !signal.aborted) {
    seed += 1;
    const done = await run(trophy.scenario, seed);
    if (done.verdict === 'violated') report = done;
  }
  const kept = isWitness(trophy) ? trophy.scenario : trophy.safe.scenario;
  const safe = { tries: 0, violated: 0, unknown: 0 };
  while (safe.tries < tries && !signal.aborted) {
    safe.tries += 1;
    const { verdict } = await run(kept, safe.tries);
    if (verdict !== 'holds') safe[verdict] += 1;
  }
  progress.end();
  const total = totalOf([...summaries.values()], 0, performance.now() - begunMs);
  book?.write({ total, skipped: [], never: null, isInterrupted: signal.aborted });
  return { report, tries: seed, safe };
}

function tell(
  entry: TrophyEntry,
  trophy: Trophy | Witness | null,
  shown: Shown | null,
  isJson: boolean,
): void {
  if (isJson) sayRecord('trophy', recordOf(entry, trophy, shown));
  else sayLines([...headLines(entry, trophy), ...(shown === null ? [] : shownLines(shown))]);
}

function recordOf(
  { library, version }: TrophyEntry,
  trophy: Trophy | Witness | null,
  shown: Shown | null,
): Omit<RecordOf<'trophy'>, 'format' | 'type'> {
  const story = shown?.report?.story ?? null;
  const defect = trophy === null || isWitness(trophy) ? null : trophy;
  return {
    library,
    version,
    installed: installed(library),
    defect: defect?.defect ?? null,
    told: defect?.told ?? null,
    safe: defect?.safe.how ?? null,
    issue: defect?.issue ?? null,
    shown:
      shown === null || story === null
        ? null
        : { tries: shown.tries, counterexample: counterexampleOf(story) },
    safeTries: shown === null ? null : { ...shown.safe },
  };
}

function headLines(entry: TrophyEntry, trophy: Trophy | Witness | null): string[] {
  const { library, version } = entry;
  const own = installed(library);
  const here = own === null ? 'not installed' : own === version ? 'installed' : `installed: ${own}`;
  const also = trophyName(entry) === library ? '' : `, as ${trophyName(entry)}`;
  const head = `${pc.bold(library)} ${version} ${pc.dim(`(${here})`)}${also}`;
  if (trophy === null) return [head, ...wrap(`To see it: npm install ${library}@${version}.`, 2)];
  if (isWitness(trophy)) return [head, ...wrap(`No defect was seen: ${trophy.holds}.`, 2)];
  return [
    head,
    ...wrap(trophy.defect, 2),
    ...wrap(`Its user was told: ${trophy.told}.`, 2),
    ...wrap(`Safe: ${trophy.safe.how}.`, 2),
    ...wrap(trophy.issue === null ? 'No report of it was found.' : `Reported: ${trophy.issue}`, 2),
  ];
}

function shownLines({ report, tries: needed, safe }: Shown): string[] {
  const story = report?.story ?? null;
  const seen =
    needed === 0
      ? []
      : story === null
        ? wrap(`Not seen in ${plural(needed, 'try', 'tries')}.`, 0)
        : [...violationLines(story), ...wrap(`Seen in try ${needed}.`, 0)];
  const bad = safe.violated + safe.unknown;
  const safely =
    bad === 0
      ? `${needed === 0 ? 'The' : 'With the safe setting the'} promise held in ${safe.tries} tries.`
      : `${needed === 0 ? 'Of' : 'With the safe setting, of'} ${safe.tries} tries: ${safe.violated} violated, ${safe.unknown} unknown.`;
  return [...seen, ...wrap(safely, 0)];
}
