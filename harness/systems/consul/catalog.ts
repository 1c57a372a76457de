/**
 * The registry that Consul is known for: an agent knows its own services and what their checks say, and tells the
 * servers' catalog of it by and by (anti-entropy). An instance has a TTL check, which its renewals pass.
 * https://developer.hashicorp.com/consul/docs/architecture/anti-entropy
 */
import { randomInt } from 'node:crypto';
import type { NodeId } from '../../core/host.ts';
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import { ask, type Target } from '../rest.ts';
import { type Asked, modeOf } from './keys.ts';

interface Service {
  readonly id: string;
  /** The agent that knows it: no other does. */
  readonly node: NodeId;
}

export class Catalog {
  private readonly targets: readonly Target[];
  private readonly services = new Map<number, Service>();

  constructor(targets: readonly Target[]) {
    this.targets = targets;
  }

  /** Null: this is none of its operations. `node` is asked where nobody else has to be. Throws `RestError`. */
  async ask(op: Operation, node: NodeId, asked: Asked): Promise<Outcome | null> {
    switch (op.f) {
      case 'register':
        return this.register(op, node, asked);
      case 'renew':
        return this.tell(op, asked, 'check/pass/service:');
      case 'deregister':
        return this.tell(op, asked, 'service/deregister/');
      case 'discover':
        return discover(op, asked);
      default:
        return null;
    }
  }

  private async register(op: Operation, node: NodeId, asked: Asked): Promise<Outcome> {
    const { instance, ttlUs } = op.value as { readonly instance: string; readonly ttlUs: number };
    const number = randomInt(1, idMax);
    const id = `${nameOf(op.key, asked)}-${number}`;
    const body = JSON.stringify({
      Name: nameOf(op.key, asked),
      ID: id,
      Meta: { instance },
      Check: { TTL: `${ttlUs / 1_000_000}s`, Status: 'passing' },
    });
    const path = 'agent/service/register';
    await ask(asked.to, { method: 'PUT', path, body }, asked.signal);
    this.services.set(number, { id, node });
    return { type: 'ok', value: number };
  }

  private async tell({ value }: Operation, asked: Asked, what: string): Promise<Outcome> {
    const service = typeof value === 'number' ? this.services.get(value) : undefined;
    if (service === undefined) return { type: 'fail', error: 'no such service of this client' };
    const to = this.targets[service.node] as Target;
    const path = `agent/${what}${encodeURIComponent(service.id)}`;
    await ask(to, { method: 'PUT', path }, asked.signal);
    return { type: 'ok', value, node: service.node };
  }
}

const idMax = 2 ** 47;

/** Names of services are names of hosts too, and belong to everybody: the run's prefix makes them its own. */
export function nameOf(service: string, { prefix }: Pick<Asked, 'prefix'>): string {
  return `${prefix}${service}`.replaceAll(/[^\w-]+/g, '-');
}

interface Found {
  readonly Service: { readonly Meta?: Readonly<Record<string, string>> | null };
}

async function discover({ key }: Operation, asked: Asked): Promise<Outcome> {
  const path = `health/service/${nameOf(key, asked)}?passing&${modeOf(asked.reads)}`;
  const found = await ask(asked.to, { method: 'GET', path }, asked.signal);
  const names = (found as unknown as readonly Found[]).map(
    (f) => f.Service.Meta?.['instance'] ?? '',
  );
  return { type: 'ok', value: [...new Set(names)] };
}
