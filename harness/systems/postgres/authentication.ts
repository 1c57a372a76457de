/**
 * How PostgreSQL asks for a password: as it is, hashed by MD5, or by SCRAM-SHA-256 (RFC 5802, RFC 7677), which shows
 * as well that the server knows it. https://www.postgresql.org/docs/current/sasl-authentication.html
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Secret {
  readonly user: string;
  /** Null: nobody has told it. */
  readonly password: string | null;
}

const [trusted, clear, md5, sasl, saslContinue, saslFinal] = [0, 3, 5, 10, 11, 12];
const mechanism = 'SCRAM-SHA-256';
/** What a server may ask for: more is no password of PostgreSQL, and would stand still here. */
const roundsMax = 1_000_000;

export class Authentication {
  private readonly secret: Secret;
  private readonly nonce: string;
  /** What the server must show at the end; null: it has not been asked yet. */
  private expected: Buffer | null = null;

  constructor(secret: Secret, nonce = randomBytes(18).toString('base64')) {
    this.secret = secret;
    this.nonce = nonce;
  }

  /** What to send in answer, null: nothing. Throws `Error` for what cannot be answered. */
  answer(body: Buffer): Buffer | null {
    const kind = body.readInt32BE(0);
    const rest = body.subarray(4);
    switch (kind) {
      case trusted:
        return null;
      case clear:
        return passwordMessage(Buffer.from(`${this.password}\0`));
      case md5: {
        const inner = hex(`${this.password}${this.secret.user}`);
        const outer = hex(Buffer.concat([Buffer.from(inner), rest.subarray(0, 4)]));
        return passwordMessage(Buffer.from(`md5${outer}\0`));
      }
      case sasl:
        return this.first(rest.toString('utf8').split('\0'));
      case saslContinue:
        return this.proof(rest.toString('utf8'));
      case saslFinal:
        return this.end(rest.toString('utf8'));
      default:
        throw new Error(`it wants to know who asks in a way that is not known here (${kind})`);
    }
  }

  private get password(): string {
    if (this.secret.password === null) throw new Error('it wants a password');
    return this.secret.password;
  }

  private first(mechanisms: readonly string[]): Buffer {
    if (!mechanisms.includes(mechanism)) {
      throw new Error(`it wants one of ${mechanisms.filter(Boolean).join(', ')}`);
    }
    const said = Buffer.from(`n,,${this.bare}`);
    const length = Buffer.alloc(4);
    length.writeInt32BE(said.length);
    void this.password;
    return passwordMessage(Buffer.concat([Buffer.from(`${mechanism}\0`), length, said]));
  }

  /** The name is that of the first message of the connection. */
  private get bare(): string {
    return `n=,r=${this.nonce}`;
  }

  private proof(serverFirst: string): Buffer {
    const { r = '', s = '', i = '' } = fieldsOf(serverFirst);
    const rounds = Number(i);
    const isOurs = r.startsWith(this.nonce) && r.length > this.nonce.length;
    if (!isOurs || !(rounds >= 1 && rounds <= roundsMax)) throw new Error('it speaks no SCRAM');
    const salt = Buffer.from(s, 'base64');
    const salted = pbkdf2Sync(this.password.normalize('NFKC'), salt, rounds, 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const storedKey = createHash('sha256').update(clientKey).digest();
    // No channel is bound: "n,," in base64.
    const last = `c=biws,r=${r}`;
    const all = `${this.bare},${serverFirst},${last}`;
    const signature = hmac(storedKey, all);
    const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0));
    this.expected = hmac(hmac(salted, 'Server Key'), all);
    return passwordMessage(Buffer.from(`${last},p=${Buffer.from(proof).toString('base64')}`));
  }

  private end(serverFinal: string): null {
    const shown = Buffer.from(fieldsOf(serverFinal)['v'] ?? '', 'base64');
    const { expected } = this;
    if (expected?.length === shown.length && timingSafeEqual(shown, expected)) return null;
    throw new Error('it does not know the password itself');
  }
}

function passwordMessage(body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write('p', 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function fieldsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(',').map((field) => [field[0] ?? '', field.slice(2)]));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function hex(text: string | Buffer): string {
  return createHash('md5').update(text).digest('hex');
}
