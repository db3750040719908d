import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeText } from '../../silc/packets/text.js';
import { LineError } from './item.js';
import { contentOf, isMissing, writeWhole } from './local-files.js';

/** Servers that a file may hold. */
const MAX_SERVERS = 10_000;

const linePattern = /^(\S+) ([0-9a-f]{40})$/;

/** The keys of servers that were trusted at first use. */
export interface ServerKeys {
  /** The fingerprint of a server, 40 hex digits; undefined where it is not known yet. */
  find(host: string, port: number): Promise<string | undefined>;
  /** Remembers a fingerprint, in place of another one of the same server. */
  remember(host: string, port: number, fingerprint: string): Promise<void>;
}

/** They in a file of lines `host:port fingerprint`. Methods throw LineError for a damaged one, and what the file system says. */
export class KnownServers implements ServerKeys {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async find(host: string, port: number): Promise<string | undefined> {
    return (await this.#read()).get(placeOf(host, port));
  }

  async remember(host: string, port: number, fingerprint: string): Promise<void> {
    const known = await this.#read();
    known.set(placeOf(host, port), fingerprint);
    if (known.size > MAX_SERVERS) throw new LineError(`${this.#file} holds too many servers`);
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    const lines = [...known].map(([place, digits]) => `${place} ${digits}\n`);
    await writeWhole(this.#file, () => lines.join(''));
  }

  async #read(): Promise<Map<string, string>> {
    let text: string;
    try {
      text = decodeText(await contentOf(this.#file));
    } catch (error) {
      if (isMissing(error)) return new Map();
      throw error;
    }
    const known = new Map<string, string>();
    for (const line of text.split(/\r?\n/)) {
      if (line === '' || line.startsWith('#')) continue;
      const [, place, digits] = linePattern.exec(line) ?? [];
      // A file that was damaged must not make a known server one that is new.
      if (place === undefined || digits === undefined) {
        throw new LineError(`${this.#file} has a line that is not HOST:PORT FINGERPRINT`);
      }
      known.set(place, digits);
    }
    return known;
  }
}

/** A host whose name could not stand in a line is refused before. */
function placeOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host.toLowerCase()}:${port}`;
}
