import type { BareJid } from '../../component/jid.js';
import { NS_HATS } from '../../mapping/hats.js';
import { othersAsSeen } from '../channels/others-shown.js';
import { trust } from '../commands/trust/trust.js';
import { trustedKeys } from '../commands/trust/trusted-keys.js';
import { verify } from '../commands/trust/verify.js';
import type { Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** Keys of contacts: what users say of them by commands. Conversations ask `context.trust`, rooms show a hat. */
export function keyTrust({ context, sessions, contacts }: FeatureParts): Feature {
  /** Rooms show once more whom the user has verified, and whom not. */
  function changed(user: BareJid, network: string): void {
    void contacts.keysChanged(user, network);
    for (const room of sessions.find({ bare: user }, network)?.rooms.values() ?? []) {
      for (const presence of othersAsSeen(context, room.channel, room))
        room.channel.delivery.toMember(room, presence);
    }
  }

  const parts = { context, changed };
  return {
    name: 'keys of contacts',
    specs: [
      {
        xep: 317,
        title: 'Hats',
        version: '0.2',
        date: '2023-06-28',
        status: 'partial',
        part: 'a hat for whose key one has verified',
        leftOut: 'creating and assigning hats (3), since SILC has its own roles',
        namespaces: [NS_HATS],
      },
    ],
    commands: [trust(parts), verify(parts), trustedKeys(parts)],
  };
}
