/**
 * How to take back what was done to real things, as data: it is written down before the deed, so that
 * whoever comes later (the watchdog, `antlion clean`) can do it with nothing but this.
 *
 * A closed list of kinds, none of which is a command: a file can ask for these and for nothing else,
 * and each names its target so closely that a later one of the same number or name is not it.
 */
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, normalize, resolve } from 'node:path';
import { z } from 'zod';
import { unreachable } from '../core/assert.ts';
import { HarnessError } from '../core/errors.ts';
import { processIdSchema } from './process-id.ts';

export const undoSchema = z.discriminatedUnion('kind', [
  /** End this process, and no other that got its number later. */
  z.strictObject({ kind: z.literal('kill'), process: processIdSchema }),
  /** Let this stopped process go on. */
  z.strictObject({ kind: z.literal('resume'), process: processIdSchema }),
  /** Remove a folder `antlion-…` of this user, after ending what was started to work in it. */
  z.strictObject({ kind: z.literal('remove-folder'), path: z.string().refine(isOurName) }),
  /** Remove what carries the label of this run from this engine, `DOCKER_HOST` as it was then. */
  z.strictObject({
    kind: z.literal('remove-run'),
    engine: z.string().regex(/^(unix|tcp|http|https|ssh|npipe):\/\/\S+$/),
    run: z.string().regex(/^[0-9a-f]{10}$/),
  }),
]);

export type Undo = z.infer<typeof undoSchema>;

/** What `undo` would mend, in a few words. */
export function describeUndo(undo: Undo): string {
  switch (undo.kind) {
    case 'kill':
      return `process ${undo.process.pid} runs`;
    case 'resume':
      return `process ${undo.process.pid} is stopped`;
    case 'remove-folder':
      return `folder ${undo.path}`;
    case 'remove-run':
      return `containers, networks and volumes of run ${undo.run} on ${undo.engine}`;
    default:
      return unreachable(undo);
  }
}

/** Only what is ours is written down to be removed. Throws E_REFUSED_TARGET for any other folder. */
export function requireOwnFolder(path: string): void {
  const full = resolve(path);
  if (isOurName(full) && dirname(full) === resolve(tmpdir())) return;
  throw new HarnessError(
    'E_REFUSED_TARGET',
    `folder to remove is ${path}, wanted ${tmpdir()}/antlion-…. Make temporary folders there.`,
  );
}

function isOurName(path: string): boolean {
  return isAbsolute(path) && normalize(path) === path && /^antlion-[\w.-]+$/.test(basename(path));
}
