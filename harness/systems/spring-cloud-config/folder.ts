/**
 * Where configuration is published: a folder that all servers take it from, one file an application, which is replaced
 * as a whole. https://docs.spring.io/spring-cloud-config/reference/server/environment-repository/file-system-backend.html
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Endpoint } from '../../core/system.ts';

/** `git`: a version counts once it is committed there. */
export type Backend = 'native' | 'git';

/** Of a server: `?folder=` of its address; null where none is named. */
export function folderOf({ url, direct = url }: Endpoint): string | null {
  return new URL(direct).searchParams.get('folder');
}

/** Names belong to everybody: the run's prefix makes them its own. */
export function applicationOf(prefix: string, key: string): string {
  return `${prefix}${key}`.replaceAll(/[^\w-]+/g, '-');
}

/** Whoever publishes: one version after the other, so that revisions come in order. */
export class Publisher {
  private readonly backend: Backend;
  private last: Promise<unknown> = Promise.resolve();

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Resolves with the revision. Rejects where nobody knows whether it was published. */
  publish(folder: string, application: string, value: string): Promise<number> {
    const own = this.last.then(() => this.replace(folder, application, value));
    this.last = own.catch(() => undefined);
    return own;
  }

  /** Takes away what begins so. */
  async tidy(folder: string, begins: string): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.startsWith(begins));
    if (names.length === 0) return;
    for (const name of names) await rm(join(folder, name), { force: true });
    if (this.backend === 'git') await commit(folder, names);
  }

  private async replace(folder: string, application: string, value: string): Promise<number> {
    const name = `${application}.yml`;
    const file = join(folder, name);
    const revision = (await revisionIn(file)) + 1;
    const whole = `${file}.new`;
    // JSON is YAML.
    await writeFile(whole, `${JSON.stringify({ antlion: { revision, value } })}\n`);
    await rename(whole, file);
    if (this.backend === 'git') await commit(folder, [name]);
    return revision;
  }
}

async function revisionIn(file: string): Promise<number> {
  try {
    const { antlion } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly antlion: { readonly revision: number };
    };
    return antlion.revision;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

const author = ['-c', 'user.name=antlion', '-c', 'user.email=antlion@localhost'];

async function commit(folder: string, names: readonly string[]): Promise<void> {
  const git = (...words: readonly string[]): Promise<unknown> =>
    promisify(execFile)('git', ['-C', folder, ...words]);
  await git('add', '--all', '--', ...names);
  await git(...author, 'commit', '--quiet', '--no-gpg-sign', '-m', 'Publish', '--', ...names);
}
