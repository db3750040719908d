import { createHmac, randomBytes } from 'node:crypto';
import { withoutSecrets } from '../../app/config/secrets.js';

/** Fields of log lines that are taken along as they are, where their values are of these forms. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set([
  ...[
    'level',
    'time',
    'msg',
    'part',
    'version',
    'node',
    'domain',
    'network',
    'server',
    'code',
    'reason',
    'event',
  ],
  ...[
    'stanza',
    'type',
    'command',
    'signal',
    'sections',
    'port',
    'host',
    'retryMs',
    'first',
    'lines',
    'fingerprint',
  ],
  ...['known', 'hook', 'err', 'message', 'name', 'stack', 'cause', 'status', 'condition'],
]);

// A local part may have nearly anything in it; what follows is a host name.
const ADDRESS = /[^\s"'<>@/:,;()[\]{}=&|]{1,1023}@((?:[a-z0-9-]+\.)*[a-z0-9-]+)(?:\/[^\s"'<>,;)\]}]+)?/giu;
/** Keys, digests and the like; a fingerprint has 40 digits and is public. */
const LONG_HEX = /\b(?![0-9a-f]{40}\b)[0-9a-f]{32,}\b/gi;
const LONG_BASE64 = /(?<![\w/+-])(?=[\w/+-]*[A-Z])(?=[\w/+-]*[a-z])(?=[\w/+-]*\d)[\w/+-]{40,}={0,2}/g;

/** Takes out of texts what is nobody else's business. The same address has the same name in one bundle, and another one in the next. */
export class Scrubber {
  readonly #secrets: readonly string[];
  readonly #domain: string;
  readonly #salt = randomBytes(32);

  /** @param domain of the gateway, which stays as it is */
  constructor(secrets: readonly string[], domain: string) {
    this.#secrets = secrets;
    this.#domain = domain;
  }

  /** Without secrets, and with names in place of addresses. */
  text(text: string): string {
    return withoutSecrets(text, this.#secrets)
      .replace(ADDRESS, (address: string, domain: string) => this.#nameOf(address, domain))
      .replace(LONG_HEX, '[key]')
      .replace(LONG_BASE64, '[key]');
  }

  /** Lines of a log; of what is no line of ours only that it was there. */
  log(lines: readonly string[]): string {
    return lines.map((line) => this.#line(line)).join('\n');
  }

  #line(line: string): string {
    let fields: unknown;
    try {
      // The journal's priority may stand before it.
      fields = JSON.parse(line.replace(/^<\d>/, ''));
    } catch {
      return '[a line that is not of the gateway]';
    }
    return this.text(JSON.stringify(this.#fields(fields, '')));
  }

  #fields(value: unknown, name: string): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#fields(item, name));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#fields(one, key)]));
    }
    if (typeof value !== 'string' || PLAIN_FIELDS.has(name)) return value;
    // Addresses get their names with those in texts.
    return value.replace(ADDRESS, '') === '' ? value : this.#pseudonym(value);
  }

  #nameOf(address: string, domain: string): string {
    const isOwn = domain.toLowerCase() === this.#domain;
    return `${this.#pseudonym(address.split('/', 1)[0] ?? '')}@${isOwn ? domain : this.#pseudonym(domain)}`;
  }

  #pseudonym(text: string): string {
    return `x${createHmac('sha256', this.#salt).update(text.toLowerCase()).digest('hex').slice(0, 8)}`;
  }
}
