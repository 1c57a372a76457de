/** `antlion.config.json`: what a project tells antlion, for projects that need no code for it. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';
import { whatIsWrong } from '../../runner/bad-input.ts';

const paths = (what: string): z.ZodOptional<z.ZodArray<z.ZodString>> =>
  z.array(z.string().min(1)).describe(`${what}; relative to this file`).optional();

/** What a module of TypeScript names as values stands here as paths of the modules that export them. */
export const configForm = z.strictObject({
  $schema: z
    .string()
    .describe('For editors: node_modules/antlion/docs/reference/config.schema.json')
    .optional(),
  scenarios: paths('Files and folders that export scenarios'),
  systems: paths('Files that export systems, for antlion verify or for counterexamples'),
  promises: paths('Files that export promises'),
  faults: paths('Files that define kinds of fault'),
});

export type ConfigForm = z.infer<typeof configForm>;

/** Throws E_FILE for what is no configuration, saying where. */
export function readConfigJson(path: string, name: string): ConfigForm {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw unreadable(name, error instanceof Error ? error.message : String(error));
  }
  const read = configForm.safeParse(value);
  if (read.success) return read.data;
  throw unreadable(name, whatIsWrong(configForm, value) ?? 'it is no configuration');
}

function unreadable(name: string, why: string): HarnessError {
  return new HarnessError(
    'E_FILE',
    `${name} cannot be read: ${why}. Its form: antlion schema config.`,
  );
}
