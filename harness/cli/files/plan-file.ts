/** The file of `--plan`: YAML or JSON, or a module whose default export is the same as a value. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import { type PlanFile, planOfValue, readPlan } from '../../plans/read.ts';
import { loadModule } from './load-module.ts';

/** Throws E_FILE for a file that cannot be read, E_PLAN for one that is no plan. */
export async function planFile(path: string): Promise<PlanFile> {
  if (/\.[cm]?[jt]s$/.test(path)) {
    const { default: value } = (await loadModule(path)) as { readonly default?: unknown };
    return planOfValue(basename(path), value);
  }
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new HarnessError('E_FILE', `plan ${path} cannot be read (${code}). Name another file.`);
  }
  return readPlan(path, text);
}
