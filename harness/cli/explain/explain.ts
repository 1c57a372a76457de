/** `antlion explain`: four questions, answered by walking the evidence of a run or of a running cluster. */
import { existsSync } from 'node:fs';
import pc from 'picocolors';
import { parseDuration } from '../../core/duration.ts';
import { HarnessError, exitCodes } from '../../core/errors.ts';
import type { History } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines } from '../../report/output.ts';
import type { RecordOf } from '../../report/records.ts';
import { wrap } from '../../report/wrap.ts';
import { readRecord } from '../../runner/replay-record.ts';
import { programOf, promisesFor, requireMutant } from '../../runner/run-scenario.ts';
import { simulation } from '../../simulation/environment.ts';
import { reference } from '../../../reference-impl/system.ts';
import type { ExplainFlags } from '../commands.ts';
import { openReplay } from '../replay/replay-source.ts';
import { scenariosMatching } from '../scenarios.ts';
import { sceneOfCluster } from './scene-of-cluster.ts';
import { sceneOfRun } from './scene-of-run.ts';
import type { Scene, Step } from './scene.ts';
import { answersTo, questionIds } from './walk.ts';
import type { Answer, Asked } from './walk.ts';

/** 0: nothing speaks for a cause. 1: there is one. 2: nobody could say, of some question. */
export async function explainCommand(
  sources: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  const asked = askedBy(flags);
  const areUrls = sources.map((s) => /^https?:\/\//.test(s));
  if (areUrls.includes(true) && areUrls.includes(false)) {
    throw usage('sources are addresses and others', sources.join(' '), 'Name addresses alone');
  }
  const scene = areUrls.includes(true)
    ? await liveScene(sources, flags)
    : await runScene(sources, flags);
  const answers = answersTo(asked, scene);
  if (flags.json) for (const a of answers) sayRecord('explanation', recordOf(scene, a));
  else sayLines([`Evidence ${scene.when}:`, ...answers.flatMap(linesOf)]);
  if (answers.some((a) => a.kind === 'cause')) return exitCodes.violated;
  return answers.some((a) => a.kind === 'unknown') ? exitCodes.unknown : exitCodes.holds;
}

function askedBy({ question, service, key }: ExplainFlags): Asked {
  const id = questionIds.find((q) => q === question) ?? null;
  if (question !== undefined && id === null) {
    throw usage('there is no such question', question, `Pass one of ${questionIds.join(', ')}`);
  }
  return { question: id, service: service ?? null, key: key ?? null };
}

function liveScene(urls: readonly string[], { at, mutant }: ExplainFlags): Promise<Scene> {
  if (at === undefined && mutant === undefined) return sceneOfCluster(urls);
  throw usage('a running cluster is asked as it is now', '--at or --mutant', 'Leave it out');
}

async function runScene(sources: readonly string[], flags: ExplainFlags): Promise<Scene> {
  const [source = ''] = sources;
  if (sources.length > 1) throw usage('one run is explained', sources.join(' '), 'Name one');
  const isRecord = source === '-' || source.startsWith('antlion2.') || existsSync(source);
  const { history, program } = isRecord ? await recordedRun(source) : namedRun(source, flags);
  const atUs = flags.at === undefined ? history.endUs : parseDuration(flags.at);
  if (atUs > history.endUs) {
    const end = `${(history.endUs / 1e6).toFixed(3)}s`;
    throw usage('that is after the end of the run', flags.at ?? '', `Pass at most --at ${end}`);
  }
  return sceneOfRun(history, program, atUs);
}

interface Lived {
  readonly history: History;
  readonly program: Program;
}

async function recordedRun(source: string): Promise<Lived> {
  const { system, program, pins, invariant } = readRecord(await openReplay(source));
  if (system !== reference.name) {
    throw usage('evidence is what the reference cluster tells', system, 'Replay it instead');
  }
  const own = reference.promises.some((p) => (typeof p === 'string' ? p : p.id) === invariant);
  const monitors = own ? promisesFor(reference, [invariant]).invariants : [];
  return { history: simulation().run(reference, program, { pins, monitors }).history, program };
}

function namedRun(name: string, { seed, mutant }: ExplainFlags): Lived {
  const found = scenariosMatching([name]);
  const [scenario] = found;
  if (scenario === undefined || found.length > 1) {
    throw usage('one run is explained', `${found.length} scenarios`, 'Name one');
  }
  requireMutant(reference, mutant);
  const program = programOf(scenario, seed, 'virtual', mutant ?? null);
  return { history: simulation().run(reference, program).history, program };
}

const marks: Readonly<Record<Step['kind'], string>> = {
  cause: pc.red('✖'),
  clear: pc.green('✔'),
  unknown: pc.yellow('?'),
  symptom: pc.yellow('!'),
};
const ends: Readonly<Record<Answer['kind'], string>> = {
  cause: 'a cause was found',
  clear: 'no cause was found',
  unknown: 'not known',
};

function recordOf({ when }: Scene, { title, kind, steps }: Answer): RecordOf<'explanation'> {
  const told = steps.map(({ looked, found, kind: step, next }) => ({
    looked,
    found,
    kind: step,
    next,
  }));
  return { evidence: when, question: title, answer: kind, steps: told };
}

function linesOf({ title, steps, kind }: Answer): string[] {
  return [
    '',
    `${pc.bold(title.endsWith('?') ? title : `${title}:`)} ${ends[kind]}`,
    ...steps.flatMap((s) => [
      `${marks[s.kind]} ${s.looked}`,
      ...wrap(s.found, 4),
      ...(s.next === null ? [] : wrap(`Next: ${s.next}`, 4)),
    ]),
  ];
}

function usage(what: string, got: string, next: string): HarnessError {
  return new HarnessError('E_USAGE', `${what}, got ${got}. ${next}.`);
}
