import type { Element } from '../../component/stanza.js';
import type { ChannelKeyRef, ChannelProtection } from '../../silc/client/types.js';

/** A message on a channel, once for everybody who sees it. */
export interface ChannelLine {
  readonly network: string;
  /** Room address of the channel. */
  readonly room: string;
  /** XEP-0359 id, by the room; the same for all local users. */
  readonly stanzaId: string;
  /** The `id` of the stanzas: the author's where the author is a local user. */
  readonly id: string;
  /** When the gateway published it; wall clock. */
  readonly at: Date;
  /** Occupant JID of the author. */
  readonly from: string;
  /** XEP-0421 id of the author. */
  readonly occupantId: string | undefined;
  /** Body and everything beside it, without ids. Not in any tree: copied into each stanza. */
  readonly payload: readonly Element[];
  readonly origin: 'silc' | 'jabber';
  /** Of a line from SILC. */
  readonly protection?: ChannelProtection;
  /** The key under which it came: whose session lacks it gets nothing of it. */
  readonly key?: ChannelKeyRef;
}
