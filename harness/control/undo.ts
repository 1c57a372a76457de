/**
 * How to take back what was done to real things, as data: it is written down before the deed, so that
 * whoever comes later (the watchdog, `antlion clean`) can do it with nothing but this.
 *
 * Undoing twice, undoing what was never done and undoing when the target is dead are all harmless.
 */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { HarnessError } from '../core/errors.ts';
import { unreachable } from '../core/assert.ts';
import { isAlive, type ProcessId, processesIn, signalProcess } from './process-id.ts';
import { connectToxiproxy, ToxiproxyFailure } from './toxiproxy.ts';

/** A proxy that we made on a server, told from all others by its three fields. */
interface MadeLink {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
}

export type Undo =
  /** End this process, and no other that got its number later. */
  | { readonly kind: 'kill'; readonly process: ProcessId }
  /** Let this stopped process go on. */
  | { readonly kind: 'resume'; readonly process: ProcessId }
  /**
   * Remove a folder `antlion-…` directly under the system's folder for temporary files, after
   * ending what was started to work in it.
   */
  | { readonly kind: 'remove-folder'; readonly path: string }
  /** Run a program, such as `docker rm --force …`; done when it exits with 0. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** Take faults from links on a Toxiproxy server. */
  | {
      readonly kind: 'heal-links';
      readonly api: string;
      readonly toxics: readonly { readonly link: string; readonly toxic: string }[];
      readonly enable: readonly string[];
    }
  /** Remove links from a Toxiproxy server. */
  | { readonly kind: 'remove-links'; readonly api: string; readonly links: readonly MadeLink[] };

/** Does it. Throws when it could not be done, saying what is left. */
export async function performUndo(undo: Undo): Promise<void> {
  switch (undo.kind) {
    case 'kill':
      return kill(undo.process);
    case 'resume':
      signalProcess(undo.process, 'SIGCONT');
      return;
    case 'remove-folder':
      requireOwnFolder(undo.path);
      // A harness that dies between starting a process and writing it down: they would go on here.
      await Promise.all(processesIn(undo.path).map(kill));
      return rm(undo.path, { recursive: true, force: true, maxRetries: 3 });
    case 'command':
      return command(undo.argv);
    case 'heal-links':
      return healLinks(undo.api, undo.toxics, undo.enable);
    case 'remove-links':
      return removeLinks(undo.api, undo.links);
    default:
      return unreachable(undo);
  }
}

/** What `undo` would mend, in a few words. */
export function describeUndo(undo: Undo): string {
  switch (undo.kind) {
    case 'kill':
      return `process ${undo.process.pid} runs`;
    case 'resume':
      return `process ${undo.process.pid} is stopped`;
    case 'remove-folder':
      return `folder ${undo.path}`;
    case 'command':
      return `what is undone by: ${undo.argv.join(' ')}`;
    case 'heal-links':
      return `faults on ${undo.toxics.length + undo.enable.length} links of ${undo.api}`;
    case 'remove-links':
      return `${undo.links.length} links of ${undo.api}`;
    default:
      return unreachable(undo);
  }
}

/** A folder that anybody but us might own is never removed. Throws E_REFUSED_TARGET. */
export function requireOwnFolder(path: string): void {
  const full = resolve(path);
  if (dirname(full) === resolve(tmpdir()) && basename(full).startsWith('antlion-')) return;
  throw new HarnessError(
    'E_REFUSED_TARGET',
    `folder to remove is ${path}, wanted ${tmpdir()}/antlion-…. Make temporary folders there.`,
  );
}

const goneMs = 5_000;
const commandMs = 60_000;
const answerUs = 5_000_000;

async function kill(process: ProcessId): Promise<void> {
  signalProcess(process, 'SIGKILL');
  const sinceMs = performance.now();
  while (isAlive(process)) {
    if (performance.now() - sinceMs > goneMs)
      throw new Error(`process ${process.pid} does not end`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

async function command(argv: readonly string[]): Promise<void> {
  const [program, ...rest] = argv;
  if (program === undefined) return;
  await promisify(execFile)(program, rest, { timeout: commandMs });
}

async function healLinks(
  api: string,
  toxics: readonly { readonly link: string; readonly toxic: string }[],
  enable: readonly string[],
): Promise<void> {
  const client = connectToxiproxy(api, answerUs);
  const at = (link: string) => `${api}/proxies/${link}`;
  await all([
    ...toxics.map(({ link, toxic }) => client.api.delete(`${at(link)}/toxics/${toxic}`)),
    ...enable.map((link) => client.api.post(at(link), { enabled: true })),
  ]);
}

async function removeLinks(api: string, links: readonly MadeLink[]): Promise<void> {
  const client = connectToxiproxy(api, answerUs);
  await all([
    client.getAll().then((found) =>
      all(
        links
          .filter(({ name, upstream }) => found[name]?.upstream === upstream)
          .filter(({ name, listen }) => found[name]?.listen === listen)
          .map(({ name }) => client.api.delete(`${api}/proxies/${name}`)),
      ),
    ),
  ]);
}

/** Waits for every one. A server, link or toxic that is gone needs no more. */
async function all(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'fulfilled') continue;
    const e: unknown = result.reason;
    const isGone = e instanceof ToxiproxyFailure && (e.status === 404 || isRefused(e));
    if (!isGone) throw e;
  }
}

function isRefused(e: ToxiproxyFailure): boolean {
  return e.cause instanceof Error && /ECONNREFUSED/.test(e.message);
}
