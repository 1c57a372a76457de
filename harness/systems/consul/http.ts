/** Consul's HTTP interface (`/v1/*`): one call, one request, no hidden retry. https://developer.hashicorp.com/consul/api-docs */
import { fetch } from 'undici';
import type { Dispatcher, Response } from 'undici';
import type { Json } from '../../core/host.ts';

/** Whom to ask, and as whom. */
export interface Target {
  readonly url: string;
  /** Speaks TLS with the certificates that were given; absent: plain, or those of the system. */
  readonly dispatcher?: Dispatcher;
  /** An ACL token; null: anonymous. */
  readonly token: string | null;
}

export interface Request {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** After `/v1/`, with its query. */
  readonly path: string;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A request without a usable answer. */
export class ConsulError extends Error {
  override readonly name = 'ConsulError';
  /** True when the request never reached Consul, or was refused, so that it had no effect. */
  readonly isDefinite: boolean;
  /** True when nobody answered at all, or only what cannot serve: another member may. */
  readonly isLost: boolean;

  constructor(message: string, isDefinite: boolean, isLost: boolean) {
    super(message);
    this.isDefinite = isDefinite;
    this.isLost = isLost;
  }
}

/** Statuses below 500 are answers, `refused` says of which; from 500 on nobody knows. Throws `ConsulError`. */
export async function send(
  to: Target,
  { method, path, body }: Request,
  signal: AbortSignal,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${to.url}/v1/${path}`, {
      method,
      signal,
      // A way round our links would be a way round the faults on them.
      redirect: 'manual',
      ...(body !== undefined && { body }),
      ...(to.dispatcher && { dispatcher: to.dispatcher }),
      ...(to.token !== null && { headers: { 'x-consul-token': to.token } }),
    });
    text = await response.text();
  } catch (error) {
    const why = reasonOf(error);
    throw new ConsulError(why, why === 'ECONNREFUSED', true);
  }
  const { status } = response;
  if (status >= 500) throw new ConsulError(shortened(status, text), false, true);
  return { status, text };
}

/** The JSON of an answer with status 200, null of an empty one. Throws `ConsulError`. */
export async function ask(to: Target, request: Request, signal: AbortSignal): Promise<Json> {
  return jsonOf(await send(to, request, signal));
}

/** Throws `ConsulError`: a status below 500 that is no success is a refusal. */
export function jsonOf({ status, text }: Answer): Json {
  if (status !== 200) throw new ConsulError(shortened(status, text), true, false);
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new ConsulError('it answers, and not with JSON', true, false);
  }
}

/** The path of a key: its slashes stay. */
export function pathOf(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

/** A page for people helps nobody here. */
function shortened(status: number, text: string): string {
  const isPage = text.trimStart().startsWith('<');
  const said = isPage ? "a page, not Consul's JSON" : text.trim().slice(0, 120);
  return said.startsWith(`${status}`) ? said : `${status} ${said}`.trim();
}
