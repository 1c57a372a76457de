/** DNS over UDP and TCP (RFC 1035, 6891), at one port of each. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import dnsPacket from 'dns-packet';
import type { Packet, Question } from 'dns-packet';
import { rcodes } from './answers.ts';
import type { Response } from './answers.ts';

export type Answering = (question: Question) => Promise<Response>;

/** What a question may be answered with by UDP when it does not say, and the most it may ask for. */
const udpBytes = 512;
const udpBytesMax = 1_232;
/** Connections at a time, and how long one may say nothing, ms. */
const connectionsMax = 128;
const idleMs = 10_000;

/** Where it listens. Rejects with the system's error, EADDRINUSE for one. */
export async function serveDns(host: string, port: number, answer: Answering): Promise<number> {
  const tcp = createServer((socket) => take(socket, answer));
  tcp.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(port, host, resolve);
  });
  const bound = (tcp.address() as AddressInfo).port;
  const udp = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject);
    udp.bind(bound, host, resolve);
  });
  // A datagram that nobody takes comes back as an error; whoever asked is gone.
  udp.on('error', () => undefined);
  udp.on('message', (bytes, from) => {
    void replyTo(bytes, answer, true).then((reply) => {
      if (reply !== null) udp.send(reply, from.port, from.address);
    });
  });
  return bound;
}

/** A length of two bytes stands before each message. */
function take(socket: Socket, answer: Answering): void {
  let held = Buffer.alloc(0);
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const length = held.readUInt16BE(0);
      const message = held.subarray(2, 2 + length);
      held = held.subarray(2 + length);
      void replyTo(message, answer, false).then((reply) => {
        if (reply === null) return void socket.destroy();
        const prefix = Buffer.alloc(2);
        prefix.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([prefix, reply]));
      });
    }
  });
}

/** Null: no answer, to what is no question. */
async function replyTo(bytes: Buffer, answer: Answering, isUdp: boolean): Promise<Buffer | null> {
  const query = decoded(bytes);
  // An answer to an answer would go on for ever.
  if (query === null || query.type === 'response') return null;
  const { id = 0, questions = [], flags = 0 } = query;
  const [question] = questions;
  const echoed = { type: 'response', id, questions } as const;
  const isRecursive = flags & dnsPacket.RECURSION_DESIRED;
  if (((flags >> 11) & 15) !== 0) return dnsPacket.encode({ ...echoed, flags: rcodes.unknown });
  if (question === undefined || questions.length > 1) {
    return dnsPacket.encode({ ...echoed, questions: [], flags: rcodes.format });
  }
  const { rcode, answers, authorities, additionals } = await answer(question);
  const whole = {
    ...echoed,
    flags: dnsPacket.AUTHORITATIVE_ANSWER | isRecursive | rcode,
    answers: [...answers],
    authorities: [...authorities],
    additionals: [...additionals, ...optOf(query)],
  };
  const reply = dnsPacket.encode(whole);
  if (!isUdp || reply.length <= room(query)) return reply;
  // Too long: whoever asked comes again by TCP.
  const none = { answers: [], authorities: [], additionals: optOf(query) };
  const flags2 = whole.flags | dnsPacket.TRUNCATED_RESPONSE;
  return dnsPacket.encode({ ...whole, ...none, flags: flags2 });
}

function decoded(bytes: Buffer): Packet | null {
  try {
    return dnsPacket.decode(bytes);
  } catch {
    return null;
  }
}

function askedRoom({ additionals = [] }: Packet): number | null {
  const opt = additionals.find((a) => a.type === 'OPT');
  return opt === undefined || !('udpPayloadSize' in opt) ? null : opt.udpPayloadSize;
}

function room(query: Packet): number {
  return Math.min(Math.max(askedRoom(query) ?? udpBytes, udpBytes), udpBytesMax);
}

/** Who asks by EDNS is answered so. */
function optOf(query: Packet): Packet['additionals'] & object {
  if (askedRoom(query) === null) return [];
  const opt = { extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
  return [{ type: 'OPT', name: '.', udpPayloadSize: udpBytesMax, ...opt }];
}
