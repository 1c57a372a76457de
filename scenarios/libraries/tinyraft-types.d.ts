/** What of tinyraft is used: its own types name an export that it has not. */
declare module 'tinyraft' {
  export interface RaftChange {
    readonly state: 'leader' | 'follower' | 'candidate';
    readonly term: number;
  }

  export default class TinyRaft {
    constructor(config: {
      readonly nodes: readonly string[];
      readonly nodeId: string;
      readonly electionTimeout: number;
      readonly heartbeatTimeout: number;
      readonly leadershipTimeout: number;
      readonly randomTimeout?: number;
      send(to: string, message: object): void;
    });
    start(): void;
    onReceive(from: string, message: object): void;
    on(event: 'change', f: (change: RaftChange) => void): void;
  }
}
