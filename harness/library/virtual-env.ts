/** Environment variables, for code that runs on behalf of a simulated node or client. */

export type Variables = Readonly<Record<string, string>>;

/** Puts them in place until the function returned is called; `current` undefined: the process's own. */
export function installEnv(current: () => Variables | undefined): () => void {
  const { env } = process;
  const seen = (): NodeJS.ProcessEnv => current() ?? env;
  process.env = new Proxy(env, {
    get: (_, name) => Reflect.get(seen(), name) as unknown,
    has: (_, name) => Reflect.has(seen(), name),
    ownKeys: () => Reflect.ownKeys(seen()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(seen(), name),
  });
  return () => {
    process.env = env;
  };
}
