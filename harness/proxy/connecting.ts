/** Toxics that tell connections that were open from those that are opened later: extensions, Toxiproxy has none. */
import { Stage } from './stage.ts';

/**
 * A connection that was open loses all that comes, its end too, and stays open at both ends, as when what stands
 * between them forgot it. New ones are sound.
 */
export class HalfOpenStage extends Stage {
  private hasLost = false;

  push(chunk: Buffer): void {
    if (this.host.isOlderThanConnection) return this.outlet.push(chunk);
    this.hasLost = true;
    this.host.dropped(chunk.length);
  }

  end(): void {
    if (this.host.isOlderThanConnection) this.outlet.end();
    else this.hasLost = true;
  }

  /** What was lost makes a hole in the stream: the connection cannot go on. */
  release(): void {
    if (this.hasLost) this.outlet.end();
  }

  changed(): void {}
  close(): void {}
}

/** A new connection is taken and nobody reads it, as where a server does not come to accept. Open ones go on. */
export class AcceptStallStage extends Stage {
  private waiting: Buffer[] = [];
  private hasEnded = false;

  push(chunk: Buffer): void {
    if (!this.host.isOlderThanConnection) return this.outlet.push(chunk);
    this.waiting.push(chunk);
    this.host.held(chunk.length);
    this.host.delayed(chunk.length);
  }

  end(): void {
    if (this.waiting.length === 0) this.outlet.end();
    else this.hasEnded = true;
  }

  release(): void {
    for (const chunk of this.take()) this.outlet.push(chunk);
    if (this.hasEnded) this.outlet.end();
  }

  close(): void {
    this.take();
  }

  changed(): void {}

  private take(): readonly Buffer[] {
    const { waiting } = this;
    this.waiting = [];
    for (const chunk of waiting) this.host.held(-chunk.length);
    return waiting;
  }
}
