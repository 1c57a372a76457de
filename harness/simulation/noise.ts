/**
 * Where chance comes from in a simulated world: latencies, disks, what nodes draw.
 *
 * Usually each has a stream, draw after draw. By time, a draw depends on its seed, on who draws and on
 * the clock alone: leaving a message out leaves the noise of all others as it was, which makes runs of
 * slightly different programs comparable. Both can be drawn anew from any moment on.
 */
import { mix32, Prng } from '../core/prng.ts';
import type { NodeId } from '../core/host.ts';
import type { Noise } from '../core/program.ts';

/** Noise by time stays the same for about so long: who acts a little later meets the same. */
const spanBits = 10;
/** Moments at which ranks change, in a run of a simulated minute; see `Ranked`. */
const changesPerMinute = 3;
const minuteUs = 60_000_000;

/** Who draws; each may draw often at the same moment. */
interface Source {
  readonly stream: Prng;
  readonly key: number;
  span: number;
  draws: number;
}

export class NoiseOf {
  private seed: number;
  private readonly by: Noise['by'];
  private readonly network: Source;
  private readonly links = new Map<number, Source>();
  private readonly ownNoise: Source[] = [];
  private readonly diskNoise: Source[] = [];
  /** Handed out again and again where noise goes by time. */
  private readonly drawn = new Prng(0);
  private readonly ranked = new Ranked();

  constructor(seed: number, nodes: number, by: Noise['by']) {
    this.seed = seed;
    const root = new Prng(seed);
    this.by = by;
    this.network = source(root.fork('network'), 1);
    const own = root.fork('node');
    const disk = root.fork('disk');
    for (let id = 0; id < nodes; id++) {
      this.ownNoise.push(source(own.fork(id), 0x1000_0000 + id));
      this.diskNoise.push(source(disk.fork(id), 0x2000_0000 + id));
    }
  }

  /** The stream of the network, where it has one; null: ask `onLink`. */
  get networkStream(): Prng | null {
    return this.by === undefined ? this.network.stream : null;
  }

  /** For a message that leaves now. */
  onLink(from: NodeId, to: NodeId, nowUs: number): Prng {
    return this.at(this.link(from, to), nowUs);
  }

  /** For how long it takes: where ranks decide, by that of the sender and its link. */
  latencyOn(from: NodeId, to: NodeId, nowUs: number): Prng {
    const { key } = this.link(from, to);
    if (this.by !== 'priorities') return this.onLink(from, to, nowUs);
    return this.ranked.at(this.seed, from, key, nowUs);
  }

  /** What a node draws itself. */
  ofNode(id: NodeId, nowUs: number): Prng {
    return this.at(this.ownNoise[id] as Source, nowUs);
  }

  /** What a crash leaves of a disk. */
  ofDisk(id: NodeId, nowUs: number): Prng {
    return this.at(this.diskNoise[id] as Source, nowUs);
  }

  /** How long a sync takes. */
  syncOf(id: NodeId, nowUs: number): Prng {
    if (this.by !== 'priorities') return this.ofDisk(id, nowUs);
    return this.ranked.at(this.seed, id, 0x2000_0000 + id, nowUs);
  }

  /** From now on all of it is drawn from another seed. */
  turn(seed: number): void {
    this.seed = seed;
    const root = new Prng(seed);
    this.network.stream.restart(root.seedOf('network'));
    const own = root.fork('node');
    const disk = root.fork('disk');
    this.ownNoise.forEach(({ stream }, id) => stream.restart(own.seedOf(id)));
    this.diskNoise.forEach(({ stream }, id) => stream.restart(disk.seedOf(id)));
  }

  private at(s: Source, nowUs: number): Prng {
    if (this.by === undefined) return s.stream;
    const span = nowUs >>> spanBits;
    s.draws = s.span === span ? s.draws + 1 : 0;
    s.span = span;
    const who = mix32(this.seed ^ mix32(s.key + 0x9e37_79b9));
    this.drawn.restart(mix32(who + mix32(span ^ 0x5bd1_e995)) ^ mix32(s.draws));
    return this.drawn;
  }

  private link(from: NodeId, to: NodeId): Source {
    const key = (from << 14) ^ to;
    let s = this.links.get(key);
    if (s === undefined) this.links.set(key, (s = source(this.network.stream, 0x3000_0000 + key)));
    return s;
  }
}

function source(stream: Prng, key: number): Source {
  return { stream, key, span: -1, draws: 0 };
}

/**
 * Gives the rank of whoever asks in place of a draw. All ranks of one node change at few moments that
 * are drawn: so few, as most bugs need few (Burckhardt et al., "A Randomized Scheduler with Probabilistic
 * Guarantees of Finding Bugs", ASPLOS 2010).
 */
class Ranked extends Prng {
  private rank = 0;

  constructor() {
    super(0);
  }

  at(seed: number, node: NodeId, key: number, nowUs: number): this {
    const minute = Math.floor(nowUs / minuteUs);
    let changes = 0;
    for (let i = 0; i < changesPerMinute; i++) {
      const drawn = mix32(mix32(seed + minute) ^ mix32(node * changesPerMinute + i));
      if ((drawn / 4_294_967_296) * minuteUs <= nowUs % minuteUs) changes += 1;
    }
    this.rank = mix32(mix32(seed ^ mix32(key)) + minute * changesPerMinute + changes);
    return this;
  }

  override uint32(): number {
    return this.rank;
  }
}
