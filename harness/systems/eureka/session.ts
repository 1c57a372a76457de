/** A client of Eureka by one server at a time: registrations, and look-ups of one application. */
import { randomInt } from 'node:crypto';
import type { Operation, Settings } from '../../core/program.ts';
import type { Outcome, Session } from '../../core/system.ts';
import { prefixOf } from '../described.ts';
import { ask, close, jsonOf, RestError, send, type Target } from '../rest.ts';
import { type Asked, StickySession } from '../sticky-session.ts';
import { applicationOf, instanceOf, namesIn } from './instances.ts';

export interface ClientManner {
  /** `whole`: a lease of the length that is asked for, which lasts twice as long once it was renewed. */
  readonly leases: 'halved' | 'whole';
}

export function openEurekaSession(
  targets: readonly Target[],
  client: number,
  settings: Settings,
  manner: ClientManner,
): Session {
  const own = new EurekaClient(settings, manner);
  return new StickySession({
    members: targets.length,
    client,
    ask: (op, node, signal) => own.ask(op, targets[node] as Target, signal),
    onClose: () => close(targets),
  });
}

class EurekaClient {
  private readonly prefix: string;
  private readonly manner: ClientManner;

  constructor(settings: Settings, manner: ClientManner) {
    this.prefix = prefixOf(settings);
    this.manner = manner;
  }

  /** Never rejects. */
  async ask(op: Operation, to: Target, signal: AbortSignal): Promise<Asked> {
    try {
      return await this.request(op, to, signal);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const isKnown = error instanceof RestError;
      // Who only looks changes nothing.
      const isDefinite = op.f === 'discover' || (isKnown && error.isDefinite);
      return { type: isDefinite ? 'fail' : 'info', error: why, isLost: !isKnown || error.isLost };
    }
  }

  private async request(op: Operation, to: Target, signal: AbortSignal): Promise<Outcome> {
    const application = applicationOf(this.prefix, op.key);
    const path = `apps/${application}`;
    switch (op.f) {
      case 'register':
        return this.register(op, { to, application, signal });
      case 'renew':
        return onOwn(op, await send(to, { method: 'PUT', path: `${path}/${idOf(op)}` }, signal));
      case 'deregister':
        return onOwn(op, await send(to, { method: 'DELETE', path: `${path}/${idOf(op)}` }, signal));
      case 'discover': {
        const answer = await send(to, { method: 'GET', path }, signal);
        // An application without instances is none.
        const value = answer.status === 404 ? [] : namesIn(jsonOf(answer));
        return { type: 'ok', value };
      }
      default:
        return { type: 'fail', error: `Eureka has no operation ${op.f}` };
    }
  }

  /** An id of its own each time, so that who comes back is not what it was before. */
  private async register(
    { value }: Operation,
    {
      to,
      application,
      signal,
    }: { readonly to: Target; readonly application: string; readonly signal: AbortSignal },
  ): Promise<Outcome> {
    const { instance, ttlUs } = value as { readonly instance: string; readonly ttlUs: number };
    const number = randomInt(1, idMax);
    const isHalved = this.manner.leases === 'halved';
    const leaseSeconds = Math.ceil(ttlUs / (isHalved ? 2 : 1) / 1_000_000);
    const body = JSON.stringify(
      instanceOf({ application, id: String(number), instance, leaseSeconds }),
    );
    const path = `apps/${application}`;
    const made = await send(to, { method: 'POST', path, body }, signal);
    if (made.status !== 204) jsonOf(made);
    if (isHalved) await doubled(to, `${path}/${number}`, signal);
    return { type: 'ok', value: number };
  }
}

/** What JSON has no trouble with. */
const idMax = 2 ** 47;

/** A renewal makes a lease last for twice its length from then on: so has it the length that was asked for. */
async function doubled(to: Target, path: string, signal: AbortSignal): Promise<void> {
  try {
    await ask(to, { method: 'PUT', path }, signal);
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    // It is registered, for how long nobody knows.
    throw new RestError(error.message, false, error.isLost);
  }
}

function idOf({ value }: Operation): string {
  return typeof value === 'number' ? String(value) : 'none';
}

function onOwn({ value }: Operation, answer: Awaited<ReturnType<typeof send>>): Outcome {
  if (answer.status === 404) return { type: 'fail', error: 'no such registration' };
  jsonOf(answer);
  return { type: 'ok', value };
}
