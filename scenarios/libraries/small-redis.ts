/** A small Redis that keeps counters and texts on its disk before it answers (appendfsync always). */
import type { ServiceForm, ServiceHost } from '../../harness/index.ts';
import { bulk, respServer, unknownCommand } from './resp-server.ts';
import type { Command } from './resp-server.ts';

export function smallRedis(host: ServiceHost): ServiceForm {
  const values = new Map(host.saved as readonly (readonly [string, string])[]);
  const store = (key: string, value: string): void => {
    values.set(key, value);
    host.save([key, value]);
  };
  return respServer((command) => answer(command, values, store));
}

function answer(
  [name = '', key = '', value = '']: Command,
  values: ReadonlyMap<string, string>,
  store: (key: string, value: string) => void,
): string {
  switch (name.toLowerCase()) {
    case 'info':
      return bulk('loading:0\r\n');
    case 'incr': {
      const next = Number(values.get(key) ?? 0) + 1;
      store(key, String(next));
      return `:${next}\r\n`;
    }
    case 'set':
      store(key, value);
      return '+OK\r\n';
    case 'get':
      return bulk(values.get(key) ?? null);
    default:
      return unknownCommand(name);
  }
}
