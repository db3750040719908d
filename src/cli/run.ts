import type { CommandModule } from 'yargs';
import { ComponentError } from '../component/errors.js';
import type { Config } from '../config.js';
import { createLog, type Logger } from '../observe/log.js';
import { createServiceManager } from '../observe/systemd.js';
import { startService } from '../service.js';
import { StoreError } from '../store/errors.js';
import { version } from '../version.js';
import { readConfig } from './check.js';
import { CliError, ExitCode } from './exit-codes.js';
import { untilSignal } from './signals.js';

interface RunOptions {
  config: string;
}

/** Serves until SIGTERM or SIGINT, then ends clean with exit code 0. */
export const runCommand: CommandModule<object, RunOptions> = {
  command: 'run',
  describe: 'Run the gateway until SIGTERM or SIGINT',
  builder: (yargs) =>
    yargs
      .option('config', { alias: 'c', type: 'string', demandOption: true, describe: 'configuration file' })
      .example('$0 run -c /etc/silc-xmpp-gateway/gateway.yaml', 'what the systemd unit does'),
  handler: async ({ config: file }) => {
    const config = readConfig(file);
    const log = createLog(config.log);
    const manager = createServiceManager((error) => log.warn({ err: error }, 'systemd-notify failed'));
    watchUnhandled(log);
    const signal = untilSignal();
    log.info({ version, node: process.version, domain: config.component.domain }, 'starting');
    manager.status('attaching to the Jabber server');
    const service = await start(config, log, signal.promise);
    if (service === undefined) return;
    manager.ready(`serving ${config.component.domain}`);
    manager.startWatchdog(() => true);
    const name = await signal.promise;
    log.info({ signal: name }, 'stopping');
    manager.stopping();
    await service.stop();
    manager.close();
    log.info({}, 'stopped');
  },
};

/** The running service; undefined when a signal came before it was up. */
async function start(config: Config, log: Logger, signalled: Promise<string>) {
  const starting = startService(config, log);
  const first = await Promise.race([starting.catch(explain), signalled]);
  if (typeof first !== 'string') return first;
  // Ended while the Jabber server was not there yet: what is half up goes down when it is up.
  log.info({ signal: first }, 'stopped before the gateway was attached');
  starting.then(
    (service) => service.stop(),
    () => undefined,
  );
  process.exit(ExitCode.ok);
}

function explain(error: unknown): never {
  if (error instanceof ComponentError || error instanceof StoreError) {
    throw new CliError(ExitCode.config, error.message, { cause: error });
  }
  throw new CliError(ExitCode.failure, error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

/** Errors that nobody handled are bugs: they are told, and the other users' sessions go on. */
function watchUnhandled(log: Logger): void {
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  process.on('uncaughtException', (error) => log.error({ err: error }, 'uncaught exception'));
}
