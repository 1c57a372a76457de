/** A system that is spoken to by HTTP, described as data: a request an operation, and how to read it. */
import { HarnessError } from '../core/errors.ts';
import type { Json } from '../core/host.ts';
import type { Operation, Settings } from '../core/program.ts';
import type { AdapterForm, Endpoint, Leader, MemberObservation, Session } from '../core/system.ts';
import {
  argumentOf,
  at,
  fillOperation,
  isRead,
  observationsOf,
  parsed,
  timeUs,
} from './described.ts';
import type { TimeUnit } from './described.ts';
import { StickySession } from './sticky-session.ts';
import type { Asked } from './sticky-session.ts';

/**
 * One kind of operation. Texts are templates: `{{key}}`, `{{value}}` (as JSON) and, of a compare-and-set,
 * `{{from}}` and `{{to}}`; in the path they are escaped.
 */
export interface HttpOperation {
  readonly method: string;
  /** `/keys/{{key}}`. */
  readonly path: string;
  /** `{"value": {{value}}}`. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where in the answer a read finds its value, as `data.value`; empty: all of it is the value. */
  readonly value?: string;
  /** Where in the answer the version of the object is, a number. */
  readonly version?: string;
  /** Statuses of success; 200 to 299 by default. */
  readonly ok?: readonly number[];
  /** Statuses that say that there is nothing: a read of null. Of a read 404 by default. */
  readonly absent?: readonly number[];
  /** Statuses that say that it did not happen and never will; 300 to 499 by default. */
  readonly fail?: readonly number[];
}

export interface HttpAdapterOptions {
  /** A GET that is answered by 200 to 299 when a member is up; `/` with any answer by default. */
  readonly ready?: string;
  /** Of each member a GET: who leads is where the part `is` of the answer is true. */
  readonly leader?: { readonly path: string; readonly is: string };
  /**
   * Of each member a GET whose answer is what it says about itself: an observation, an object with a
   * `kind`, or a list of such. What has no kind is passed over.
   */
  readonly observe?: { readonly path: string };
  /**
   * A GET that is answered with what the member's wall clock reads: in the part `value` of the answer, all of it by
   * default, in seconds by default, to the millisecond at least. Shows faults of clocks (`launch.clock`).
   */
  readonly wallClock?: { readonly path: string; readonly value?: string; readonly unit?: TimeUnit };
}

const probeMs = 2_000;

/**
 * A client asks one member, and the next one when no answer came in time. What was refused (300 to 499)
 * is `fail`; a change that was answered by 500 or more, or not at all, is unknown (`info`).
 */
export function httpAdapter(
  operations: Readonly<Record<string, HttpOperation>>,
  options: HttpAdapterOptions = {},
): AdapterForm {
  const { wallClock } = options;
  return {
    ...(wallClock && {
      wallClock: async ({ url }: Endpoint) => {
        const told = at(await answerOf(url, wallClock.path), wallClock.value ?? '');
        return timeUs(told, wallClock.unit ?? 's');
      },
    }),
    connect: (endpoints, client, settings) => open(operations, endpoints, client, settings),
    ready: (endpoints) => ready(endpoints, options),
    ...(options.leader && {
      leader: (endpoints: readonly Endpoint[]) =>
        leader(endpoints, options.leader as NonNullable<HttpAdapterOptions['leader']>),
    }),
    ...(options.observe && {
      observe: (endpoints: readonly Endpoint[]) => observe(endpoints, options.observe?.path ?? ''),
    }),
  };
}

function open(
  operations: Readonly<Record<string, HttpOperation>>,
  endpoints: readonly Endpoint[],
  client: number,
  settings: Settings,
): Session {
  return new StickySession({
    members: endpoints.length,
    client,
    ask: (op, node, signal) =>
      ask(operations[op.f], op, endpoints[node]?.url ?? '', settings, signal),
  });
}

async function ask(
  how: HttpOperation | undefined,
  op: Operation,
  url: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<Asked> {
  if (how === undefined) return { type: 'fail', error: `no operation ${op.f} is described` };
  let status: number;
  let text: string;
  try {
    const response = await fetch(
      `${url}${fillOperation(how.path, op, settings, encodeURIComponent)}`,
      {
        method: how.method,
        // A way round our links would be a way round the faults on them.
        redirect: 'manual',
        signal,
        headers: how.body === undefined ? {} : { 'content-type': 'application/json' },
        ...(how.headers && { headers: how.headers }),
        ...(how.body !== undefined && { body: fillOperation(how.body, op, settings) }),
      },
    );
    status = response.status;
    text = await response.text();
  } catch (e) {
    const why = codeOf(e);
    const isDefinite = isRead(op.f) || why === 'ECONNREFUSED';
    return { type: isDefinite ? 'fail' : 'info', error: why, isLost: true };
  }
  return outcomeOf(how, op, status, text);
}

function outcomeOf(how: HttpOperation, op: Operation, status: number, text: string): Asked {
  const absent = how.absent ?? (isRead(op.f) ? [404] : []);
  if (absent.includes(status)) return { type: 'ok', value: null };
  if (how.ok?.includes(status) ?? (status >= 200 && status < 300)) {
    const body = parsed(text);
    const value = isRead(op.f) ? at(body, how.value ?? '') : argumentOf(op);
    const version = how.version === undefined ? null : at(body, how.version);
    return { type: 'ok', value, ...(typeof version === 'number' && { version }) };
  }
  const isRefused = how.fail?.includes(status) ?? (status >= 300 && status < 500);
  const error = `${status} ${text.slice(0, 120).trim()}`.trim();
  // Sent elsewhere, or in trouble: another member may serve.
  const isLost = status < 400 || status >= 500;
  return { type: isRefused || isRead(op.f) ? 'fail' : 'info', error, isLost };
}

async function ready(
  endpoints: readonly Endpoint[],
  { ready: path }: HttpAdapterOptions,
): Promise<void> {
  await Promise.all(
    endpoints.map(async ({ name, url }) => {
      let status: number;
      try {
        const answer = await fetch(`${url}${path ?? '/'}`, {
          signal: AbortSignal.timeout(probeMs),
        });
        await answer.arrayBuffer();
        status = answer.status;
      } catch (cause) {
        throw notReady(name, url, codeOf(cause));
      }
      const isUp = path === undefined || (status >= 200 && status < 300);
      if (!isUp) throw notReady(name, url, `${path} is answered by ${status}`);
    }),
  );
}

function notReady(name: string, url: string, why: string): HarnessError {
  return new HarnessError(
    'E_ENDPOINT',
    `${name} at ${url} is not ready (${why}), wanted an answer over HTTP. Start it, or name another: --endpoint ${name}=URL.`,
  );
}

async function leader(
  endpoints: readonly Endpoint[],
  { path, is }: NonNullable<HttpAdapterOptions['leader']>,
): Promise<Leader | null> {
  const said = await Promise.all(endpoints.map(({ url }) => answerOf(url, path)));
  const node = said.findIndex((answer) => answer !== null && at(answer, is) === true);
  return node < 0 ? null : { node };
}

async function observe(
  endpoints: readonly Endpoint[],
  path: string,
): Promise<readonly MemberObservation[]> {
  const said = await Promise.all(endpoints.map(({ url }) => answerOf(url, path)));
  return said.flatMap(observationsOf);
}

/** What a member answers to a GET; null when it does not. */
async function answerOf(url: string, path: string): Promise<Json> {
  try {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(probeMs) });
    return answer.ok ? parsed(await answer.text()) : null;
  } catch {
    return null;
  }
}

function codeOf(e: unknown): string {
  if (!(e instanceof Error)) return String(e);
  return (e.cause as { code?: string } | undefined)?.code ?? e.message;
}
