/** A client of config servers: publications go into their folder, instances ask one server at a time. */
import type { Json } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Endpoint, Outcome, Session } from '../../core/system.ts';
import { prefixOf } from '../described.ts';
import { ask, close, RestError, type Target } from '../rest.ts';
import { type Asked, StickySession } from '../sticky-session.ts';
import { applicationOf, folderOf, type Publisher } from './folder.ts';

export interface Servers {
  readonly endpoints: readonly Endpoint[];
  readonly targets: readonly Target[];
}

export class ConfigSession implements Session {
  private readonly servers: Servers;
  private readonly prefix: string;
  private readonly publisher: Publisher;
  private readonly instance: StickySession;
  private isClosed = false;

  constructor(servers: Servers, client: number, settings: Settings, publisher: Publisher) {
    const { targets } = servers;
    this.servers = servers;
    this.prefix = prefixOf(settings);
    this.publisher = publisher;
    this.instance = new StickySession({
      members: targets.length,
      client,
      ask: (op, node, signal) => this.serve(op, targets[node] as Target, signal),
      onClose: () => close(targets),
    });
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    if (op.f !== 'publish-config') return this.instance.start(op, done);
    void this.publish(op).then((outcome) => {
      if (!this.isClosed) done(outcome);
    });
  }

  abandon(op: Operation): void {
    // No server has to do with a publication.
    if (op.f !== 'publish-config') this.instance.abandon();
  }

  close(): void {
    this.isClosed = true;
    this.instance.close();
  }

  /** Never rejects. */
  private async publish({ key, value }: Operation): Promise<Outcome> {
    const [first] = this.servers.endpoints;
    const folder = first === undefined ? null : folderOf(first);
    if (folder === null) return { type: 'fail', error: 'no folder is named' };
    try {
      const application = applicationOf(this.prefix, key);
      const revision = await this.publisher.publish(folder, application, String(value));
      return { type: 'ok', value, version: revision };
    } catch (error) {
      return { type: 'info', error: messageOf(error) };
    }
  }

  /** Never rejects. */
  private async serve(op: Operation, to: Target, signal: AbortSignal): Promise<Asked> {
    if (op.f !== 'serve-config') {
      return { type: 'fail', error: `a config server has no operation ${op.f}` };
    }
    try {
      const path = `${applicationOf(this.prefix, op.key)}/default`;
      return { type: 'ok', value: servedIn(await ask(to, { method: 'GET', path }, signal)) };
    } catch (error) {
      const isLost = !(error instanceof RestError) || error.isLost;
      return { type: 'fail', error: messageOf(error), isLost };
    }
  }
}

/** Where properties come from, the first before the others; null: that is no config server. */
export function sourcesIn(answer: Json): readonly Readonly<Record<string, Json>>[] | null {
  const { propertySources } = Object(answer) as { readonly propertySources?: Json };
  if (!Array.isArray(propertySources)) return null;
  return (propertySources as readonly { readonly source?: Json }[]).map(
    ({ source }) => Object(source) as Readonly<Record<string, Json>>,
  );
}

function servedIn(answer: Json): Json {
  const sources = sourcesIn(answer);
  if (sources === null) throw new RestError('what it answers is no configuration', true, false);
  const own = sources.find((source) => 'antlion.revision' in source) ?? {};
  return { revision: own['antlion.revision'] ?? 0, value: own['antlion.value'] ?? null };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
