/**
 * Links to members that are not ours, and a witness: nobody at their ends answers probes, so each fault is also
 * put on a link of its own, on the same server of links, that leads to an end of ours. What becomes of a
 * question there shows whether the server does what it is told.
 */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { LinkFigure, MessageFigure } from '../faults/figure.ts';
import type { LinkEffect } from '../faults/ports.ts';
import type { Effect, LinkCounters, LinkDirection, Links, LinkSpec } from '../links/links.ts';
import type { Passage, Question, Seen } from '../links/passage.ts';

const host = '127.0.0.1';
/** In the first byte: whoever answers ends the connection. */
const endsIt = 1;

export class WitnessLinks implements Links {
  private readonly links: Links;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Where each witness is dialled, and which of its directions are under the fault. */
  private readonly witnesses = new Map<string, { address: string; on: readonly LinkDirection[] }>();

  private constructor(links: Links, server: Server) {
    this.links = links;
    this.server = server;
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
      // The first byte says who is to end the connection.
      socket.once('data', (first: Buffer) => {
        if (first[0] === endsIt) socket.end(first);
        else {
          socket.write(first);
          socket.pipe(socket);
        }
      });
    });
  }

  static async open(links: Links): Promise<WitnessLinks> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, resolve);
    });
    return new WitnessLinks(links, server);
  }

  create(specs: readonly LinkSpec[]): Promise<ReadonlyMap<string, string>> {
    return this.links.create(specs);
  }

  has(name: string): boolean {
    return this.links.has(name);
  }

  whyNot(on: readonly LinkDirection[], effect: LinkEffect): string | null {
    return this.links.whyNot?.(on, effect) ?? null;
  }

  async inject(
    fault: string,
    on: readonly LinkDirection[],
    effect: LinkEffect,
    figure: LinkFigure | MessageFigure,
  ): Promise<void> {
    const link = `witness-${fault}`;
    const upstream = `${host}:${(this.server.address() as AddressInfo).port}`;
    const made = await this.links.create([{ name: link, upstream }]);
    const streams = [...new Set(on.map((d) => d.stream))];
    const mine = streams.map((stream) => ({ link, stream }));
    this.witnesses.set(fault, { address: made.get(link) ?? '', on: mine });
    // By itself: what a probe meets is no traffic of the fault's links.
    await Promise.all([
      this.links.inject(fault, on, effect, figure),
      this.links.inject(link, mine, effect, figure),
    ]);
  }

  async heal(fault: string): Promise<void> {
    await Promise.all([this.links.heal(fault), this.links.heal(`witness-${fault}`)]);
  }

  healAll(): Promise<void> {
    return this.links.healAll();
  }

  verify(): Promise<string[]> {
    return this.links.verify();
  }

  effect(fault: string): Promise<Effect> {
    return this.links.effect(fault);
  }

  oddities(fault: string): readonly string[] {
    return this.links.oddities?.(fault) ?? [];
  }

  /** A question comes back from the end of the witness, unless it is under a fault; no connection there is old. */
  async witness(fault: string, question: Question, waitUs: number): Promise<readonly Seen[]> {
    const w = this.witnesses.get(fault);
    if (w === undefined || question.way === 'open') return [];
    const passage = await echo(w.address, question, waitUs / 1_000);
    // Of both directions of one echo nobody knows which was late: each shows the fault that is on both.
    return w.on.map(({ link, stream }) => ({ where: link, stream, passage }));
  }

  counters(): Promise<ReadonlyMap<string, LinkCounters> | null> {
    return this.links.counters();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await this.links.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function echo(address: string, question: Question, waitMs: number): Promise<Passage> {
  const bytes = Math.max(1, question.bytes);
  const isEnded = question.way === 'end';
  const colon = address.lastIndexOf(':');
  const at = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  const sinceMs = performance.now();
  const soFarUs = (): number => Math.round((performance.now() - sinceMs) * 1_000);
  return new Promise((resolve) => {
    const socket = connect({ ...at, noDelay: true });
    let came = 0;
    const done = (state: 'passed' | 'stopped'): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(state === 'passed' ? { state, tookUs: soFarUs() } : { state, waitedUs: soFarUs() });
    };
    const late = setTimeout(() => done('stopped'), waitMs);
    const sent = Buffer.alloc(bytes);
    if (isEnded) sent[0] = endsIt;
    socket.on('connect', () => socket.write(sent));
    socket.on('data', (chunk: Buffer) => {
      came += chunk.length;
      if (came >= bytes && !isEnded) done('passed');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => done(isEnded && came >= bytes ? 'passed' : 'stopped'));
  });
}
