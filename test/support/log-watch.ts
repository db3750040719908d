import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Element } from '../../src/component/element.js';
import { openStore } from '../../src/store/open.js';
import { secrets } from './secrets/watch.js';

/** Shorter ones are in every other word; the tests use longer ones where it matters. */
const LEAST_LENGTH = 6;
/** With two left out and two digits cut off, eleven digits of base64 remain. */
const LEAST_OCTETS = 12;
/** Users of a large store whose keys are looked for. */
const SOME_USERS = 200;
/** What is kept of a log, in units of text. */
const MAX_UNITS = 64 << 20;
/** Octets of the middle of a private key: its beginning is the same for many. */
const SAMPLE = 24;

/** Secrets that Jabber users of this process have sent, by what they are. */
const sent = new Map<string, string>();

/** Fields of forms, and elements, whose values are secrets. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'muc#roomconfig_roomsecret',
  'passphrase',
  'password',
  'silc_passphrase',
]);

/** A user is about to send this: what is secret in it must be in no log. */
export function noteSecrets(stanza: Element): void {
  const visit = (element: Element): void => {
    const { name, attrs } = element;
    const isSecret =
      name === 'password' ||
      (name === 'field' && (attrs.type === 'text-private' || SECRET_FIELDS.has(attrs.var ?? '')));
    if (isSecret) {
      const text = name === 'field' ? (element.getChildText('value') ?? '') : element.getText();
      if (text.length >= LEAST_LENGTH) sent.set(text, `${name} ${attrs.var ?? ''} of a user`);
      secrets.text(`${name} ${attrs.var ?? ''} of a user`, text);
    }
    for (const child of element.getChildElements()) visit(child);
  };
  visit(stanza);
}

/** All lines of a gateway's logs, and the secrets that must not be in them. */
export class LogWatch {
  readonly #secrets = new Map<string, string>();
  #lines: string[] = [];
  #units = 0;

  /** A stream for the log. */
  write(text: string): void {
    if (this.#units + text.length > MAX_UNITS) return;
    this.#units += text.length;
    this.#lines.push(text);
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** A text: as it is, and as it stands in JSON and in URLs. */
  text(what: string, secret: string | undefined): void {
    if (secret === undefined || secret.length < LEAST_LENGTH) return;
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
      this.#secrets.set(form, what);
    }
  }

  /**
   * Octets: as hex digits, in base64, and as a list of numbers.
   * @throws when there are so few that random text has the same in base64
   */
  octets(what: string, secret: Uint8Array): void {
    if (secret.length < LEAST_OCTETS) throw new RangeError(`${what} has ${secret.length} octets only`);
    const buffer = Buffer.from(secret);
    const hex = buffer.toString('hex');
    // At another place of a text the digits of base64 are others, but for every third octet.
    const shifted = [0, 1, 2].map((skip) =>
      buffer.subarray(skip).toString('base64').replace(/=+$/, '').slice(0, -2),
    );
    for (const form of [
      hex,
      hex.toUpperCase(),
      ...shifted,
      [...buffer].join(','),
      buffer.toString('latin1'),
    ]) {
      this.#secrets.set(form, what);
    }
  }

  /** Everything secret in a configuration, as it is written. */
  configuration(config: unknown): void {
    if (typeof config !== 'object' || config === null) return;
    for (const [key, value] of Object.entries(config)) {
      if (typeof value === 'string' && /^(?:secret|passphrase|password)$/.test(key)) this.text(key, value);
      else this.configuration(value);
    }
  }

  /** The key of a store that no gateway has open, and the private keys in it. */
  async store(url: string, keyFile: string, mostUsers = 10_000): Promise<void> {
    this.octets('the key of the store', readFileSync(keyFile));
    const store = await openStore({ url, key: { file: keyFile } });
    try {
      for (const user of await store.identities.users(mostUsers)) {
        const identity = await store.identities.find(user);
        const middle = (identity?.privateKey.length ?? 0) >> 1;
        if (identity === undefined) continue;
        this.octets(`the private key of ${user}`, identity.privateKey.subarray(middle, middle + SAMPLE));
      }
    } finally {
      await store.close();
    }
  }

  /** @throws with the lines in which a secret stands, the secret itself left out */
  check(): void {
    for (const [secret, what] of sent) this.text(what, secret);
    const log = this.#lines.join('');
    const found = [...this.#secrets].filter(([secret]) => log.includes(secret));
    if (found.length === 0) return;
    const told = found.map(([secret, what]) => {
      const at = log.indexOf(secret);
      const line = log
        .slice(log.lastIndexOf('\n', at) + 1, log.indexOf('\n', at))
        .replaceAll(secret, '[secret]');
      return `${what}: ${line}`;
    });
    throw new Error(`secrets stand in the log of the gateway:\n${told.join('\n')}`);
  }
}

/**
 * The log of a gateway's process that has ended, in the folder where its configuration (`gateway.yaml`, in JSON) and its store are.
 * @throws as `check`
 */
export async function checkGatewayFolder(folder: string): Promise<void> {
  const [log = '', config = '', database = ''] = ['gateway.log', 'gateway.yaml', 'gateway.db'].map((name) =>
    join(folder, name),
  );
  if (!existsSync(log)) return;
  const watch = new LogWatch();
  watch.configuration(JSON.parse(readFileSync(config, 'utf8')));
  if (existsSync(database)) await watch.store(`sqlite:${database}`, `${database}.key`, SOME_USERS);
  watch.write(readFileSync(log, 'utf8'));
  watch.check();
}
