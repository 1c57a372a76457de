/** `antlion replay`: a counterexample again, here or in another environment. */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import type { System } from '../../core/system.ts';
import { sayLines, warn } from '../../report/output.ts';
import { fileOf, readRecord } from '../../runner/replay-record.ts';
import type { ReplayRecord } from '../../runner/replay-record.ts';
import { encodeToken } from '../../runner/token.ts';
import { buildDigest } from '../build.ts';
import type { ReplayFlags } from '../commands.ts';
import { environmentOf, openEnvironment } from '../environments.ts';
import type { OpenEnvironment } from '../environments.ts';
import { openHistoryFolder } from '../files/history-file.ts';
import { withInterrupt } from '../interrupt.ts';
import { questionsOf } from './replay-questions.ts';
import { openPagePath } from '../files/page-file.ts';
import { openReplay } from './replay-source.ts';
import { replayRecord } from './tries.ts';
import { launched } from '../../attached/launched.ts';
import { diskChoices } from '../../attached/disk-choice.ts';
import { networkChoices } from '../../attached/network.ts';
import { quoted } from '../products/system-flags.ts';
import { foreignSystem } from '../products/systems.ts';
import { trophySystem } from './trophy.ts';
import { openWorkspace } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';

/** A run in real time that would take longer than this is refused: it was drawn for virtual time. */
const realDurationUsMax = 120_000_000;
const realTries = 10;

/** `source` is a token, a file, or `-` for what is piped in. Gives the exit code. */
export function replayCommand(source: string, flags: ReplayFlags): Promise<number> {
  return withInterrupt(({ signal }) => replayAll(source, flags, signal));
}

async function replayAll(source: string, flags: ReplayFlags, signal: AbortSignal): Promise<number> {
  const questions = questionsOf(flags);
  if (flags.history !== undefined) openHistoryFolder(flags.history);
  if (flags.report !== undefined) openPagePath(flags.report);
  const unread = await openReplay(source);
  const paths = pathsOf(fileOf(unread));
  const workspace = await openWorkspace({ config: flags.config, paths });
  // Only now: its faults may be of kinds that these files define.
  const record = readRecord(unread);
  const { system, environment } = await targetOf(record, flags, workspace, signal);
  if (environment.time === 'real') requireShort(record, environment.name);
  sayBuild(record);
  const tries = flags.times ?? (environment.time === 'virtual' ? 1 : realTries);
  const from = flags.system === undefined ? '' : ` --system ${quoted(flags.system)}`;
  const argument = `${source === '-' ? encodeToken(record) : source}${from}`;
  return replayRecord(record, {
    system,
    own: workspace.own,
    environment,
    tries,
    argument,
    signal,
    isJson: flags.json,
    historyFolder: flags.history,
    page: flags.report,
    questions,
    isCauseAsked: flags.cause === true,
    isWhyAsked: flags.why === true,
    say: sayLines,
  });
}

/** Whose token it is must not choose what is loaded: only what lies in the current folder is. */
export function pathsOf(from: string | null): readonly string[] {
  if (from === null) return [];
  const isInside = !isAbsolute(from) && !from.split(/[/\\]/).includes('..');
  if (isInside && existsSync(from)) return [from];
  throw new HarnessError(
    'E_TOKEN',
    `the counterexample was found by ${from}, which is not in this folder. Replay it where it was found, or name the file in antlion.config.ts: scenarios.`,
  );
}

/** Where the record's system runs again. A foreign one runs in members of our own. */
async function targetOf(
  record: ReplayRecord,
  flags: ReplayFlags,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<{ readonly system: System; readonly environment: OpenEnvironment }> {
  const system = workspace.systemNamed(record.system) ?? (await trophySystem(record.system));
  if (system !== null && flags.system === undefined) {
    const asked = await openEnvironment(flags.env, { signal });
    const environment = environmentOf(system, asked);
    if (environment !== null) return { system, environment };
    throw new HarnessError(
      'E_USAGE',
      `${system.name} runs in simulation alone, got --env ${flags.env}. Leave --env out.`,
    );
  }
  const open = await foreignSystem(record, flags.system);
  const { shape, settings } = record.program;
  const members = shape.nodes.length;
  // As it was asked for when it was found.
  const network = networkChoices.find((choice) => choice === settings.extra['network']) ?? 'auto';
  const disk = diskChoices.find((choice) => choice === settings.extra['disk']) ?? 'auto';
  const environment = launched({ plan: open.plan, members, network, disk, signal });
  return { system: open.system, environment };
}

function requireShort({ program }: ReplayRecord, env: string): void {
  if (program.durationUs <= realDurationUsMax) return;
  throw new HarnessError(
    'E_PLAN',
    `the run lasts ${formatDuration(program.durationUs)}, wanted at most ${formatDuration(realDurationUsMax)} in ${env}. Replay it with --env simulation.`,
  );
}

function sayBuild({ build }: ReplayRecord): void {
  const here = buildDigest();
  if (build === null || build === here) return;
  warn(`note: found by build ${build}, this is ${here}`);
}
