/** What of node-zookeeper-client is used: it ships without types. */
declare module 'node-zookeeper-client' {
  type Done = (error: Error | null) => void;

  export interface Client {
    connect(): void;
    close(): void;
    create(path: string, mode: number, done: Done): void;
    exists(path: string, done: Done): void;
    on(event: 'connected' | 'disconnected' | 'expired', f: () => void): void;
  }

  const zookeeper: {
    createClient(
      servers: string,
      options: { readonly sessionTimeout: number; readonly spinDelay: number },
    ): Client;
    readonly CreateMode: { readonly EPHEMERAL: number };
  };
  export default zookeeper;
}
