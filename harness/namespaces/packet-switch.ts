/**
 * A switch in user space: frames of the pairs that faults are on come here from a vxlan device as datagrams,
 * and go back there when they are due. Plain `node:dgram`: no kernel module delays or loses packets for us.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { damagedDatagram, isDatagram } from './datagram.ts';
import { PacketFates } from './packet-fates.ts';
import type { Departure } from './packet-fates.ts';
import type { PacketCounts, Steered } from './packet-rule.ts';
import { steering } from './steering.ts';

/** After 8 bytes of vxlan and 14 of Ethernet: addresses in an IPv4 header. */
const headerBytes = 8;
const sourceAt = headerBytes + 14 + 12;
const bufferBytes = 8 << 20;
/** Timers are no finer. */
const soonUs = 500;

interface Waiting {
  readonly frame: Buffer;
  readonly arrivedUs: number;
  readonly departure: Departure;
}

/** Of one pair, in the order in which they leave. */
interface Line {
  readonly waiting: Waiting[];
  lastUs: number;
  alarm: NodeJS.Timeout | null;
}

export class PacketSwitch implements Disposable {
  private readonly socket: Socket;
  private readonly fates = new PacketFates(Math.random);
  private readonly lines = new Map<string, Line>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (frame) => this.arrived(frame));
    // What cannot be sent is lost, as on any network.
    socket.on('error', () => undefined);
  }

  /** Where the vxlan device sends its frames. */
  static async open(): Promise<PacketSwitch> {
    const socket = createSocket({
      type: 'udp4',
      recvBufferSize: bufferBytes,
      sendBufferSize: bufferBytes,
    });
    socket.bind(steering.port, steering.switchAddress);
    await once(socket, 'listening');
    return new PacketSwitch(socket);
  }

  set(all: readonly Steered[]): void {
    this.fates.set(all);
  }

  counts(): Readonly<Record<string, PacketCounts>> {
    return this.fates.counts();
  }

  [Symbol.dispose](): void {
    for (const { alarm } of this.lines.values()) if (alarm !== null) clearTimeout(alarm);
    this.socket.close();
  }

  private arrived(frame: Buffer): void {
    const arrivedUs = nowUs();
    const pair = pairOf(frame);
    const bytes = frame.length - headerBytes;
    for (const departure of this.fates.fates(pair, bytes, arrivedUs, isDatagram(frame))) {
      const one = { frame, arrivedUs, departure };
      if (departure.mayOvertake) this.later(one);
      else this.queue(pair, one);
    }
  }

  private later(one: Waiting): void {
    setTimeout(() => this.send(one), Math.ceil((one.departure.atUs - one.arrivedUs) / 1_000));
  }

  private queue(pair: string, one: Waiting): void {
    const line = this.lines.get(pair) ?? { waiting: [], lastUs: 0, alarm: null };
    this.lines.set(pair, line);
    const atUs = Math.max(line.lastUs, one.departure.atUs);
    line.lastUs = atUs;
    line.waiting.push({ ...one, departure: { ...one.departure, atUs } });
    if (line.alarm === null) this.flush(line);
  }

  private flush(line: Line): void {
    const untilUs = nowUs() + soonUs;
    let due = 0;
    for (const one of line.waiting) {
      if (one.departure.atUs > untilUs) break;
      this.send(one);
      due += 1;
    }
    line.waiting.splice(0, due);
    const [next] = line.waiting;
    if (next === undefined) {
      line.alarm = null;
      return;
    }
    const waitMs = Math.ceil((next.departure.atUs - nowUs()) / 1_000);
    line.alarm = setTimeout(() => this.flush(line), Math.max(0, waitMs));
  }

  private send({ frame, arrivedUs, departure }: Waiting): void {
    const bytes = departure.isDamaged ? damagedDatagram(frame) : frame;
    departure.left(nowUs() - arrivedUs, departure.isDamaged && !bytes.equals(frame));
    this.socket.send(bytes, steering.port, steering.deviceAddress);
  }
}

function nowUs(): number {
  return performance.now() * 1_000;
}

/** As `pairKey` has it; what is no IPv4 was not steered here. */
function pairOf(frame: Buffer): string {
  const at = (from: number): string => [...frame.subarray(from, from + 4)].join('.');
  return `${at(sourceAt)} . ${at(sourceAt + 4)}`;
}
