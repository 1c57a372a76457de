/** `antlion clean`: takes back what runs that died have left, by their journals and on the engine. */
import { exitCodes } from '../../core/errors.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { say, warn } from '../../report/output.ts';
import { recoverAll, runsInJournals } from '../../cleanup/recover.ts';
import type { CleanFlags } from '../commands.ts';

export async function cleanCommand(flags: CleanFlags): Promise<number> {
  const known = runsInJournals();
  const journals = await recoverAll();
  const { cleanEngine } = await import('../../containers/clean-engine.ts');
  const engine = await cleanEngine({ known, images: flags.images === true });
  const undone = [...journals.undone, ...engine.undone];
  const left = [...journals.left, ...engine.left];
  if (flags.json) {
    for (const what of undone) sayRecord('leftover', { what, isRemoved: true });
    for (const what of left) sayRecord('leftover', { what, isRemoved: false });
  } else {
    for (const line of undone) say(`removed: ${line}`);
    for (const note of engine.notes) say(note);
    if (undone.length + left.length === 0) say('nothing was left behind');
  }
  for (const line of left) warn(`still there: ${line}`);
  return left.length === 0 ? exitCodes.holds : exitCodes.leftovers;
}
