/** `antlion analyse`: figures of one or many runs, as a table, as records, as CSV. */
import { existsSync } from 'node:fs';
import { exitCodes } from '../../core/errors.ts';
import type { HistoryEvent } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import type { System } from '../../core/system.ts';
import { Analysis, type Analysed } from '../../metrics/analysis.ts';
import { runMetrics } from '../../metrics/catalog.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { say, sayLines } from '../../report/output.ts';
import { Progress } from '../../report/progress.ts';
import { fileOf, readRecord } from '../../runner/replay-record.ts';
import { programOf, requireMutant } from '../../runner/run-scenario.ts';
import { reference } from '../../../reference-impl/system.ts';
import { analysisLines, csvOf } from './analysis-lines.ts';
import type { AnalyseFlags } from '../commands.ts';
import { environmentOf, openEnvironment } from '../environments.ts';
import { eventsOfFile } from '../files/history-events.ts';
import { withInterrupt } from '../interrupt.ts';
import { isPath } from '../files/load-module.ts';
import { pathsOf } from '../replay/replay.ts';
import { openReplay } from '../replay/replay-source.ts';
import { systemOfScenario } from '../products/systems.ts';
import { turn } from '../run/turns.ts';
import { orFolderError, writeWhole } from '../files/whole-file.ts';
import { openWorkspace } from '../workspace.ts';

/** One run that is to be looked at: as it was recorded, or how it comes about. */
type Source =
  | { readonly name: string; readonly events: readonly HistoryEvent[] }
  | { readonly name: string; readonly system: System; readonly program: Program };

/** Every lane says so often what it sent, µs, unless the story says it itself. */
const meterUs = 1_000_000;

/** 0; 2 where no run had anything to measure, or it was stopped. */
export function analyseCommand(sources: readonly string[], flags: AnalyseFlags): Promise<number> {
  return withInterrupt(async ({ signal }) => {
    const progress = new Progress();
    const all = await sourcesOf(sources, flags);
    const systems = all.flatMap((s) => ('system' in s ? [s.system] : []));
    const own = [reference, ...systems].flatMap((s) => s.metrics ?? []);
    const analysis = new Analysis([...runMetrics, ...own]);
    for (const source of all) {
      if (signal.aborted) break;
      progress.update(`${source.name}, run ${analysis.runs + 1} of ${all.length}`);
      analysis.add('events' in source ? source.events : await eventsOf(source, signal));
      await turn();
    }
    progress.end();
    const figures = analysis.figures();
    if (flags.csv !== undefined) writeCsv(flags.csv, figures);
    if (flags.json) for (const f of figures) sayRecord('figure', { ...f, labels: { ...f.labels } });
    else sayLines(analysisLines(figures, analysis.runs));
    if (!flags.json && flags.csv !== undefined) say(`figures: ${flags.csv}`);
    return figures.length === 0 || signal.aborted ? exitCodes.unknown : exitCodes.holds;
  });
}

async function sourcesOf(sources: readonly string[], flags: AnalyseFlags): Promise<Source[]> {
  const all: Source[] = [];
  const names: string[] = [];
  for (const source of sources) {
    const isFile = existsSync(source) && /\.jsonl?$/.test(source);
    const events = isFile ? eventsOfFile(source) : null;
    if (events !== null) all.push({ name: source, events });
    else if (isFile || /^antlion\d+\./.test(source)) all.push(await replayed(source, flags));
    else names.push(source);
  }
  if (names.length === 0) return all;
  const workspace = await openWorkspace({ config: flags.config, paths: names.filter(isPath) });
  for (const scenario of workspace.chosen(names)) {
    const system = systemOfScenario(scenario);
    requireMutant(system, flags.mutant);
    for (let k = 0; k < flags.runs; k++) {
      const seed = (flags.seed + k) >>> 0;
      const program = programOf(scenario, seed, 'virtual', flags.mutant ?? null);
      all.push({ name: `${scenario.name} seed ${seed}`, system, program });
    }
  }
  return all;
}

async function replayed(source: string, flags: AnalyseFlags): Promise<Source> {
  const unread = await openReplay(source);
  const workspace = await openWorkspace({ config: flags.config, paths: pathsOf(fileOf(unread)) });
  const { system, program } = readRecord(unread);
  return { name: program.scenario, system: workspace.systemNamed(system) ?? reference, program };
}

/** In simulation, the same each time. */
async function eventsOf(
  { system, program }: Extract<Source, { system: System }>,
  signal: AbortSignal,
): Promise<readonly HistoryEvent[]> {
  const simulation = await openEnvironment('simulation', { signal });
  const environment = environmentOf(system, simulation) ?? simulation;
  const { extra } = program.settings;
  const metered =
    system === reference
      ? { ...program, settings: { ...program.settings, extra: { meterUs, ...extra } } }
      : program;
  return (await environment.run(system, metered)).history.events;
}

function writeCsv(path: string, figures: readonly Analysed[]): void {
  const wanted = 'a file in a folder of yours. Pass --csv with another.';
  orFolderError(`figures cannot be written to ${path}`, wanted, () =>
    writeWhole(path, csvOf(figures)),
  );
}
