/** The program of a member, and what is said where it is not there. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HarnessError } from '../core/errors.ts';

interface Wanted {
  /** The member's. */
  readonly name: string;
  /** How to get the program, for who has not got it. */
  readonly install?: string | null | undefined;
}

/** Throws E_NO_PROGRAM unless it can be run, by its path or from the PATH of `env`. */
export function requireProgram(
  program: string,
  member: Wanted & { readonly env: Readonly<Record<string, string | undefined>> },
): void {
  const folders = program.includes('/') ? [''] : (member.env['PATH'] ?? '').split(delimiter);
  const found = folders.some((folder) => {
    try {
      accessSync(folder === '' ? program : join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw noProgram(program, 'ENOENT', member);
}

export function noProgram(
  program: string,
  why: string,
  { name, install }: Wanted,
  cause?: unknown,
): HarnessError {
  const how = install === undefined || install === null ? '' : `: ${install}`;
  return new HarnessError(
    'E_NO_PROGRAM',
    `${program} cannot be started (${why}), wanted the program of ${name}. Install it${how}, or name another: --binary PATH.`,
    { cause },
  );
}
