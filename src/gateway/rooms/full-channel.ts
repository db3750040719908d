import type { BareJid } from '../../component/jid.js';
import type { JoinOptions, JoinResult, KeyPair } from '../../silc/client/types.js';
import { SilcCommandError } from '../../silc/errors.js';
import { ChannelUserMode } from '../../silc/modes.js';
import { Status } from '../../silc/status.js';
import type { ChatSession } from '../sessions/chat-session.js';

const { founder } = ChannelUserMode;

/** The channel, as those come into it who are kept as admins and owners. */
interface OwnedChannel {
  readonly rights: { readonly founderKey: KeyPair | undefined };
  /** Of a local user, a `ChannelUserMode` mask. */
  readonly ownership: { ranksOf(account: BareJid): number };
}

/**
 * Admins and owners come into a full channel (XEP-0045, 7.2.9): SILC lets in whoever proves the founder's key, which takes the
 * founder's seat. Who is no owner gives it back at once; the founder of record, who is there, takes it again.
 * A silcd takes the key from those only whose own it is: there the others are refused.
 * @param join - with further options
 * @throws as `join` of the session
 */
export async function enterThoughFull(
  { rights, ownership }: OwnedChannel,
  user: BareJid,
  silc: ChatSession,
  join: (further: Pick<JoinOptions, 'founder'>) => Promise<JoinResult>,
): Promise<JoinResult> {
  try {
    return await join({});
  } catch (error) {
    const isFull = error instanceof SilcCommandError && error.status === Status.channelIsFull;
    const [ranks, { founderKey }] = [ownership.ranksOf(user), rights];
    if (!isFull || ranks === 0 || founderKey === undefined) throw error;
    const result = await join({ founder: founderKey });
    if ((ranks & founder) !== 0) return result;
    await silc.setMemberMode(result.channel.id, silc.self.clientId, { clear: founder });
    return { ...result, mode: result.mode & ~founder };
  }
}
