import { type Element, StanzaError } from '../component/stanza.js';
import { groupMessage, reflectedPayload, type Speech } from '../mapping/message.js';
import { topicOf } from '../mapping/subject.js';
import type { Channel, SilcSession } from '../silc/client/types.js';
import { SilcError } from '../silc/errors.js';
import { ChannelMode, ChannelUserMode } from '../silc/modes.js';
import { SerialQueue } from '../util/serial-queue.js';
import { tooManyWaiting } from './failures.js';
import type { Room } from './room.js';

/** Messages of one user to one channel that wait, mostly for a broken link. */
const MAX_WAITING = 100;
/** Links that may break under one message. */
const MAX_TRIES = 3;

/** What a user says on a channel. Messages go out in the order they came; each is reflected or answered with an error. */
export class RoomSpeech {
  readonly #room: Room;
  readonly #queue = new SerialQueue(MAX_WAITING, tooManyWaiting);

  constructor(room: Room) {
    this.#room = room;
  }

  /** Sends to the channel, then reflects to every client of the user. @throws StanzaError, SilcError when not sent. */
  say(stanza: Element, speech: Speech): Promise<void> {
    return this.#queue.run(async () => {
      const digest = await this.#send(speech);
      this.#room.context.metrics.increment('messages_to_silc');
      this.#reflect(stanza, digest);
    });
  }

  /** Changes the topic; the room shows it when the server tells it. @throws StanzaError, SilcError */
  async setTopic(subject: string): Promise<void> {
    const { silc, channel } = await this.#room.whenJoined();
    const topic = topicOf(subject);
    if (topic === '') {
      throw new StanzaError(
        'modify',
        'not-acceptable',
        'A topic of SILC can be replaced, but not taken away.',
      );
    }
    await silc.setTopic(channel.id, topic);
  }

  async #send(speech: Speech): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const { silc, channel } = await this.#room.whenJoined();
      checkVoice(silc, channel);
      try {
        const { digest } = await silc.say(channel.id, speech.text, { kind: speech.kind });
        return digest;
      } catch (error) {
        // It was not handed over: the message waits for the link like those behind it.
        const isBroken = error instanceof SilcError && this.#room.isMending;
        if (!isBroken || attempt >= MAX_TRIES) throw error;
      }
    }
  }

  #reflect(stanza: Element, digest: string): void {
    const { self, jid: room, context } = this.#room;
    if (self === undefined) return;
    const stanzaId = context.ids.stanzaId(room, digest);
    this.#room.broadcast((to) =>
      groupMessage({
        from: self.jid,
        to,
        room,
        id: stanza.attrs.id ?? stanzaId,
        stanzaId,
        // Each stanza needs its own copy: an element hangs in one tree only.
        payload: reflectedPayload(stanza, context.domain),
        occupantId: self.occupantId,
      }),
    );
  }
}

/** The server drops messages of silenced users without a word, so they are refused here. @throws StanzaError auth/forbidden. */
function checkVoice(silc: SilcSession, channel: Channel): void {
  const mode = channel.members.get(silc.self.clientId)?.mode ?? 0;
  const has = (bit: number): boolean => (mode & bit) !== 0;
  const isFounder = has(ChannelUserMode.founder);
  const isOperator = has(ChannelUserMode.operator);
  const isSilenced =
    has(ChannelUserMode.quiet) ||
    ((channel.mode & ChannelMode.silenceUsers) !== 0 && !isOperator && !isFounder) ||
    ((channel.mode & ChannelMode.silenceOperators) !== 0 && isOperator && !isFounder);
  if (isSilenced) throw new StanzaError('auth', 'forbidden', 'You have no voice on this channel.');
}
