import type { Channel as SilcChannel, JoinResult } from '../../silc/client/types.js';
import type { KeptAffiliations } from '../affiliations/kept-affiliations.js';
import type { KeptConfiguration } from './kept-configuration.js';
import type { Ownership } from './ownership.js';
import type { AnyText } from '../../text/text.js';

/** The channel, as its rights need it. */
export interface RightsChannel {
  readonly network: string;
  readonly jid: string;
  /** Prepared name. */
  readonly name: string;
  /** As it is now, whatever its users have been told. */
  readonly configuration: Pick<KeptConfiguration, 'mode' | 'userLimit' | 'topic'>;
  readonly affiliations: Pick<KeptAffiliations, 'of' | 'reconsider'>;
  readonly ownership: Pick<Ownership, 'ranksOf' | 'settle'>;
  /** What is kept of it; to be awaited before anybody is shown. @throws StoreError */
  load(): Promise<unknown>;
  /**
   * The channel is put back, or will not be: the users are told what has really changed.
   * @param state - how it is now, where the news of that is still on its way
   */
  configured(state?: SilcChannel): void;
  /** It is another channel than the one before of that name: nothing that was kept is about it. */
  begun(): Promise<void>;
  /** The users are told that protections are gone. */
  unprotected(lost: readonly AnyText[]): void;
}

/** How a user has come onto the channel. */
export interface Arrival extends Pick<JoinResult, 'channel' | 'created' | 'lists' | 'founderKey'> {
  /** After the link was lost. */
  readonly isBack: boolean;
  /** With which the channel let the user in. */
  readonly passphrase: string | undefined;
}
