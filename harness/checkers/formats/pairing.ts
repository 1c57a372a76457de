/** Joins each completion to its invocation: a process does one thing at a time. */
import { malformed } from './malformed.ts';

export type EventType = 'invoke' | 'ok' | 'fail' | 'info';

/** `T` is what the reader keeps of an invocation until its completion comes. */
export class Pairing<T extends { readonly f: string }> {
  private readonly open = new Map<number, T>();
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Throws E_HISTORY when the process has an operation open. */
  invoke(process: number, item: T, line: number): void {
    if (this.open.has(process)) {
      const what = `process ${process} has an operation open, wanted its completion`;
      malformed(this.file, line, what);
    }
    this.open.set(process, item);
  }

  /**
   * What was kept of the invocation. Null: an `info` that completes nothing; Jepsen logs other things
   * so. Throws E_HISTORY for any other completion without its invocation.
   */
  complete(process: number, f: string, type: EventType, line: number): T | null {
    const begun = this.open.get(process);
    if (begun === undefined) {
      if (type === 'info') return null;
      const what = `process ${process} completes ${f}, wanted an invoke before it`;
      return malformed(this.file, line, what);
    }
    if (begun.f !== f) {
      malformed(this.file, line, `process ${process} completes ${f}, wanted ${begun.f}`);
    }
    this.open.delete(process);
    return begun;
  }

  /** What is still open, in order of the invocations. */
  rest(): T[] {
    return [...this.open.values()];
  }
}
