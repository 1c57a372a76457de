/** `antlion clean`: takes back what runs that died have left, from their undo journals. */
import { exitCodes } from '../core/errors.ts';
import { recoverAll } from '../cleanup/recover.ts';

export async function cleanCommand(): Promise<number> {
  const { undone, left } = await recoverAll();
  for (const line of undone) process.stdout.write(`removed: ${line}\n`);
  for (const line of left) process.stderr.write(`still there: ${line}\n`);
  if (undone.length + left.length === 0) process.stdout.write('nothing was left behind\n');
  return left.length === 0 ? exitCodes.holds : exitCodes.leftovers;
}
