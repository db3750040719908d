import { StanzaError } from '../../component/stanza.js';
import type { Element } from '../../component/types.js';
import { xmppError } from '../../mapping/errors.js';
import { reflectedPayload, type SilcContent } from '../../mapping/message.js';
import type { Channel as SilcChannel, SentMessage } from '../../silc/client/types.js';
import { SilcError, SilcInDoubtError } from '../../silc/errors.js';
import { ChannelMode, ChannelUserMode } from '../../silc/modes.js';
import type { GatewayContext } from '../context.js';
import { handOver } from '../sessions/hand-over.js';
import { MAX_TRIES } from '../sessions/until-handed-over.js';
import type { LocalLine } from '../channels/lines.js';
import type { MessagesInDoubt } from '../sessions/messages-in-doubt.js';
import type { RoomLink, RoomView } from './room-view.js';
import { monotonicMs } from '../../util/clock.js';
import { text, textIn } from '../../text/text.js';

/** Messages of one user to one channel that wait, mostly for a broken link. */
const MAX_WAITING = 100;
const IN_DOUBT = text(({ rooms }) => rooms.lineInDoubt);

interface OutgoingLine {
  readonly attrs: Element['attrs'];
  readonly payload: readonly Element[];
  /** For SILC; undefined where only local users get it. */
  readonly content: SilcContent | undefined;
  readonly sent: () => void;
  readonly failed: (error: Error) => void;
  /** The local users have it. */
  isPublished: boolean;
  tries: number;
  /** It was said where the members use a private key: it never goes without one. */
  readonly isPrivate: boolean;
  /** When it was said. */
  readonly since: number;
}

/**
 * What a user says on a channel, in the order it came. Local users get it when it is handed to the link, or at once while the
 * link is lost and no private key is in use; SILC gets it when there is a link. Each message is reflected, or answered with an error, or both: where the
 * local users have it and SILC could not be told, or perhaps not (`MessagesInDoubt`).
 */
export class OutgoingLines {
  readonly #context: GatewayContext;
  readonly #room: RoomView;
  readonly #inDoubt: MessagesInDoubt;
  readonly #waiting: OutgoingLine[] = [];
  #isSending = false;

  constructor(context: GatewayContext, room: RoomView, inDoubt: MessagesInDoubt) {
    this.#context = context;
    this.#room = room;
    this.#inDoubt = inDoubt;
  }

  /**
   * Resolves when it was handed to the link, or to the local users where it is for them only.
   * @param content what SILC users get; undefined: nothing
   * @throws StanzaError, SilcError when it was not and will not be
   */
  async say(stanza: Element, content: SilcContent | undefined): Promise<void> {
    this.#checkVoice();
    if (this.#waiting.length >= MAX_WAITING || this.#inDoubt.isFull) {
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ errors }) => errors.tooManyMessagesWaiting),
      );
    }
    await new Promise<void>((sent, failed) => {
      const { attrs } = stanza;
      const payload = reflectedPayload(stanza, this.#context.domain);
      const since = monotonicMs();
      const isPrivate = this.#isPrivate;
      const state = { isPublished: false, tries: 0 };
      this.#waiting.push({ attrs, payload, content, sent, failed, isPrivate, since, ...state });
      this.resume();
    });
  }

  /** To be called when the link is lost, and when it is there again. */
  resume(): void {
    const { link, isReconnecting } = this.#room;
    // Who has not the private key of a channel reads nothing that is under it: which key that will be tells the link.
    const isPrivate = this.#isPrivate;
    if (isReconnecting && !isPrivate) for (const line of this.#waiting) this.#publish(line);
    if (!this.#isSending) this.#passLocal(isPrivate);
    const [next] = this.#waiting;
    if (next === undefined || link === undefined || this.#isSending) return;
    this.#isSending = true;
    void this.#send(next, link).finally(() => {
      this.#isSending = false;
      this.resume();
    });
  }

  /**
   * What comes next and is for local users only goes to them, in its order; while the link is lost all of it. Where the members have a
   * private key, it goes to those who have the one of its author, as a line would.
   */
  #passLocal(isPrivate: boolean): void {
    const { isReconnecting, link } = this.#room;
    for (const line of [...this.#waiting]) {
      if (line.content !== undefined) {
        if (isReconnecting) continue;
        return;
      }
      if (isPrivate && link === undefined) return;
      const key = isPrivate ? link?.silc.sendingPrivateKey(link.silcChannel.id) : undefined;
      this.#remove(line);
      if (isPrivate && key === undefined) line.failed(noPrivateKey());
      else {
        this.#publish(line, key && { protection: 'private-key', key });
        line.sent();
      }
    }
  }

  /** The room is left: what waits will not be sent. */
  stop(error: StanzaError): void {
    for (const line of this.#waiting.splice(0)) line.failed(failureOf(line, error));
  }

  async #send(line: OutgoingLine, { silc, silcChannel }: RoomLink): Promise<void> {
    const { channel } = this.#room;
    if (line.content === undefined) return;
    let withdraw = (): void => undefined;
    try {
      this.#checkVoice();
      if (line.isPrivate) await this.#checkPrivateKeys(silcChannel);
      const handed = (sent: SentMessage): void => {
        channel.recognise(sent.digest);
        this.#publish(line, sent);
        const hasArrived = (): boolean => channel.wasHeard(sent.digest);
        withdraw = this.#inDoubt.handed(silc, sent, { attrs: line.attrs, text: IN_DOUBT, hasArrived });
      };
      const isSigned = this.#context.preferences.get(this.#room.user, 'sign', channel);
      await handOver(silc, { channel: silcChannel.id }, line.content, handed, isSigned);
      this.#context.metrics.increment('messages_to_silc');
      this.#context.metrics.took('message_to_silc_seconds', monotonicMs() - line.since);
      this.#remove(line);
      line.sent();
    } catch (error) {
      if (error instanceof SilcInDoubtError) {
        this.#remove(line);
        line.sent();
        return;
      }
      withdraw();
      // It was not handed over: the message waits for the link like those behind it.
      const isBroken = error instanceof SilcError && this.#room.isReconnecting;
      if (isBroken && ++line.tries < MAX_TRIES) return;
      this.#remove(line);
      line.failed(failureOf(line, error));
    }
  }

  /** The members use a private key, as far as the local users know. */
  get #isPrivate(): boolean {
    return (this.#room.channel.toldMode & ChannelMode.privateKey) !== 0;
  }

  #publish(line: OutgoingLine, sent?: LocalLine['sent']): void {
    if (line.isPublished) return;
    line.isPublished = true;
    const { attrs, payload } = line;
    this.#room.channel.publishLocal(this.#room, { id: attrs.id, payload, sent });
  }

  #remove(line: OutgoingLine): void {
    const index = this.#waiting.indexOf(line);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** A server that has forgotten the mode is told it again by the founder's session. @throws StanzaError where it is not so */
  async #checkPrivateKeys(silcChannel: SilcChannel): Promise<void> {
    const isSo = (): boolean => (silcChannel.mode & ChannelMode.privateKey) !== 0;
    if (!isSo()) await this.#room.channel.rights.settled();
    if (!isSo()) throw privateKeyLost();
  }

  /** The server drops messages of silenced users without a word, so they are refused here. @throws StanzaError auth/forbidden. */
  #checkVoice(): void {
    const mode = this.#room.self?.mode ?? 0;
    const has = (bit: number): boolean => (mode & bit) !== 0;
    const silences = (bit: number): boolean => (this.#room.channel.mode & bit) !== 0;
    const isFounder = has(ChannelUserMode.founder);
    const isOperator = has(ChannelUserMode.operator);
    const isSilenced =
      has(ChannelUserMode.quiet) ||
      (silences(ChannelMode.silenceUsers) && !isOperator && !isFounder) ||
      (silences(ChannelMode.silenceOperators) && isOperator && !isFounder);
    if (isSilenced)
      throw new StanzaError(
        'auth',
        'forbidden',
        text(({ rooms }) => rooms.noVoice),
      );
  }
}

/** The server has forgotten the mode while the link was lost, or somebody has taken it away meanwhile. */
const privateKeyLost = (): StanzaError =>
  new StanzaError(
    'cancel',
    'not-acceptable',
    text(({ rooms }) => rooms.privateKeyLost),
  );

/** As of a line that SILC would have got. */
const noPrivateKey = (): SilcError =>
  new SilcError('unsupported', 'no private key of the channel is set here');

/** Says so where the local users have a message that SILC will not get. */
function failureOf({ isPublished }: OutgoingLine, error: unknown): Error {
  if (!isPublished) return error instanceof Error ? error : new Error('not sent', { cause: error });
  const { type, condition, text: why } = xmppError(error, 'message');
  return new StanzaError(
    type,
    condition,
    text(({ rooms }, language) => rooms.lineNotOnSilc(textIn(language, why))),
  );
}
