import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locateStore } from '../../store/dialects/index.js';
import type { StoreKey } from '../../store/key-source.js';
import { openToOthers } from './private-files.js';

/** Where the store is, and what opens it: all secrets read, all paths absolute. */
export interface StoreSettings {
  readonly url: string;
  readonly password: string | undefined;
  readonly key: StoreKey;
}

/** As the file has it. */
interface Written {
  readonly url: string;
  readonly password?: string | undefined;
  readonly password_file?: string | undefined;
  readonly key_file?: string | undefined;
}

const KEY_VARIABLE = 'SILC_XMPP_STORE_KEY';
const PASSWORD_VARIABLE = 'SILC_XMPP_STORE_PASSWORD';
/** Name of the systemd credential. */
const KEY_CREDENTIAL = 'store.key';

/** What cannot be together, in the raw file. */
export function storeFaults(raw: Readonly<Record<string, unknown>>): { path: string[]; reason: string }[] {
  return raw['password'] !== undefined && raw['password_file'] !== undefined
    ? [{ path: ['store', 'password_file'], reason: 'give password or password_file, not both' }]
    : [];
}

/** @param base folder that relative paths begin in */
export function storeSettings(
  written: Written,
  base: string,
  report: {
    /** Reads a file, and reports where it cannot be. */
    readonly secret: (key: keyof Written, file: string) => string;
    readonly fault: (key: keyof Written, reason: string) => void;
  },
): StoreSettings {
  const { url, file: database } = locateStore(written.url, base);
  if (database !== undefined && statSync(database, { throwIfNoEntry: false })?.isDirectory() === true) {
    report.fault('url', `${database} is a directory`);
  }
  const password =
    written.password ??
    (written.password_file === undefined
      ? process.env[PASSWORD_VARIABLE] || undefined
      : report.secret('password_file', written.password_file));
  const key = keyOf(written.key_file, database, base, report);
  const fault = 'file' in key ? openToOthers(key.file) : undefined;
  if (fault !== undefined) report.fault(written.key_file === undefined ? 'url' : 'key_file', fault);
  return { url, password, key };
}

function keyOf(
  keyFile: string | undefined,
  database: string | undefined,
  base: string,
  report: { readonly fault: (key: keyof Written, reason: string) => void },
): StoreKey {
  if (keyFile !== undefined) return { file: resolve(base, keyFile) };
  if (process.env[KEY_VARIABLE]) return { variable: KEY_VARIABLE };
  const credential = join(process.env['CREDENTIALS_DIRECTORY'] ?? '', KEY_CREDENTIAL);
  if (process.env['CREDENTIALS_DIRECTORY'] !== undefined && existsSync(credential)) {
    return { file: credential };
  }
  if (database !== undefined) return { file: `${database}.key` };
  report.fault(
    'key_file',
    `a PostgreSQL store needs key_file, ${KEY_VARIABLE} or the credential ${KEY_CREDENTIAL}`,
  );
  return { variable: KEY_VARIABLE };
}
