import type { Channel as SilcChannel } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import { withDeadline } from '../../util/race.js';
import type { ChatSession } from '../sessions/chat-session.js';

type Link = { readonly silc: ChatSession; readonly silcChannel: SilcChannel };

/** One who has joined by one session is known to all others of the server after this, or will not be. */
const KNOWN_MS = 5_000;

/**
 * Waits until the session that changes a member knows of it: who has just joined knows that earlier than others hear it.
 * @param links - of all local users: one of them tells who has joined
 */
export async function whenKnown(
  { silc, silcChannel }: Link,
  links: readonly Link[],
  clientId: ClientId,
): Promise<void> {
  const isKnown = (): boolean =>
    clientId === silc.self.clientId || silc.channels.get(silcChannel.id)?.members.has(clientId) === true;
  if (isKnown()) return;
  const removers: (() => void)[] = [];
  const known = new Promise<void>((resolve) => {
    for (const link of links) {
      removers.push(
        link.silc.subscribe((event) => {
          if (event.type === 'member-joined' && isKnown()) resolve();
        }),
      );
    }
  });
  try {
    // After that the server says what is wrong.
    await withDeadline(known, KNOWN_MS, () => new Error('late')).catch(() => undefined);
  } finally {
    for (const remove of removers) remove();
  }
}
