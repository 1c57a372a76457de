/** Is the node alive, is it ready, what does it believe, and why did it decide as it did? */
import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { Json } from '../../harness/core/host.ts';
import type { NodeHandle } from '../../harness/host/node.ts';
import { lanes } from '../lanes.ts';
import { answer, failed } from './answers.ts';
import type { Ask } from './answers.ts';

/** A server that heard nothing of a leader for so long serves no linearizable read and no write. */
const leaderAgeUsMax = 1_000_000;
const lookAgainMs = 150;
const heardGoodUs = 20_000;

type Fields = Readonly<Record<string, Json>>;

export function statusRoutes(app: Hono, node: NodeHandle, ask: Ask): void {
  app.get('/health', async (c) => {
    const { isReady, ...health } = await healthOf(node, ask);
    return c.json({ ...health, isReady }, isReady ? 200 : 503);
  });
  // As probes of an orchestrator ask: a node that is alive but not ready is not to be killed.
  app.get('/health/live', async (c) => {
    const { isUp } = await healthOf(node, ask);
    return c.json({ isUp }, isUp ? 200 : 503);
  });
  app.get('/health/ready', async (c) => {
    const { isReady } = await healthOf(node, ask);
    return c.json({ isReady }, isReady ? 200 : 503);
  });
  app.get('/members', async (c) => {
    const told = await ask(lanes.membership, 'members');
    return told.type === 'ok' ? c.json(named(told.value, node)) : answer(c, told);
  });
  app.get('/evidence', async (c) => answer(c, await ask(lanes.agent, 'evidence')));
  app.get('/mode', async (c) => answer(c, await ask(lanes.mode, 'mode')));
  app.get('/decisions', (c) => decisions(c, ask));
}

/** Members by number as people know them: by name, and with the service that they are an instance of. */
function named(members: Json, { config }: NodeHandle): Json {
  if (!Array.isArray(members)) return members;
  return (members as readonly Fields[]).map((m): Json => {
    const spec = typeof m['member'] === 'number' ? config.shape.nodes[m['member']] : undefined;
    if (spec === undefined) return m;
    const { name, role, service } = spec;
    return { ...m, name, role, ...(service !== undefined && { service }) };
  });
}

/** A server without a leader says so at once: what needs one is not begun. A stale read needs none. */
export function leaderFirst(isLed: () => Promise<boolean>): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.query('stale') !== undefined || (await isLed())) return next();
    return failed(c, noLeader);
  };
}

export const noLeader = {
  status: 503,
  code: 'no-leader',
  message: 'no leader is heard now',
} as const;

/** Is there a leader to serve through, as far as this node knows? Yes is good for a moment. */
export function leaderHeard(node: NodeHandle, ask: Ask): () => Promise<boolean> {
  const { config } = node;
  const isServer = config.shape.nodes[config.id]?.role === 'server';
  let heardUs = -Infinity;
  const hears = async (): Promise<boolean> => {
    const isHeard = await hearsLeader(ask);
    if (isHeard) heardUs = node.trueUs();
    return isHeard;
  };
  return async () => {
    if (!isServer || node.trueUs() - heardUs < heardGoodUs || (await hears())) return true;
    // A node that stood still has not read yet what the leader said meanwhile.
    await new Promise((wake) => setTimeout(wake, lookAgainMs));
    return hears();
  };
}

async function hearsLeader(ask: Ask): Promise<boolean> {
  const status = await ask(lanes.store, 'status');
  return status.type === 'ok' && consensusOf(status.value as Fields).isReady;
}

/** The mode and what led to it, circuits and lists as evidence, the latest calls and how they went. */
async function decisions(c: Context, ask: Ask): Promise<Response> {
  const [calls, mode, evidence] = await Promise.all([
    ask(lanes.agent, 'decisions'),
    ask(lanes.mode, 'mode'),
    ask(lanes.agent, 'evidence'),
  ]);
  const wrong = [calls, mode, evidence].find((o) => o.type !== 'ok');
  if (wrong !== undefined) return answer(c, wrong);
  const [routed, how, why] = [calls, mode, evidence].map((o) => (o.type === 'ok' ? o.value : null));
  return c.json({ mode: how, evidence: why, calls: routed });
}

async function healthOf(
  node: NodeHandle,
  ask: Ask,
): Promise<{ readonly isUp: boolean; readonly isReady: boolean; readonly [name: string]: Json }> {
  const [mode, status] = await Promise.all([ask(lanes.mode, 'mode'), ask(lanes.store, 'status')]);
  const isUp = mode.type === 'ok';
  const { config } = node;
  const isServer = config.shape.nodes[config.id]?.role === 'server';
  const told = isServer && status.type === 'ok' ? (status.value as Fields) : {};
  const consensus = isServer ? consensusOf(told) : null;
  const isReady = isUp && (consensus?.isReady ?? (await isRegistered(ask)));
  const self = { ...config.shape.nodes[config.id], id: config.id, upUs: node.trueUs() };
  return { ...(self as Fields), isUp, ...consensus, isReady };
}

/** What a server says of consensus: is there a leader to serve through? */
function consensusOf(status: Fields): Fields & { readonly isReady: boolean } {
  const { role = null, term = null, leader = null, ageUs } = status;
  const isReady = typeof leader === 'number' && typeof ageUs === 'number' && ageUs < leaderAgeUsMax;
  return { role, term, leader, isReady };
}

/** Does a service hold a lease of the registry? */
async function isRegistered(ask: Ask): Promise<boolean> {
  const evidence = await ask(lanes.agent, 'evidence');
  if (evidence.type !== 'ok' || !Array.isArray(evidence.value)) return false;
  return (evidence.value as { kind?: Json }[]).some((e) => e.kind === 'registration');
}
