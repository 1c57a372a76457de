/** `antlion demo`: what a newcomer sees first. The correct cluster holds, a broken node is caught. */
import { exitCodes } from '../../core/errors.ts';
import { say } from '../../report/output.ts';
import { runCommand } from './run.ts';

const plain = { json: false, reporter: [], lastFailed: false, verbose: false };

/** One of each sort, and all of them quick: what a newcomer waits for must not be long. */
const tour = [
  'minority-partition',
  'one-way-partition',
  'leader-crash',
  'leader-pause',
  'cut-off-leader',
  'slow-link',
  'lost-answers',
  'even-clusters',
  'stale-sessions',
  'paused-holder',
  'config-changes',
  'instance-crash',
];

export async function demoCommand(): Promise<number> {
  say('1. The reference cluster in a dozen scenarios, in simulation (all: antlion run):');
  const holds = await runCommand(tour, { env: 'simulation', seed: 1, runs: 1, ...plain });
  if (holds !== exitCodes.holds) return holds;
  say('\n2. The same cluster with one broken rule: a deposed leader goes on answering reads.');
  const caught = await runCommand(['minority*'], {
    env: 'simulation',
    seed: 1,
    runs: 200,
    mutant: 'stale-read',
    ...plain,
  });
  if (caught !== exitCodes.violated) return caught === exitCodes.holds ? exitCodes.unknown : caught;
  say('The broken node was caught, as it must be. Next: antlion list, antlion run --help.');
  return exitCodes.holds;
}
