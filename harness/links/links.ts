/**
 * Faults on links between nodes and clients, done through Toxiproxy's API, so that the same
 * code drives the embedded proxy and a real Toxiproxy server.
 *
 * A link is one proxy. A message from node a to node b travels on connections that a opened, through
 * proxy `a->b`: stream `upstream`. Answers of nodes come on their own connections, so the stream
 * `downstream` of a link between nodes carries nothing. A client has one two-way connection: on
 * `c->n` stream `upstream` is client to node, `downstream` node to client.
 */
import type { LinkFigure, MessageFigure } from '../faults/figure.ts';
import type { LinkEffect } from '../faults/ports.ts';
import type { Question, Seen } from './passage.ts';

export interface LinkSpec {
  /** Unique on the server: letters, digits and `_ . : -` and `>`. `server-0->server-1`. */
  readonly name: string;
  /** Where to listen, `host:port`; default `127.0.0.1:0`. */
  readonly listen?: string;
  /** Where the link leads, `host:port`. */
  readonly upstream: string;
}

/** One direction of one link. */
export interface LinkDirection {
  readonly link: string;
  readonly stream: 'upstream' | 'downstream';
}

export type Effect = 'yes' | 'no' | 'unknown';

/** Bytes of one direction since the link was made. */
export interface DirectionCounters {
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Lost in a fault. */
  readonly droppedBytes: number;
  /** Held back by a fault (latency, bandwidth, stall) before they left or were lost. */
  readonly delayedBytes: number;
}

export interface LinkCounters {
  /** Open now, opened ever, broken as the link was disabled; null: this server does not count them. */
  readonly connections: number | null;
  readonly opened: number | null;
  readonly broken: number | null;
  readonly upstream: DirectionCounters;
  readonly downstream: DirectionCounters;
}

export interface Links extends AsyncDisposable {
  /**
   * Makes links, all at once, and gives the address `host:port` of each by name. Throws
   * E_REFUSED_TARGET when a name exists on the server: it belongs to somebody else.
   */
  create(specs: readonly LinkSpec[]): Promise<ReadonlyMap<string, string>>;

  /** Did `create` make a link of this name? */
  has(name: string): boolean;

  /** Why this cannot be done to these links, that are all there; null, or absent: it can. */
  whyNot?(on: readonly LinkDirection[], effect: LinkEffect): string | null;

  /**
   * Begins a fault. `fault` names it until `heal(fault)`; faults that overlap on a link compose. On
   * the embedded proxy all directions change in one tick; on a real server within some tens of ms.
   * `figure` is what grows when it meets traffic. Throws E_REFUSED_TARGET for a link that `create` did
   * not make.
   */
  inject(
    fault: string,
    on: readonly LinkDirection[],
    effect: LinkEffect,
    figure: LinkFigure | MessageFigure,
  ): Promise<void>;

  /**
   * Ends one fault, whatever state the link is in; a link that resists is made anew. Never throws:
   * what could not be healed is told by `verify`. Ending a fault twice, or none at all, is harmless.
   */
  heal(fault: string): Promise<void>;
  healAll(): Promise<void>;

  /** What is not as it was made, in words; empty when all is healed. Asks the server. */
  verify(): Promise<string[]>;

  /**
   * Whether the fault met any traffic so far (after its end: while it lasted). `unknown` when the
   * server cannot tell: a connection that is refused is seen by its client alone, and a real
   * Toxiproxy counts bytes only as connections end.
   */
  effect(fault: string): Promise<Effect>;

  /**
   * What went another way with it, in words: it was gone before its end, links resisted and were made anew,
   * with which all was lost that was under way. Absent: nothing ever does.
   */
  oddities?(fault: string): readonly string[];

  /**
   * Asks on a link of its own that is under the same fault, where nobody at the ends of links answers
   * probes: what became of it. Absent: there is none.
   */
  witness?(fault: string, question: Question, waitUs: number): Promise<readonly Seen[]>;

  /** Counters by link name; null when the server has none. Whether they are live: see `effect`. */
  counters(): Promise<ReadonlyMap<string, LinkCounters> | null>;

  /** Removes every link that `create` made. */
  close(): Promise<void>;
}

/** Of a proxy in this process, µs: what makes it late is a machine that stands still, and no wedge. */
export const embeddedUsMax = 10_000_000;

export interface LinksOptions {
  /** `http://127.0.0.1:8474`. */
  readonly api: string;
  /** Longest wait for one answer of the server, µs; default 2 s. */
  readonly timeoutUs?: number;
}
