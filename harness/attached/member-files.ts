/** Lays out the folder of a member before its first start: files, and what a command of its own makes there. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HarnessError } from '../core/errors.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';
import { fill } from './template.ts';
import type { Fields } from './template.ts';

/** Laying out a database takes seconds on a busy machine. */
const prepareMsMax = 60_000;

/** Removes all that is in a folder. */
export async function emptied(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** `folder`: where its data is seen from here. Throws E_NO_PROGRAM without the program of `prepare`, E_NOT_READY when it fails, with what it said. */
export async function layOut(
  { files = {}, prepare, install }: LaunchPlan,
  fields: Fields,
  env: Readonly<Record<string, string | undefined>>,
  folder = fields['data'] ?? '',
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, fill(text, fields));
  }
  if (prepare === undefined) return;
  const [program = '', ...args] = prepare.map((text) => fill(text, fields));
  try {
    await promisify(execFile)(program, args, { env, timeout: prepareMsMax });
  } catch (cause) {
    const {
      stderr = '',
      message,
      ...failed
    } = cause as Error & {
      readonly stderr?: string;
      readonly code?: string | number;
    };
    // 127 is a shell's word for a program that is not there.
    if (failed.code === 'ENOENT' || failed.code === 127) {
      const why = stderr.trim().split('\n').at(-1) || failed.code;
      const how = install === undefined ? '' : `: ${install}`;
      throw new HarnessError(
        'E_NO_PROGRAM',
        `${program} cannot be started (${why}), wanted what lays out ${fields['name']}. Install it${how}.`,
        { cause },
      );
    }
    const said = stderr.trim().split('\n').slice(-4).join('\n  ') || message;
    throw new HarnessError(
      'E_NOT_READY',
      `${fields['name']} was not laid out: ${program} failed. Read what it said last:\n  ${said}`,
      { cause },
    );
  }
}
