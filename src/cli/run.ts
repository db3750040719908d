import { ComponentError } from '../component/errors.js';
import type { Config } from '../app/config/load.js';
import { createLog, type Logger } from '../observe/log.js';
import { createServiceManager, type ServiceManager } from '../observe/systemd.js';
import { startService, type Service } from '../app/service.js';
import { StoreError, type StoreErrorCode } from '../store/errors.js';
import { version } from '../version.js';
import type { Command } from './command.js';
import { untilCrash } from './crash.js';
import { CliError, ExitCode } from './exit-codes.js';
import { requireProcessor } from './processor.js';
import { readConfig } from './read-config.js';
import { untilSignal } from './signals.js';
import { runAtFullSpeed } from './start-small.js';

/** How long the first attachment may take before systemd is told that the service is up all the same. */
const ATTACH_PATIENCE_MS = 20_000;

interface RunOptions {
  config: string;
}

export const runCommand: Command<RunOptions> = {
  endsStartItself: true,
  builder: (yargs) =>
    yargs
      .option('config', { alias: 'c', type: 'string', demandOption: true, describe: 'configuration file' })
      .example('$0 run -c /etc/silc-xmpp-gateway/gateway.yaml', 'what the systemd unit does'),
  handler: ({ config }) => run(config),
};

/**
 * Serves until SIGTERM (the next start goes on) or SIGINT (all leave), then ends clean.
 * @param file of the configuration
 * @throws CliError
 */
export async function run(file: string): Promise<void> {
  const config = readConfig(file);
  if (config.store.url.startsWith('sqlite:')) await requireProcessor();
  const log = await createLog(config.log);
  const manager = createServiceManager((error) => log.warn({ err: error }, 'systemd-notify failed'));
  const signal = untilSignal();
  const crash = untilCrash(log);
  const reloads: Reloads = {
    read: () => readConfig(file),
    isDue: false,
    onHangup: () => (reloads.isDue = true),
  };
  const onHangup = (): void => reloads.onHangup();
  process.on('SIGHUP', onHangup);
  try {
    await serve({ config, log, manager, reloads }, Promise.race([signal.promise, crash.promise]));
  } finally {
    manager.close();
    process.off('SIGHUP', onHangup);
    crash.release();
    signal.release();
  }
}

/** How the configuration is read again, and what SIGHUP does. */
interface Reloads {
  readonly read: () => Config;
  /** There was a SIGHUP before the gateway was up. */
  isDue: boolean;
  onHangup: () => void;
}

interface Serving {
  readonly config: Config;
  readonly log: Logger;
  readonly manager: ServiceManager;
  readonly reloads: Reloads;
}

async function serve(
  { config, log, manager, reloads }: Serving,
  ended: Promise<NodeJS.Signals | Error>,
): Promise<void> {
  log.info({ version, node: process.version, domain: config.component.domain }, 'starting');
  manager.startWatchdog();
  // A gateway that waits for its Jabber server is up: only what a restart might mend should end in one.
  const patience = setTimeout(() => manager.ready('waiting for the Jabber server'), ATTACH_PATIENCE_MS);
  const service = await start(config, log, ended, reloads.read).finally(() => clearTimeout(patience));
  runAtFullSpeed();
  reloads.onHangup = () => void reload(service, log);
  if (reloads.isDue) reloads.onHangup();
  manager.ready(`serving ${config.component.domain}`);
  const cause = await ended;
  log.info(cause instanceof Error ? {} : { signal: cause }, 'stopping');
  manager.stopping();
  // SIGINT is for good; everything else is followed by another start.
  await service.stop(cause === 'SIGINT' ? 'leave' : 'suspend');
  log.info({}, 'stopped');
  if (cause instanceof Error)
    throw new CliError(ExitCode.failure, `internal error: ${cause.message}`, { cause });
}

/** What SIGHUP does. A file with faults changes nothing. */
async function reload(service: Service, log: Logger): Promise<void> {
  try {
    const { applied = [], restart = [] } = (await service.reload?.()) ?? {};
    if (restart.length === 0) log.info({ applied }, 'the configuration was read again');
    else log.warn({ applied, restart }, 'the configuration was read again; some keys need a restart');
  } catch (error) {
    log.error({ err: error }, 'the configuration was not taken over');
  }
}

/** The running service. What ends it before it is up ends the process: there is nobody to take leave of yet. */
async function start(
  config: Config,
  log: Logger,
  ended: Promise<NodeJS.Signals | Error>,
  read: () => Config,
): Promise<Service> {
  const end = ended.then((cause) => ({ cause }));
  const first = await Promise.race([startService(config, log, read).catch(explain), end]);
  if (!('cause' in first)) return first;
  log.info({ cause: first.cause }, 'stopped before the gateway was attached');
  process.exit(first.cause instanceof Error ? ExitCode.failure : ExitCode.ok);
}

/** What may be over at the next start: the other gateway has ended, the disk has room again. */
const PASSING: ReadonlySet<StoreErrorCode> = new Set(['locked', 'io', 'busy']);

function explain(error: unknown): never {
  const isLasting =
    error instanceof ComponentError || (error instanceof StoreError && !PASSING.has(error.code));
  throw new CliError(
    isLasting ? ExitCode.config : ExitCode.failure,
    error instanceof Error ? error.message : String(error),
    { cause: error },
  );
}
