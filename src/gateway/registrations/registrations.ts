import { fromUtf8, utf8 } from '../../silc/bytes.js';
import type { UserRecordRepository } from '../../store/user-types.js';
import type { Log } from '../log-types.js';

const KIND = 'registration';

/** What a user has registered with. */
export interface Registration {
  readonly nick: string;
  /** For servers that want one. */
  readonly passphrase: string | undefined;
  /** Undefined: all. */
  readonly network: string | undefined;
}

/** Who is registered with the gateway. Who is not can do all the same, but is not connected by being online. */
export class Registrations {
  readonly #repository: UserRecordRepository;
  readonly #log: Log;
  readonly #users = new Set<string>();

  constructor(repository: UserRecordRepository, log: Log) {
    this.#repository = repository;
    this.#log = log;
  }

  /** To be called before anything else. @throws StoreError */
  async load(): Promise<void> {
    for (const user of await this.#repository.users(KIND)) this.#users.add(user);
  }

  /** Bare JIDs. */
  get users(): ReadonlySet<string> {
    return this.#users;
  }

  /** @throws StoreError */
  async find(user: string): Promise<Registration | undefined> {
    if (!this.#users.has(user)) return undefined;
    const content = await this.#repository.find(user, KIND, '');
    return content && this.#decode(content);
  }

  /** @throws StoreError */
  async save(user: string, registration: Registration): Promise<void> {
    await this.#repository.save(user, KIND, '', utf8(JSON.stringify(registration)));
    this.#users.add(user);
  }

  /** @throws StoreError */
  async remove(user: string): Promise<void> {
    await this.#repository.save(user, KIND, '', undefined);
    this.#users.delete(user);
  }

  #decode(content: Uint8Array): Registration | undefined {
    try {
      const said: unknown = JSON.parse(fromUtf8(content));
      const fields: Readonly<Record<string, unknown>> =
        typeof said === 'object' && said !== null ? { ...said } : {};
      const text = (name: string): string | undefined => {
        const value = fields[name];
        return typeof value === 'string' ? value : undefined;
      };
      return { nick: text('nick') ?? '', passphrase: text('passphrase'), network: text('network') };
    } catch (error) {
      this.#log.warn({ err: error }, 'a registration could not be read');
      return undefined;
    }
  }
}
