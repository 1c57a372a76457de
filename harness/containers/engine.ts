/** The Docker engine: is one there, and is it still there. */
import Dockerode from 'dockerode';
import { HarnessError } from '../core/errors.ts';
import { withSignal } from '../host/signals.ts';
import { engineAddresses, optionsOf } from './engine-address.ts';

/** How long an engine may take to say that it is there, ms. */
const answerMs = 10_000;
/** How long it may take for anything else that is not read as a stream, ms. */
const callMs = 120_000;

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
 * The engine that `DOCKER_HOST` names, else the first of the usual sockets behind which one answers.
 * Throws E_NO_DOCKER when none does, E_CONFIG when `DOCKER_HOST` is no address. `signal` gives up.
 */
export async function openEngine(signal?: AbortSignal): Promise<Engine> {
  const addresses = engineAddresses();
  const reasons: string[] = [];
  for (const address of addresses) {
    try {
      return await connect(address, signal);
    } catch (e) {
      signal?.throwIfAborted();
      if (e instanceof HarnessError) throw e;
      const asked = process.env['DOCKER_HOST'] === address ? 'DOCKER_HOST ' : '';
      reasons.push(`${asked}${address}: ${reasonOf(e)}${hintOf(e)}`);
    }
  }
  const why = reasons.length === 0 ? 'none of the usual sockets exists' : reasons.join('; ');
  throw new HarnessError(
    'E_NO_DOCKER',
    `no Docker engine answers, wanted one for --env containers (${why}). Start Docker or set ` +
      'DOCKER_HOST; --env processes and --env simulation work without.',
  );
}

/** What to do about an engine that is there and cannot be spoken to; empty: nothing special. */
function hintOf(e: unknown): string {
  const { code } = (e ?? {}) as { code?: string };
  const text = `${code ?? ''} ${reasonOf(e)}`;
  const [, hint] = hints.find(([pattern]) => pattern.test(text)) ?? [];
  return hint === undefined ? '' : `: ${hint}`;
}

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /EACCES|permission denied/i,
    'your user may not use it, join its group (often "docker"), or run a rootless engine',
  ],
  [
    /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_/,
    'its certificate is signed by nobody known here, set DOCKER_CERT_PATH to the folder with ca.pem',
  ],
  [
    /ALTNAME/,
    'its certificate is for another name, use one of the names that it has in DOCKER_HOST',
  ],
  [
    /bad certificate|certificate required|handshake failure|ERR_SSL_SSLV3_ALERT/i,
    'it wants a certificate of yours, set DOCKER_CERT_PATH to the folder with cert.pem and key.pem',
  ],
  [
    /wrong version number|packet length too long|HTTP request to an HTTPS server/i,
    'one of both speaks TLS, set DOCKER_TLS_VERIFY=1, or the other port',
  ],
];

async function connect(address: string, signal?: AbortSignal): Promise<Engine> {
  const docker = new Dockerode(optionsOf(address));
  limitCalls(docker);
  const version = await withSignal([signal], answerMs, (stop) =>
    versionOf(docker, stop).catch((e: unknown) => {
      const isLate = stop.aborted && signal?.aborted !== true;
      throw isLate ? new Error(`no answer within ${answerMs / 1000} s`) : e;
    }),
  );
  return {
    docker,
    address,
    version: version.Version,
    arch: nodeArch[version.Arch] ?? version.Arch,
    platform: version.Os,
  };
}

/** Its types leave out that it takes a signal, which closes the connection of a silent engine. */
function versionOf(docker: Dockerode, abortSignal: AbortSignal): Promise<Dockerode.DockerVersion> {
  const version = docker.version.bind(docker) as (o: object) => Promise<Dockerode.DockerVersion>;
  return version({ abortSignal });
}

interface Dial {
  readonly isStream?: boolean;
  abortSignal?: AbortSignal;
}

/** Gives every call that has no limit of its own one: an engine may fall silent at any time. */
function limitCalls(docker: Dockerode): void {
  const modem = docker.modem as { dial(options: Dial, callback: unknown): void };
  const dial = modem.dial.bind(modem);
  modem.dial = (options, callback) => {
    if (options.isStream !== true) options.abortSignal ??= AbortSignal.timeout(callMs);
    dial(options, callback);
  };
}

const nodeArch: Readonly<Record<string, string>> = { amd64: 'x64', '386': 'ia32' };

/**
 * Awaits an answer of the engine to the wish to `what`. Throws E_DOCKER_LOST when it cannot be reached
 * any more and E_ENGINE when it refuses; `isAbsent` and `isConflict` know the latter's reason.
 */
export async function ask<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    if (statusOf(cause) !== undefined) throw refusal(what, cause);
    if (!isConnectionLost(cause)) throw cause;
    throw new HarnessError(
      'E_DOCKER_LOST',
      `the Docker engine went away while antlion wanted to ${what} (${reasonOf(cause)}). ` +
        'Start it again, then run antlion clean to remove what is left there.',
      { cause },
    );
  }
}

function refusal(what: string, cause: unknown): HarnessError {
  const reason = reasonOf(cause);
  const [, next] = remedies.find(([pattern]) => pattern.test(reason)) ?? [
    null,
    'Look at the log of the engine, or use --env processes.',
  ];
  return new HarnessError(
    'E_ENGINE',
    `the Docker engine refuses to ${what} (${reason}), wanted it done. ${next}`,
    { cause },
  );
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /address pool|pool overlaps|non-overlapping/i,
    'Remove networks that nobody needs: docker network prune.',
  ],
  [
    /no space left on device/i,
    'Make room where the engine keeps its data: docker system df, docker system prune.',
  ],
  [
    /rlimit|cgroup|memory limit|cpu (shares|quota)|pids limit/i,
    'This engine may not limit resources, as rootless ones without delegated cgroups: use one that may, or --env processes.',
  ],
  [
    /rootlessport|slirp4netns|port is already allocated|address already in use/i,
    'Another program has the port, or a rootless engine may not take it: end that program, or run again.',
  ],
];

/** True for "no such container, network, volume or image". */
export function isAbsent(e: unknown): boolean {
  return statusOf(e) === 404;
}

/** True when the engine says that something is in use, or is being removed already. */
export function isConflict(e: unknown): boolean {
  return statusOf(e) === 409;
}

/** True when there was nothing to do: what was to be stopped had ended. */
export function isUnchanged(e: unknown): boolean {
  return statusOf(e) === 304;
}

/** True when this engine has no part in what was asked: it manages no swarm. */
export function isUnavailable(e: unknown): boolean {
  return statusOf(e) === 503;
}

/**
 * True when the same may be granted a moment later: on a busy machine a process is not caught where it can be frozen
 * (control groups of version 1: runc, libcontainer/cgroups/fs/freezer.go).
 */
export function isPassing(e: unknown): boolean {
  return statusOf(e) === 500 && /unable to freeze/.test(reasonOf(e));
}

/** What an error says, on one line. */
export function reasonOf(e: unknown): string {
  return (e instanceof Error ? e.message : String(e)).trim().replaceAll(/\s+/g, ' ');
}

/** The engine's status, of its own error or of ours around it. */
function statusOf(e: unknown): number | undefined {
  const error = e as { statusCode?: number; cause?: { statusCode?: number } } | null;
  return error?.statusCode ?? error?.cause?.statusCode;
}

const lostCodes = [
  ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'],
  // Our own limit ran out.
  ['ABORT_ERR'],
].flat();

function isConnectionLost(e: unknown): boolean {
  const { code, name } = (e ?? {}) as { code?: string | number; name?: string };
  if (name === 'TimeoutError' || name === 'AbortError') return true;
  if (typeof code === 'string') return lostCodes.includes(code);
  return reasonOf(e).includes('socket hang up');
}
