import { execFile } from 'node:child_process';
import { PROCESSOR_FAULT } from '../processor-fault.js';

/** How long a database in memory may take, milliseconds. */
const TRIAL_MS = 20_000;

/** Opens a throw-away database, and writes into it. */
const TRIAL = `
import Database from ${JSON.stringify(import.meta.resolve('libsql'))};
const database = new Database(':memory:');
database.exec('CREATE TABLE trial (one INTEGER)');
database.prepare('INSERT INTO trial (one) VALUES (?)').run(1);
database.close();
`;

/**
 * Tries the library of the SQLite store in a process of its own: on a processor without the instructions that it was built for it ends
 * the process without a word.
 * @param script for tests
 * @returns what is wrong; undefined where it works
 */
export function tryDatabaseLibrary(script = TRIAL): Promise<string | undefined> {
  return new Promise((resolve) => {
    const args = ['--input-type=module', '--eval', script];
    execFile(process.execPath, args, { timeout: TRIAL_MS, env: {} }, (error, _out, said) => {
      if (error === null) resolve(undefined);
      else if (error.signal === 'SIGILL') resolve(PROCESSOR_FAULT);
      else {
        const reason = /^\w*Error:.*$/m.exec(said)?.[0] ?? `it ended with ${error.signal ?? error.code}`;
        resolve(`the SQLite library does not work on this machine: ${reason}`);
      }
    });
  });
}
