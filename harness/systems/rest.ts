/** One request by HTTP to a member: no hidden retry, and what is not known told from what failed. */
import { fetch } from 'undici';
import type { Dispatcher, Response } from 'undici';
import type { Json } from '../core/host.ts';
import type { Endpoint } from '../core/system.ts';
import type { Door } from './door.ts';
import { dispatcherOf } from './https.ts';

/** Whom to ask, and as whom. */
export interface Target {
  /** Before every path, without a slash at its end. */
  readonly url: string;
  /** Speaks TLS with the certificates that were given; absent: plain, or those of the system. */
  readonly dispatcher?: Dispatcher;
  /** With every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below the target's address, with its query. */
  readonly path: string;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A request without a usable answer. */
export class RestError extends Error {
  override readonly name = 'RestError';
  /** True when the request never reached the member, or was refused, so that it had no effect. */
  readonly isDefinite: boolean;
  /** True when nobody answered at all, or only what cannot serve: another member may. */
  readonly isLost: boolean;

  constructor(message: string, isDefinite: boolean, isLost: boolean) {
    super(message);
    this.isDefinite = isDefinite;
    this.isLost = isLost;
  }
}

/** How all members of a product are asked. */
export interface Way {
  /** After the address of each: `/v1`, or nothing where the address has it. */
  readonly path: string;
  readonly door: Door;
  /** With every request. */
  readonly headers: Readonly<Record<string, string>>;
}

export function targetsOf(
  endpoints: readonly Endpoint[],
  { path, door, headers }: Way,
): readonly Target[] {
  return endpoints.map((endpoint): Target => {
    const dispatcher = dispatcherOf(endpoint, door);
    const url = `${endpoint.url.replace(/\/+$/, '')}${path}`;
    return { url, headers, ...(dispatcher && { dispatcher }) };
  });
}

/** What a password is said with. */
export function basicOf(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Connections of one question, closed after it. */
export async function withTargets<T>(
  endpoints: readonly Endpoint[],
  way: Way,
  work: (targets: readonly Target[]) => Promise<T>,
): Promise<T> {
  const targets = targetsOf(endpoints, way);
  try {
    return await work(targets);
  } finally {
    close(targets);
  }
}

/** Connections that TLS was spoken on. */
export function close(targets: readonly Target[]): void {
  for (const { dispatcher } of targets) void dispatcher?.destroy();
}

/** Statuses below 500 are answers, `refused` says of which; from 500 on nobody knows. Throws `RestError`. */
export async function send(
  to: Target,
  { method, path, body }: Request,
  signal: AbortSignal,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${to.url}/${path}`, {
      method,
      signal,
      // A way round our links would be a way round the faults on them.
      redirect: 'manual',
      ...(body !== undefined && { body }),
      ...(to.dispatcher && { dispatcher: to.dispatcher }),
      ...(to.headers && { headers: to.headers }),
    });
    text = await response.text();
  } catch (error) {
    const why = reasonOf(error);
    throw new RestError(why, why === 'ECONNREFUSED', true);
  }
  const { status } = response;
  if (status >= 500) throw new RestError(shortened(status, text), false, true);
  return { status, text };
}

/** The JSON of an answer with status 200, null of an empty one. Throws `RestError`. */
export async function ask(to: Target, request: Request, signal: AbortSignal): Promise<Json> {
  return jsonOf(await send(to, request, signal));
}

/** Throws `RestError`: a status below 500 that is no success is a refusal. */
export function jsonOf({ status, text }: Answer): Json {
  if (status !== 200) throw new RestError(shortened(status, text), true, false);
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new RestError('it answers, and not with JSON', true, false);
  }
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

/** A page for people helps nobody here. */
function shortened(status: number, text: string): string {
  const isPage = text.trimStart().startsWith('<');
  const said = isPage ? 'a page, not JSON' : text.trim().slice(0, 120);
  return said.startsWith(`${status}`) ? said : `${status} ${said}`.trim();
}
