/**
 * The Docker engine: is one there, is it still there, and what on it is ours.
 *
 * Everything that antlion makes carries the label `antlion.run`; nothing without it is ever
 * changed or removed. Importing this costs most of a second (testcontainers): load it when it is needed.
 */
import type Dockerode from 'dockerode';
import { getContainerRuntimeClient } from 'testcontainers';
import { HarnessError } from '../core/errors.ts';

/** On every container, network and volume of a run; the value is the run's id. */
export const runLabel = 'antlion.run';

/** How long an engine may take to say that it is there, ms. */
const answerMs = 10_000;

export interface Engine {
  readonly docker: Dockerode;
  /** `DOCKER_HOST` of this engine: `unix:///var/run/docker.sock`. For helpers in other processes. */
  readonly address: string;
  readonly version: string;
  /** In the words of `process.arch` and `process.platform`. */
  readonly arch: string;
  readonly platform: string;
}

/**
 * Finds the engine as testcontainers does (`DOCKER_HOST`, the user's settings, the usual sockets).
 * Throws E_NO_DOCKER when none answers.
 */
export async function openEngine(): Promise<Engine> {
  try {
    const { container } = await within(answerMs, getContainerRuntimeClient());
    const docker = container.dockerode;
    requireAsked(docker);
    const version = await within(answerMs, docker.version());
    return {
      docker,
      address: addressOf(docker),
      version: version.Version,
      arch: nodeArch[version.Arch] ?? version.Arch,
      platform: version.Os,
    };
  } catch (cause) {
    const at = process.env['DOCKER_HOST'];
    throw new HarnessError(
      'E_NO_DOCKER',
      `no Docker engine answers${at === undefined ? '' : ` at DOCKER_HOST ${at}`}, wanted one for ` +
        `--env containers (${reasonOf(cause)}). Start Docker or set DOCKER_HOST; ` +
        '--env processes and --env simulation work without.',
      { cause },
    );
  }
}

/** testcontainers tries the usual sockets when `DOCKER_HOST` is dead: another engine than asked for. */
function requireAsked(docker: Dockerode): void {
  const wanted = process.env['DOCKER_HOST'];
  if (wanted === undefined || !wanted.startsWith('unix://')) return;
  if (addressOf(docker) !== wanted) throw new Error(`nothing answers at ${wanted}`);
}

const nodeArch: Readonly<Record<string, string>> = { amd64: 'x64', '386': 'ia32' };

/**
 * Awaits an answer of the engine. Throws E_DOCKER_LOST when it cannot be reached any more, naming
 * `what` was wanted; an error that the engine itself gave is passed on.
 */
export async function ask<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!isConnectionLost(cause)) throw cause;
    throw new HarnessError(
      'E_DOCKER_LOST',
      `the Docker engine went away while antlion wanted to ${what} (${reasonOf(cause)}). ` +
        'Start it again, then run antlion clean to remove what is left there.',
      { cause },
    );
  }
}

/** True for "no such container, network, volume or image". */
export function isAbsent(e: unknown): boolean {
  return statusOf(e) === 404;
}

/** True when the engine says that something is in use, or is being removed already. */
export function isConflict(e: unknown): boolean {
  return statusOf(e) === 409;
}

/** What an error says, on one line. */
export function reasonOf(e: unknown): string {
  return (e instanceof Error ? e.message : String(e)).trim().replaceAll(/\s+/g, ' ');
}

function statusOf(e: unknown): number | undefined {
  return (e as { statusCode?: number } | null)?.statusCode;
}

function isConnectionLost(e: unknown): boolean {
  if (statusOf(e) !== undefined) return false;
  const code = (e as { code?: string } | null)?.code;
  return code !== undefined
    ? ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'].includes(code)
    : reasonOf(e).includes('socket hang up');
}

/** What dockerode was made with; `modem` is untyped. */
function addressOf(docker: Dockerode): string {
  const m = docker.modem as {
    socketPath?: string;
    host?: string;
    port?: number | string;
  };
  return m.socketPath === undefined ? `tcp://${m.host}:${m.port}` : `unix://${m.socketPath}`;
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
