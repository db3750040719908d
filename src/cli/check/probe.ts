import type { Config } from '../../app/config/load.js';
import { type StoreTrial, tryStore } from '../../store/trial.js';
import { withDeadline } from '../../util/race.js';
import { probeJabberServer } from './jabber-server.js';
import { probeNetworks } from './networks.js';

/** How long the trial of the store may take. */
const STORE_MS = 30_000;

/**
 * Tries everything that a configuration names: store, Jabber server, SILC servers, side by side.
 * @returns what does not work
 */
export async function probeAll(config: Config, tell: (line: string) => void): Promise<readonly string[]> {
  const store = await probeStore(config, tell);
  const [jabber, networks] = await Promise.all([
    probeJabberServer(config, store?.holder),
    probeNetworks(config, store?.pins ?? new Map()),
  ]);
  for (const line of [jabber, ...networks].flatMap(({ lines }) => lines)) tell(line);
  return [
    ...(store === undefined ? ['the store'] : []),
    ...(jabber.isGood ? [] : ['the link to the Jabber server']),
    ...networks.filter(({ isGood }) => !isGood).map(({ place }) => place),
  ];
}

async function probeStore({ store }: Config, tell: (line: string) => void): Promise<StoreTrial | undefined> {
  try {
    const trial = await withDeadline(tryStore(store), STORE_MS, () => new Error('it does not answer'));
    const { name, isNew, holder } = trial;
    const state = isNew
      ? 'nothing is there yet, and a database can be made'
      : 'opened, a row written and removed';
    tell(`store: ${name}: ${state}${holder === undefined ? '' : `; in use by ${holder}`}`);
    return trial;
  } catch (error) {
    tell(`store: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
