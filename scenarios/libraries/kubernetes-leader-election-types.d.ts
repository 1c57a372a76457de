/** What of @codedependant/kubernetes-leader-election is used: it ships without types. */
declare module '@codedependant/kubernetes-leader-election' {
  import type { CoordinationV1Api, Watch } from '@kubernetes/client-node';

  export class Elector {
    constructor(options: {
      readonly auto_close: boolean;
      readonly identity: string;
      readonly lease_name: string;
      readonly lease_duration_sec: number;
      readonly renew_interval_ms: number;
    });
    static readonly EVENTS: {
      readonly LEADERSHIP_ACQUIRED: string;
      readonly LEADERSHIP_LOST: string;
      readonly LEASE_RENEWED: string;
    };
    client: CoordinationV1Api;
    watch: Watch;
    readonly current_leader: boolean;
    start(): Promise<void>;
    stop(): Promise<void>;
    tryToBecomeLeader(): Promise<void>;
    on(event: string, f: (told: { readonly renew_time?: string }) => void): this;
  }
}
