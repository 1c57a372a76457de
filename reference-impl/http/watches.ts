/**
 * Watches as server-sent events: `event: change`, one for each revision, whose `id` is the revision.
 * Who reconnects with `Last-Event-ID` is told what came after it. A comment and the newest revision come
 * every ten seconds; after `event: compacted` the stream ends, and all has to be read anew.
 */
import type { Context, Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { Json } from '../../harness/core/host.ts';
import type { Shape } from '../../harness/core/program.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { lanes } from '../lanes.ts';
import { answer, failed, stopped } from './answers.ts';
import type { Ask } from './answers.ts';
import { badRequest, numberIn, requireName } from './input.ts';

const keepAliveUs = 10_000_000;
/** Streams of this node, past it 429. */
const streamsMax = 128;

interface Told {
  /** All up to here is told. */
  readonly revision: number;
  readonly batches: readonly { readonly revision: number; readonly events: readonly Change[] }[];
}

interface Change {
  readonly revision: number;
  readonly [field: string]: Json;
}

/** A watch, and what is told of each change; null: nothing. */
interface Followed {
  readonly watch: Watch;
  readonly told: (e: Change) => Change | null;
}

type Watch = (after: number | null) => Promise<Outcome>;

export function watchRoutes(app: Hono, { nodes }: Shape, ask: Ask): void {
  const streams = { count: 0 };
  const watchOf = (scope: 'kv' | 'registry', prefix: string): Watch => {
    return (after) => {
      const value = { scope, after, forUs: keepAliveUs };
      return ask(lanes.agent, 'watch-next', prefix, value, keepAliveUs);
    };
  };
  app.get('/watch/kv', (c) => {
    const prefix = requireName('prefix', c.req.query('prefix') ?? '');
    return follow(c, { watch: watchOf('kv', prefix), told: (e) => e }, streams);
  });
  app.get('/watch/services', (c) => {
    const service = requireName('service', c.req.query('service') ?? '');
    const told = (e: Change): Change | null => {
      const { service: of, instance } = e;
      if (service !== '' && of !== service) return null;
      if (typeof instance !== 'number') return e;
      return { ...e, instance: nodes[instance]?.name ?? `client-${instance}` };
    };
    return follow(c, { watch: watchOf('registry', service), told }, streams);
  });
}

/** Begins once a server said where it stands, so that a refusal is an answer and not a stream. */
async function follow(
  c: Context,
  { watch, told: tell }: Followed,
  streams: { count: number },
): Promise<Response> {
  if (streams.count >= streamsMax) {
    return failed(c, { status: 429, code: 'busy', message: `${streamsMax} watches are open here` });
  }
  const after = beginOf(c);
  const first = after === null ? await watch(null) : null;
  if (first !== null && first.type !== 'ok') return answer(c, first);
  c.header('content-type', 'text/event-stream');
  c.header('cache-control', 'no-store');
  return stream(c, async (s) => {
    streams.count += 1;
    const gone = new Promise<null>((resolve) => s.onAbort(() => resolve(null)));
    try {
      let told = first === null ? (after as number) : toldIn(first);
      await s.write(eventOf('ready', told, { revision: told }));
      while (!s.aborted && !s.closed) {
        const next = await Promise.race([watch(told), gone]);
        if (next === null) return;
        if (next.type === 'fail' && next.error === 'compacted') {
          await s.write(eventOf('compacted', null, compacted(told)));
          return;
        }
        if (next.type === 'fail' && next.error === stopped) return;
        if (next.type !== 'ok') await s.write(': no server answers\n\n');
        else {
          const events = [...eventsOf(next, tell)];
          told = Math.max(told, toldIn(next));
          if (events.length === 0) events.push(`: keep-alive\nid: ${told}\n\n`);
          for (const event of events) await s.write(event);
        }
      }
    } finally {
      streams.count -= 1;
    }
  });
}

/** After this revision; null: from now on. */
function beginOf(c: Context): number | null {
  const header = c.req.header('last-event-id');
  if (header === undefined || header === '') return numberIn(c, 'after');
  const after = Number(header);
  if (Number.isSafeInteger(after) && after >= 0) return after;
  throw badRequest(`Last-Event-ID is "${header}", wanted a revision`);
}

/** What one revision changed stays together: half of it would be resumed from its other half. */
function* eventsOf(
  o: Outcome & { readonly type: 'ok' },
  tell: Followed['told'],
): Generator<string> {
  const changes = new Map<number, Change[]>();
  for (const { events } of (o.value as unknown as Told).batches) {
    for (const e of events.flatMap((one) => tell(one) ?? []))
      changes.set(e.revision, [...(changes.get(e.revision) ?? []), e]);
  }
  for (const [revision, of] of changes) {
    yield eventOf('change', revision, { revision, changes: of.map(({ revision: _, ...e }) => e) });
  }
}

function toldIn(o: Outcome & { readonly type: 'ok' }): number {
  return (o.value as unknown as Told).revision;
}

function compacted(after: number): Json {
  const message = `changes after revision ${after} are gone: read anew, and watch from that revision`;
  return { error: 'compacted', message, happened: false };
}

function eventOf(event: string, id: number | null, data: Json): string {
  const name = id === null ? '' : `id: ${id}\n`;
  return `event: ${event}\n${name}data: ${JSON.stringify(data)}\n\n`;
}
