/**
 * The replay token: one string that holds a whole run and the promise that it breaks.
 *
 * `antlion1.` and base64url of JSON: format version, build, system, invariant, program, pins, trace
 * hash. Nothing is looked up when it is replayed but the system's code.
 */
import type { Pins } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Program } from '../core/program.ts';

/** Changes whenever the meaning of a program changes; tokens of another version are refused. */
export const tokenVersion = 1;

export interface Replay {
  readonly system: string;
  /** The invariant that was violated. */
  readonly invariant: string;
  readonly program: Program;
  /** Roles as they were resolved. */
  readonly pins: Pins;
  readonly traceHash: string | null;
  /** Digest of the code that found it; a replay under other code says so. */
  readonly build: string;
}

const prefix = 'antlion';

export function encodeToken(replay: Replay): string {
  const bytes = new TextEncoder().encode(JSON.stringify(replay));
  let binary = '';
  for (const b of bytes) binary += String.fromCharCode(b);
  const text = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `${prefix}${tokenVersion}.${text}`;
}

/** Throws E_TOKEN when it cannot be read, E_TOKEN_VERSION when another version wrote it. */
export function decodeToken(token: string): Replay {
  const m = /^antlion(\d+)\.([A-Za-z0-9_-]+)$/.exec(token.trim());
  if (m === null) throw unreadable(`"${token.slice(0, 24)}" does not look like a token`);
  if (Number(m[1]) !== tokenVersion) {
    throw new HarnessError(
      'E_TOKEN_VERSION',
      `the token has format ${m[1]}, wanted ${tokenVersion}. Replay it with the antlion that printed it, or search again: antlion run.`,
    );
  }
  try {
    const binary = atob((m[2] as string).replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
    return checked(JSON.parse(text) as Partial<Replay>);
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw unreadable('it is cut off or changed');
  }
}

function checked(r: Partial<Replay>): Replay {
  const p = r.program;
  const isWhole =
    typeof r.system === 'string' &&
    typeof r.invariant === 'string' &&
    Array.isArray(p?.shape?.nodes) &&
    Array.isArray(p.faults) &&
    Array.isArray(p.clients) &&
    Number.isInteger(p.durationUs) &&
    typeof p.settings === 'object' &&
    p.settings !== null &&
    typeof r.pins === 'object' &&
    r.pins !== null;
  if (!isWhole) throw unreadable('it lacks a part of the run');
  return r as Replay;
}

function unreadable(why: string): HarnessError {
  return new HarnessError(
    'E_TOKEN',
    `the replay token is unreadable: ${why}, wanted antlion${tokenVersion}.… as printed. Copy the whole line.`,
  );
}
