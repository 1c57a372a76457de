/** `antlion demo`: what a newcomer sees first. The correct cluster holds, a broken node is caught. */
import { exitCodes } from '../core/errors.ts';
import { say } from '../report/output.ts';
import { runCommand } from './run.ts';

export async function demoCommand(): Promise<number> {
  say('1. The reference cluster, every scenario once, in simulation:');
  const holds = await runCommand([], { env: 'simulation', seed: 1, runs: 1, json: false });
  if (holds !== exitCodes.holds) return holds;
  say('\n2. The same cluster with one broken rule: a deposed leader goes on answering reads.');
  const caught = await runCommand(['minority*'], {
    env: 'simulation',
    seed: 1,
    runs: 200,
    mutant: 'stale-read',
    json: false,
  });
  if (caught !== exitCodes.violated) return caught === exitCodes.holds ? exitCodes.unknown : caught;
  say('The broken node was caught, as it must be. Next: antlion list, antlion run --help.');
  return exitCodes.holds;
}
