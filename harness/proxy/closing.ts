/** Toxics that lose data or decide how a connection ends: timeout, reset, slow close, limit. */
import { Alarm, Stage } from './stage.ts';

/** Loses all data; closes `timeout` ms after the last of it, never when 0, and when taken away. */
export class TimeoutStage extends Stage {
  private readonly alarm = new Alarm(() => this.outlet.end());

  push(chunk: Buffer): void {
    this.host.dropped(chunk.length);
    this.changed();
  }

  end(): void {
    this.alarm.stop();
    this.outlet.end();
  }

  changed(): void {
    const timeoutMs = this.host.attribute('timeout');
    if (timeoutMs > 0) this.alarm.set(timeoutMs);
    else this.alarm.stop();
  }

  /** What was lost makes a hole in the stream: the connection cannot go on. */
  release(): void {
    this.end();
  }

  close(): void {
    this.alarm.stop();
  }
}

/**
 * `timeout` ms after the first data, or FIN, resets the connection. As Toxiproxy does it, one that
 * was open before the toxic was set gets a plain FIN.
 */
export class ResetStage extends Stage {
  private readonly alarm = new Alarm(() => this.strike());
  private isTriggered = false;

  push(chunk: Buffer): void {
    this.host.dropped(chunk.length);
    this.end();
  }

  end(): void {
    if (this.isTriggered) return;
    this.isTriggered = true;
    this.changed();
  }

  changed(): void {
    if (this.isTriggered) this.alarm.set(this.host.attribute('timeout'));
  }

  release(): void {
    if (this.isTriggered) this.strike();
  }

  close(): void {
    this.alarm.stop();
  }

  private strike(): void {
    this.alarm.stop();
    if (this.host.isOlderThanConnection) this.host.reset();
    else this.outlet.end();
  }
}

/** Holds the FIN back for `delay` ms. */
export class SlowCloseStage extends Stage {
  private readonly alarm = new Alarm(() => this.outlet.end());
  private hasEnded = false;

  push(chunk: Buffer): void {
    this.outlet.push(chunk);
  }

  end(): void {
    this.hasEnded = true;
    this.alarm.set(this.host.attribute('delay'));
  }

  changed(): void {
    if (this.hasEnded) this.end();
  }

  release(): void {
    this.alarm.stop();
    if (this.hasEnded) this.outlet.end();
  }

  close(): void {
    this.alarm.stop();
  }
}

/** Passes exactly `bytes` of a connection, then closes it: with RST beside a `reset_peer`. */
export class LimitDataStage extends Stage {
  private passed = 0;

  push(chunk: Buffer): void {
    const rest = Math.max(0, this.host.attribute('bytes') - this.passed);
    const part = chunk.subarray(0, rest);
    this.passed += part.length;
    if (part.length < chunk.length) this.host.dropped(chunk.length - part.length);
    if (part.length > 0) this.outlet.push(part);
    if (chunk.length < rest) return;
    if (this.host.closesWithReset()) this.host.reset();
    else this.outlet.end();
  }

  end(): void {
    this.outlet.end();
  }

  changed(): void {}
  release(): void {}
  close(): void {}
}

/** Lets everything pass. */
export class NoopStage extends Stage {
  push(chunk: Buffer): void {
    this.outlet.push(chunk);
  }

  end(): void {
    this.outlet.end();
  }

  changed(): void {}
  release(): void {}
  close(): void {}
}
