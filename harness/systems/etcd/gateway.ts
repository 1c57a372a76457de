/**
 * etcd's JSON gateway (`/v3/*`): one call, one request, no hidden retry.
 *
 * Traps of the gateway: 64-bit numbers are strings, and false, zero and empty fields are absent.
 */
import { fetch } from 'undici';
import type { Dispatcher, Response } from 'undici';
import { HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import { decodeValue } from './codec.ts';
import type { KeyValue } from './codec.ts';

/** Whom to ask, and as whom. */
export interface Target {
  readonly url: string;
  /** Speaks TLS with the certificates that were given; absent: plain, or those of the system. */
  readonly dispatcher?: Dispatcher;
  /** As `authenticate` gave it. */
  readonly token?: string;
}

/** An answer with HTTP status 200; `revision` and `term` are the cluster's, from the header. */
export interface Answer {
  readonly revision: number;
  readonly body: Body;
}

interface Body {
  readonly header?: { readonly revision?: string; readonly member_id?: string };
  readonly kvs?: readonly KeyValue[];
  readonly succeeded?: boolean;
  /** Of a transaction, by its operations. */
  readonly responses?: readonly {
    readonly response_txn?: Body;
    readonly response_range?: Counted;
  }[];
  /** How many keys a delete found. */
  readonly deleted?: string;
  readonly leader?: string;
  readonly raftTerm?: string;
  readonly version?: string;
  readonly token?: string;
  readonly members?: readonly EtcdMember[];
  /** Of a stream: its first message. */
  readonly result?: { readonly TTL?: string };
}

/** `name` is absent until it has started for the first time. */
export interface EtcdMember {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs?: readonly string[];
}

interface Counted {
  readonly count?: string;
}

/** A request without a usable answer. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  /** True when the request never reached etcd, or was refused, so that it had no effect. */
  readonly isDefinite: boolean;
  /** True when etcd does not know who asks. */
  readonly isStranger: boolean;

  constructor(message: string, isDefinite: boolean, isStranger = false) {
    super(message);
    this.isDefinite = isDefinite || isStranger;
    this.isStranger = isStranger;
  }
}

/** Posts one request. Throws `GatewayError`. */
export async function post(
  to: Target,
  path: string,
  body: Readonly<Record<string, Json>>,
  signal: AbortSignal,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await send(to, path, JSON.stringify(body), signal);
    text = await response.text();
  } catch (error) {
    throw new GatewayError(reason(error), isRefused(error));
  }
  if (response.status !== 200) throw refusal(response, text);
  try {
    const parsed = JSON.parse(text) as Body;
    return { body: parsed, revision: Number(parsed.header?.revision ?? 0) };
  } catch {
    throw new GatewayError(`not JSON: ${typeOf(response)}`, false);
  }
}

/** Posts one request whose answer is a stream, and gives that. Throws `GatewayError`. */
export async function open(
  to: Target,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  let response: Response;
  try {
    response = await send(to, path, body, signal);
  } catch (error) {
    throw new GatewayError(reason(error), isRefused(error));
  }
  if (response.status === 200 && response.body !== null) return response.body;
  throw refusal(response, await response.text());
}

function send(to: Target, path: string, body: string, signal: AbortSignal): Promise<Response> {
  return fetch(`${to.url}${path}`, {
    method: 'POST',
    body,
    signal,
    ...(to.dispatcher && { dispatcher: to.dispatcher }),
    ...(to.token !== undefined && { headers: { authorization: to.token } }),
  });
}

/** What a read found, with the revision of its last change; nothing: null at 0. */
export function decodeFirst(body: Body): { readonly value: Json; readonly modRevision: number } {
  const kv = body.kvs?.[0];
  if (kv === undefined) return { value: null, modRevision: 0 };
  return { value: decodeValue(kv), modRevision: Number(kv.mod_revision ?? 0) };
}

/** E_ENDPOINT for an address where no etcd answers, or none that lets us in. */
export function noEndpoint(url: string, error: unknown): HarnessError {
  if (error instanceof GatewayError && error.isStranger) {
    return new HarnessError(
      'E_ENDPOINT',
      `etcd at ${url} refuses: ${error.message}. Say who asks: --user NAME with --password-file FILE or --password-env NAME.`,
      { cause: error },
    );
  }
  const isTls =
    error instanceof GatewayError && /certificate|CERT|TLS|SSL|SIGN|ISSUER/.test(error.message);
  const next = isTls
    ? 'Name the certificates: --cacert FILE, and --cert FILE with --key FILE where clients need one'
    : 'Check --endpoint http://host:2379';
  return new HarnessError(
    'E_ENDPOINT',
    `no etcd answers at ${url} (${reason(error)}), wanted its client address. ${next}.`,
    { cause: error },
  );
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

function isRefused(error: unknown): boolean {
  return reason(error) === 'ECONNREFUSED';
}

/** What etcd says when it does not know who asks, over its versions. */
const strangers =
  /user name is empty|invalid auth token|authentication failed|permission denied|authentication is not enabled/;

function refusal(response: Response, text: string): GatewayError {
  const message = /"(?:message|error)":"([^"]*)"/.exec(text)?.[1];
  // A page for people helps nobody here.
  const said = message?.slice(0, 120) ?? `${typeOf(response)}, not etcd's JSON`;
  return new GatewayError(`${response.status} ${said}`, false, strangers.test(message ?? ''));
}

function typeOf(response: Response): string {
  return response.headers.get('content-type') ?? 'an answer without a type';
}
