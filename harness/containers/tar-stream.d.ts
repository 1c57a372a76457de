/** Of tar-stream 2, what is used here. */
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  export interface Header {
    readonly name: string;
    readonly type?: 'file' | 'directory';
    readonly size?: number;
    readonly mode: number;
    readonly mtime: Date;
  }

  export interface Pack extends Readable {
    /** A small file, or a folder. */
    entry(header: Header, content?: string): void;
    /** A file whose content is written to the stream that this gives. */
    entry(header: Header, done: (error?: Error | null) => void): Writable;
    finalize(): void;
  }

  export function pack(): Pack;
}
