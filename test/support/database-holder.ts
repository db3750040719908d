import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another process that holds the write lock of an SQLite file, as a backup does, or somebody with a shell. */
export class DatabaseHolder {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** Resolves when the lock is held. */
  static async hold(path: string): Promise<DatabaseHolder> {
    const folder = mkdtempSync(join(tmpdir(), 'database-holder-'));
    const script = join(folder, 'holder.mjs');
    writeFileSync(
      script,
      `import Database from ${JSON.stringify(import.meta.resolve('libsql'))};
       const file = new Database(${JSON.stringify(path)});
       file.pragma('busy_timeout = 10000');
       file.exec('BEGIN EXCLUSIVE');
       process.send('held');
       process.on('message', () => {
         file.exec('ROLLBACK');
         file.close();
         process.disconnect();
       });`,
    );
    const child = fork(script);
    await once(child, 'message');
    return new DatabaseHolder(child, folder);
  }

  /** Resolves when the lock is free. Safe to call twice. */
  async release(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      if (this.#child.connected) this.#child.send('release');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
