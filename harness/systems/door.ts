/** How one is let in by a product: a password, and certificates, as flags that several products share. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { checkServerIdentity, connect } from 'node:tls';
import { z } from 'zod';
import { HarnessError } from '../core/errors.ts';
import { WireError } from './wire.ts';

export const doorFlags = {
  user: z.string().optional().describe('who asks, where there are several users'),
  passwordFile: z.string().optional().describe('a file with the password'),
  passwordEnv: z.string().optional().describe('an environment variable with the password'),
  cacert: z.string().optional().describe('certificates that sign those of the members, PEM'),
  cert: z.string().optional().describe('a certificate of our own, PEM, with --key'),
  key: z.string().optional().describe('the key of --cert, PEM'),
};

export interface DoorFlags {
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly passwordEnv?: string | undefined;
  readonly cacert?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface Door {
  readonly user: string | null;
  /** Null: nobody is asked for one. */
  readonly password: string | null;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** Where everybody is let in. */
export const openDoor: Door = { user: null, password: null, tls: {} };

/** Throws E_USAGE for a file that cannot be read, a variable that is not set, a user without a password. */
export function doorOf(flags: DoorFlags): Door {
  const { user = null, passwordFile, passwordEnv, cacert, cert, key } = flags;
  const password =
    passwordFile !== undefined
      ? contentOf('password-file', passwordFile).replace(/\r?\n$/, '')
      : passwordEnv === undefined
        ? null
        : (process.env[passwordEnv] ??
          missing(`${passwordEnv} is not set, wanted a password in it`));
  if (user !== null && password === null)
    missing(`user is "${user}" with no password, wanted both`);
  return {
    user,
    password,
    tls: {
      ...(cacert !== undefined && { ca: contentOf('cacert', cacert) }),
      ...(cert !== undefined && { cert: contentOf('cert', cert) }),
      ...(key !== undefined && { key: contentOf('key', key) }),
    },
  };
}

/** Speaks TLS over a connection, with a member of this name. Throws `WireError`, of nothing that was sent. */
export async function secured(socket: Socket, name: string, door: Door): Promise<Socket> {
  const secure = connect({
    ...door.tls,
    socket,
    // An address is no name to ask for, but it may well be what the certificate is about.
    ...(isIP(name) === 0 && { servername: name }),
    checkServerIdentity: (_, cert) => checkServerIdentity(name, cert),
  });
  const late = setTimeout(() => secure.destroy(new Error('no TLS in time')), tlsMsMax);
  try {
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve).once('error', reject);
      secure.once('close', () => reject(new Error('the connection was closed')));
    });
    return secure;
  } catch (error) {
    secure.destroy();
    const { code, message } = error as NodeJS.ErrnoException;
    throw new WireError(code ?? message, false);
  } finally {
    clearTimeout(late);
  }
}

const tlsMsMax = 2_000;

/** What to do about a door that stays shut, by what was said; null: it is not about doors. */
export function keyTo(why: string): string | null {
  if (/NOAUTH|WRONGPASS|AUTH /.test(why)) {
    return 'Say who asks: --password-file FILE or --password-env NAME, and --user NAME where there are several';
  }
  if (/WRONG_VERSION_NUMBER/.test(why)) {
    return 'Name an address without TLS, such as http://: it speaks none there';
  }
  if (/CERT|SIGN|ISSUER|SSL|TLS|certificate/i.test(why)) {
    return 'Name the certificates: --cacert FILE, and --cert FILE with --key FILE where clients need one';
  }
  return null;
}

function missing(what: string): never {
  throw new HarnessError('E_USAGE', `${what}. Pass --password-file FILE or --password-env NAME.`);
}

function contentOf(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HarnessError(
      'E_USAGE',
      `${flag} is "${path}", which cannot be read (${(cause as NodeJS.ErrnoException).code}), wanted a file. Pass --${flag} FILE.`,
      { cause },
    );
  }
}
