import { ExitCode } from './exit-codes.js';

/** As `engines` in package.json has it. */
const NEEDED = [20, 19] as const;

/**
 * Ends the process with one line where this Node is too old. It is called before anything else is imported: what an old Node does not
 * know fails while it is read, with an error that tells nobody what to do.
 */
export function requireNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  process.stderr.write(
    `silc-xmpp-gateway needs Node ${NEEDED.join('.')} or a later one; this is ${process.versions.node} (${process.execPath})\n`,
  );
  process.exit(ExitCode.config);
}
