/** What of @markwylde/liferaft is used: it comes without types. */
declare module '@markwylde/liferaft' {
  /** What the last entry of a log was. */
  export interface LastInfo {
    readonly index: number;
    readonly term: number;
    readonly committedIndex: number;
  }

  export interface Log {
    readonly committedIndex: number;
    getLastInfo(): Promise<LastInfo>;
    end(): void;
  }

  export type Write = (packet: object, done: (error: unknown, answer?: object) => void) => void;

  export default class LifeRaft {
    static readonly states: readonly string[];
    readonly state: number;
    readonly term: number;
    constructor(address: string, options: { readonly Log: new () => Log });
    join(address: string, write: Write): void;
    on(event: 'error' | 'leader' | 'follower' | 'candidate', f: () => void): void;
    emit(event: 'data', packet: object, answer: (packet?: object) => void): void;
  }
}
