import { commands, type ListEntry } from '../../commands/index.js';
import type { WatchRequest } from '../../commands/watch.js';
import { encodePayload } from '../../packets/codec.js';
import { publicKeyPayload, PublicKeyType } from '../../packets/public-key-payload.js';
import type { WatchTarget } from '../api/presence.js';
import type { SessionContext } from '../context.js';

/** Tells the server whom to watch, or not any more. @throws SilcError, SilcCommandError */
export async function watchCommand(
  { network, queue }: Pick<SessionContext, 'network' | 'queue'>,
  target: WatchTarget,
  action: 'add' | 'delete',
  priority: 'user' | 'background',
): Promise<void> {
  const request = (): WatchRequest => {
    const own = { clientId: network.self.clientId };
    if ('nickname' in target) return { ...own, [action]: target.nickname };
    const payload = { type: PublicKeyType.silc, data: target.publicKey.encoded };
    const entry: ListEntry = {
      type: action === 'add' ? 0 : 1,
      data: encodePayload(publicKeyPayload, payload),
    };
    return { ...own, keys: [entry] };
  };
  await queue.run(commands.watch, request, { priority });
}

/** How many routers the server knows of: without any it does not tell who comes and goes. Never rejects. */
export async function knownRouters({
  queue,
  serverId,
}: Pick<SessionContext, 'queue' | 'serverId'>): Promise<number> {
  try {
    const { statistics } = await queue.run(commands.stats, () => ({ serverId }), { priority: 'background' });
    return statistics?.routers ?? 0;
  } catch {
    // Polling is what works everywhere.
    return 0;
  }
}
