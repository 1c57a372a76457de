/**
 * Configuration as a Spring Cloud Config server gives it: `GET /spring/APP/PROFILE`, for clients that poll. An
 * application is a service, a profile an environment; its layers are property sources, the most specific
 * first, as such clients want them. `version` changes only when something of it has changed.
 */
import type { Context, Hono } from 'hono';
import type { Json } from '../../harness/core/host.ts';
import { lanes } from '../lanes.ts';
import { answer } from './answers.ts';
import type { Ask } from './answers.ts';
import { nameIn } from './input.ts';

interface Entry {
  readonly key: string;
  readonly value: Json;
  readonly version: number;
}

interface Source {
  readonly name: string;
  readonly source: Readonly<Record<string, Json>>;
}

export function springRoutes(app: Hono, ask: Ask): void {
  app.get('/spring/:app/:profiles', (c) => sources(c, ask));
  // A label is a branch: there is one.
  app.get('/spring/:app/:profiles/:label', (c) => sources(c, ask));
}

async function sources(c: Context, ask: Ask): Promise<Response> {
  const name = nameIn(c, 'app');
  const profiles = nameIn(c, 'profiles').split(',');
  const label = c.req.param('label') ?? null;
  const lists: (readonly Entry[])[] = [];
  let revision = 0;
  // Of several profiles the last one counts most.
  for (const profile of [...profiles].reverse()) {
    const told = await ask(lanes.agent, 'list', `config/${profile}/`, {
      consistency: 'consistent',
    });
    if (told.type !== 'ok') return answer(c, told);
    lists.push(told.value as unknown as readonly Entry[]);
    revision = Math.max(revision, ...lists.flat().map((e) => e.version));
  }
  const propertySources = [...profiles].reverse().flatMap((profile, i) =>
    [`service:${name}`, 'global'].flatMap((layer): Source[] => {
      const prefix = `config/${profile}/${layer}/`;
      const entries = (lists[i] ?? []).filter(({ key }) => key.startsWith(prefix));
      const source = entries.flatMap(({ key, value }) => flat(key.slice(prefix.length), value));
      return source.length === 0 ? [] : [{ name: prefix, source: Object.fromEntries(source) }];
    }),
  );
  return c.json({ name, profiles, label, version: String(revision), state: null, propertySources });
}

/** Properties are flat: `pool.size`, `hosts[0]`. */
function flat(name: string, value: Json): (readonly [string, Json])[] {
  if (typeof value !== 'object' || value === null) return [[name, value]];
  if (Array.isArray(value)) {
    return (value as Json[]).flatMap((v, i) => flat(`${name}[${i}]`, v));
  }
  return Object.entries(value).flatMap(([field, v]) => flat(`${name}.${field}`, v as Json));
}
