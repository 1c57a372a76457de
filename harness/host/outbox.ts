/**
 * What leaves a node in one turn of the event loop leaves at the end of it: first the lines that explain
 * it, then the frames of each connection by one system call, then answers.
 */
import type { Socket } from 'node:net';

/** Bytes that wait in an open connection; past it frames are dropped. Holds one frame of full size. */
const unsentBytesMax = 8 * 1024 * 1024;

export class Outbox {
  private readonly explain: () => void;
  private readonly corked: Socket[] = [];
  private readonly answers: (() => void)[] = [];

  /** `explain` says what has to be said before anything leaves. */
  constructor(explain: () => void = () => undefined) {
    this.explain = explain;
  }

  /** False: dropped, the connection is gone or full. */
  write(socket: Socket, frame: Buffer): boolean {
    if (socket.destroyed || socket.writableLength + frame.length > unsentBytesMax) return false;
    if (socket.writableCorked === 0) {
      this.leaveSoon();
      socket.cork();
      this.corked.push(socket);
    }
    socket.write(frame);
    return true;
  }

  /** Calls `answer` when all has been said that explains it. */
  answer(answer: () => void): void {
    this.leaveSoon();
    this.answers.push(answer);
  }

  /** Lets out now what waits. */
  flush(): void {
    if (this.corked.length + this.answers.length === 0) return;
    this.explain();
    for (const socket of this.corked.splice(0)) socket.uncork();
    for (const answer of this.answers.splice(0)) answer();
  }

  private leaveSoon(): void {
    if (this.corked.length + this.answers.length === 0) setImmediate(() => this.flush());
  }
}
