/**
 * etcd's JSON gateway (`/v3/*`): one call, one request, no hidden retry.
 *
 * Traps of the gateway: 64-bit numbers are strings, and false, zero and empty fields are absent.
 */
import { HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import { decodeValue } from './codec.ts';
import type { KeyValue } from './codec.ts';

/** An answer with HTTP status 200; `revision` and `term` are the cluster's, from the header. */
export interface Answer {
  readonly revision: number;
  readonly body: Body;
}

interface Body {
  readonly header?: { readonly revision?: string; readonly member_id?: string };
  readonly kvs?: readonly KeyValue[];
  readonly succeeded?: boolean;
  /** How many keys a delete found. */
  readonly deleted?: string;
  readonly leader?: string;
  readonly raftTerm?: string;
}

/** A request without a usable answer. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  /** True when the request never reached etcd, so that it cannot have had an effect. */
  readonly isDefinite: boolean;

  constructor(message: string, isDefinite: boolean) {
    super(message);
    this.isDefinite = isDefinite;
  }
}

/** Posts one request. Throws `GatewayError`. */
export async function post(
  url: string,
  path: string,
  body: Readonly<Record<string, Json>>,
  signal: AbortSignal,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await send(url, path, JSON.stringify(body), signal);
    text = await response.text();
  } catch (error) {
    throw new GatewayError(reason(error), isRefused(error));
  }
  if (response.status !== 200) throw new GatewayError(`${response.status} ${brief(text)}`, false);
  try {
    const parsed = JSON.parse(text) as Body;
    return { body: parsed, revision: Number(parsed.header?.revision ?? 0) };
  } catch {
    throw new GatewayError(`not JSON: ${brief(text)}`, false);
  }
}

/** Posts one request whose answer is a stream, and gives that. Throws `GatewayError`. */
export async function open(
  url: string,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  let response: Response;
  try {
    response = await send(url, path, body, signal);
  } catch (error) {
    throw new GatewayError(reason(error), isRefused(error));
  }
  if (response.status === 200 && response.body !== null) return response.body;
  throw new GatewayError(`${response.status} ${brief(await response.text())}`, false);
}

function send(url: string, path: string, body: string, signal: AbortSignal): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', body, signal });
}

/** What a read found, with the revision of its last change; nothing: null at 0. */
export function decodeFirst(body: Body): { readonly value: Json; readonly modRevision: number } {
  const kv = body.kvs?.[0];
  if (kv === undefined) return { value: null, modRevision: 0 };
  return { value: decodeValue(kv), modRevision: Number(kv.mod_revision ?? 0) };
}

/** E_ENDPOINT for an address where no etcd answers. */
export function noEndpoint(url: string, error: unknown): HarnessError {
  return new HarnessError(
    'E_ENDPOINT',
    `no etcd answers at ${url} (${reason(error)}), wanted its client address. Check --endpoint http://host:2379.`,
    { cause: error },
  );
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string } | undefined;
  return cause?.code ?? error.message;
}

function isRefused(error: unknown): boolean {
  return reason(error) === 'ECONNREFUSED';
}

function brief(text: string): string {
  const message = /"(?:message|error)":"([^"]*)"/.exec(text)?.[1] ?? text;
  return message.slice(0, 120);
}
