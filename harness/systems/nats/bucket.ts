/** A bucket of keys: a stream of its own, of which each subject keeps its last message (NATS ADR-8). */
import type { Json } from '../../core/host.ts';
import type { Settings } from '../../core/program.ts';
import { prefixOf } from '../described.ts';
import type { NatsConnection } from './connection.ts';
import { headersOf } from './messages.ts';
import type { Reply } from './messages.ts';

/** What a server answered that it did not do. */
export class JetStreamError extends Error {
  override readonly name = 'JetStreamError';
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** What a key holds: its value and revision; a key that is not there has the revision of its removal, or 0. */
export interface Entry {
  readonly value: Json;
  readonly revision: number;
  /** The revision with which the value came; a confirmation writes it anew, and says so. */
  readonly since: number;
}

export interface PutOptions {
  /** Written only where this is its revision; absent: in any case. */
  readonly expected?: number;
  /** That of the value, where it is written anew. */
  readonly since?: number;
}

const nothing: Entry = { value: null, revision: 0, since: 0 };

export type ReadBy = 'leader' | 'direct';

/** Error codes of JetStream: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const sinceHeader = 'Antlion-Since';
const notFound = 10037;
const isThere = 10058;
export const noStream = 10059;

/** Each run has a bucket of its own. */
export function bucketOf(settings: Settings): string {
  return `antlion${prefixOf(settings)}`.replaceAll(/[^\w-]+/g, '-').replace(/-$/, '');
}

export class Bucket {
  private readonly stream: string;
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
    this.stream = `KV_${name}`;
  }

  /** Made where it is not there, by whoever comes first. */
  async create(by: NatsConnection, replicas: number): Promise<void> {
    const config = {
      name: this.stream,
      subjects: [`$KV.${this.name}.>`],
      num_replicas: replicas,
      max_msgs_per_subject: 1,
      storage: 'file',
      discard: 'new',
      allow_direct: true,
      allow_rollup_hdrs: true,
      deny_delete: true,
    };
    await api(by, `STREAM.CREATE.${this.stream}`, config).catch((error: unknown) => {
      if (!(error instanceof JetStreamError) || error.code !== isThere) throw error;
    });
  }

  async remove(by: NatsConnection): Promise<void> {
    await api(by, `STREAM.DELETE.${this.stream}`);
  }

  /** The server that leads it, by its name. */
  async leader(by: NatsConnection): Promise<string | null> {
    const said = (await api(by, `STREAM.INFO.${this.stream}`)) as {
      cluster?: { leader?: string };
    };
    return said.cluster?.leader ?? null;
  }

  /** Its revision. Throws `JetStreamError` where it was not written, with another revision than `expected` for one. */
  async put(
    by: NatsConnection,
    key: string,
    value: Json | undefined,
    { expected, since }: PutOptions = {},
  ): Promise<number> {
    const headers = {
      ...(value === undefined && { 'KV-Operation': 'DEL' }),
      ...(since !== undefined && { [sinceHeader]: since }),
      ...(expected !== undefined && { 'Nats-Expected-Last-Subject-Sequence': expected }),
    };
    const data = value === undefined ? '' : JSON.stringify(value);
    return (resultOf(await by.ask(this.subjectOf(key), data, headers)) as { seq: number }).seq;
  }

  get(by: NatsConnection, key: string, from: ReadBy): Promise<Entry> {
    return from === 'direct' ? this.getDirect(by, key) : this.getFromLeader(by, key);
  }

  /** From whichever replica is nearest. */
  private async getDirect(by: NatsConnection, key: string): Promise<Entry> {
    const subject = `$JS.API.DIRECT.GET.${this.stream}.${this.subjectOf(key)}`;
    const { status, headers, data } = await by.ask(subject);
    if (status === 404) return nothing;
    if (status !== null) throw new JetStreamError(status, `status ${status}`);
    return entryOf(Number(headers.get('Nats-Sequence')), data, headers);
  }

  private async getFromLeader(by: NatsConnection, key: string): Promise<Entry> {
    try {
      const asked = { last_by_subj: this.subjectOf(key) };
      const { message } = (await api(by, `STREAM.MSG.GET.${this.stream}`, asked)) as {
        message: { seq: number; data?: string; hdrs?: string };
      };
      const { seq, data = '', hdrs = '' } = message;
      const headers = headersOf(Buffer.from(hdrs, 'base64').toString());
      return entryOf(seq, Buffer.from(data, 'base64').toString(), headers);
    } catch (error) {
      if (!(error instanceof JetStreamError) || error.code !== notFound) throw error;
      return nothing;
    }
  }

  /** Keys of a run hold none of the characters that a subject means something by. */
  private subjectOf(key: string): string {
    return `$KV.${this.name}.${key}`;
  }
}

function entryOf(revision: number, data: string, headers: ReadonlyMap<string, string>): Entry {
  const value = headers.has('KV-Operation') ? null : (JSON.parse(data) as Json);
  return { value, revision, since: Number(headers.get(sinceHeader) ?? revision) };
}

/** Throws `JetStreamError` where the server says that it did not. */
export async function api(by: NatsConnection, name: string, asked?: object): Promise<object> {
  return resultOf(
    await by.ask(`$JS.API.${name}`, asked === undefined ? '' : JSON.stringify(asked)),
  );
}

function resultOf({ status, data }: Reply): object {
  // No responders: nobody was there to be asked.
  if (status !== null) throw new JetStreamError(status, `nobody answers for it (${status})`);
  const said = JSON.parse(data) as {
    error?: { err_code?: number; code?: number; description?: string };
  };
  const { error } = said;
  if (error === undefined) return said;
  throw new JetStreamError(error.err_code ?? error.code ?? 0, error.description ?? 'refused');
}
