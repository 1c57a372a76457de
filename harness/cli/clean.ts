/** `antlion clean`: takes back what runs that died have left, from their undo journals. */
import { exitCodes } from '../core/errors.ts';
import { say, warn } from '../report/output.ts';
import { recoverAll } from '../cleanup/recover.ts';

export async function cleanCommand(): Promise<number> {
  const { undone, left } = await recoverAll();
  for (const line of undone) say(`removed: ${line}`);
  for (const line of left) warn(`still there: ${line}`);
  if (undone.length + left.length === 0) say('nothing was left behind');
  return left.length === 0 ? exitCodes.holds : exitCodes.leftovers;
}
