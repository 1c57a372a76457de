/** What of eureka-js-client is used: it ships without types. */
declare module 'eureka-js-client' {
  export class Eureka {
    constructor(config: object);
    start(done: (error?: Error | null) => void): void;
    stop(done: (error?: Error | null) => void): void;
    getInstancesByVipAddress(vip: string): readonly { readonly instanceId: string }[];
  }
}
