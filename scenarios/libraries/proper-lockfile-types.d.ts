/** What of proper-lockfile is used: it ships without types. */
declare module 'proper-lockfile' {
  type Done = (error: Error | null, result?: unknown) => void;

  export interface LockOptions {
    readonly lockfilePath: string;
    readonly stale: number;
    readonly update: number;
    readonly realpath: false;
    readonly retries: number;
    readonly fs: {
      mkdir(path: string, done: Done): void;
      rmdir(path: string, done: Done): void;
      stat(path: string, done: Done): void;
      utimes(path: string, atime: Date, mtime: Date, done: Done): void;
    };
    onCompromised(error: Error): void;
  }

  const lockfile: {
    lock(file: string, options: LockOptions): Promise<() => Promise<void>>;
  };
  export default lockfile;
}
