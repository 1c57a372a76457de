/** `antlion monitoring`: alert rules made of promises, and a dashboard, for those who watch real clusters. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../../core/errors.ts';
import { say } from '../../report/output.ts';
import { alertRules } from './alert-rules.ts';
import { dashboard } from './dashboard.ts';
import { orFolderError, writeWhole } from '../files/whole-file.ts';

/** Writes `alerts.yaml` and `dashboard.json`. Throws E_FOLDER. */
export function monitoringCommand(folder: string): number {
  const files = { 'alerts.yaml': alertRules(), 'dashboard.json': dashboard() };
  const wanted = 'a folder of yours. Name another.';
  orFolderError(`files for monitoring cannot be written to ${folder}`, wanted, () => {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeWhole(join(folder, name), text);
  });
  for (const name of Object.keys(files)) say(join(folder, name));
  return exitCodes.holds;
}
