import { connectSession } from '../../../src/silc/client/connect.js';
import { ClientSession } from '../../../src/silc/client/session.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { SilcError } from '../../../src/silc/errors.js';
import type { ChannelId, ClientId } from '../../../src/silc/ids.js';
import { parseMime } from '../../../src/silc/messages/mime.js';
import { delay } from '../../../src/util/race.js';
import { keyPairNamed, type SilcWorld, startSilcWorld } from '../../support/silc-world.js';
import { Choices } from '../support/choices.js';
import { withPatience } from '../support/patience.js';
import { checkNetwork } from '../support/played.js';
import { changed, SeededRandom } from '../support/random.js';
import { SilcProxy } from '../support/silc-proxy.js';
import type { Target } from '../support/target.js';
import { mimeSeeds } from './mapping.js';

/** Inputs that one session takes, one after the other. */
const INPUTS_OF_ONE = 100;
const MAX_CALLS = 6;
const PATIENCE_MS = 60_000;
/** A reply that was spoilt is not waited for. */
const COMMAND_MS = 50;
/** Longer than a process is stopped. */
const STOPPED_MS = 1_000_000;

interface Played {
  readonly world: SilcWorld;
  readonly other: SilcSession;
  readonly channel: ChannelId;
  me: { readonly session: ClientSession; readonly proxy: SilcProxy } | undefined;
  inputs: number;
  readonly asked: Set<Promise<void>>;
  readonly faults: unknown[];
}

const inTime = <T>(work: Promise<T>, what: string): Promise<T> =>
  withPatience(work, PATIENCE_MS, `${what} takes for ever`);

async function begin(): Promise<Played> {
  const world = await startSilcWorld();
  const other = await world.client('other');
  other.subscribe(() => undefined);
  const { channel } = await other.join('channel');
  await other.setChannelMode(channel.id, { set: 0x10 });
  return { world, other, channel: channel.id, me: undefined, inputs: 0, asked: new Set(), faults: [] };
}

let names = 0;

async function enter({ world }: Played) {
  const proxy = new SilcProxy(world.port);
  const nickname = `me${names++}`;
  proxy.run().catch(() => undefined);
  const session = await connectSession({
    ...{ host: 'silc.test', stream: proxy.stream, keyPair: keyPairNamed('me'), auth: { method: 'none' } },
    ...{ nickname, username: 'me', verifyServerKey: () => true, timeoutMs: STOPPED_MS },
    ...{ proposal: { groups: ['diffie-hellman-group1'] }, commandTimeoutMs: COMMAND_MS },
    answerAcknowledgements: true,
  });
  if (!(session instanceof ClientSession)) throw new Error('no session of the engine');
  session.subscribe(() => undefined);
  return { session, proxy };
}

const answers = (session: SilcSession): Promise<boolean> =>
  Promise.race([
    session.ping().then(
      () => true,
      () => false,
    ),
    delay(10 * COMMAND_MS).then(() => false),
  ]);

/** Everything that an application can ask a session for. */
function calls(me: ClientSession, { other, channel }: Played, choices: Choices): readonly (() => unknown)[] {
  const theirs: ClientId = other.self.clientId;
  const user = choices.of([theirs, theirs, me.self.clientId]);
  const on = choices.of([channel, channel, ...me.channels.keys()]);
  const text = choices.of(['hello', '', '\u0000', 'x'.repeat(5_000), '\ud800', 'other']);
  const bit = { [choices.of(['set', 'clear'] as const)]: 1 << choices.next(16) };
  const random = new SeededRandom(choices.next() * 256 + choices.next());
  const entity = () => parseMime(changed(random, random.of(mimeSeeds), mimeSeeds));
  const key = other.serverPublicKey;
  return [
    () => me.join(choices.of(['channel', 'channel', 'mine', text])),
    () => me.join('mine', { founder: true, passphrase: 'a passphrase' }),
    () => me.leave(on),
    () =>
      me.say(on, text, {
        sign: choices.next(2) === 0,
        kind: choices.of(['text', 'action', 'notice'] as const),
      }),
    () => me.tell(user, text, { acknowledge: { timeoutMs: COMMAND_MS }, sign: 'with-key' }),
    () => other.tell(me.self.clientId, text, { acknowledge: { timeoutMs: COMMAND_MS } }),
    () => other.say(channel, text),
    () => other.sendMime({ user: me.self.clientId }, entity()),
    () => me.sendMime({ channel: on }, entity()),
    () => me.sendFileTransfer(user, { host: '127.0.0.1', protocol: 0, port: 0 }),
    () => me.setPrivateKey(user, 'a passphrase', choices.of(['initiator', 'responder'] as const)),
    () => other.setPrivateKey(me.self.clientId, 'a passphrase'),
    () => me.removePrivateKey(user),
    () => me.setAutoReply(text === '' ? undefined : text),
    () => me.offerMultimedia({ user }, text),
    () =>
      me.keyAgreements
        .offer(user, { host: '127.0.0.1' }, { timeoutMs: COMMAND_MS })
        .then((agreement) => agreement.abort()),
    () => me.keyAgreements.ask(user),
    () => other.keyAgreements.ask(me.self.clientId),
    () => me.channelControl.settings(on),
    () => me.channelControl.claimFounder(on),
    () => me.channelControl.entries(on, choices.of(['invite', 'ban'] as const)),
    () =>
      me.channelControl.editEntries(
        on,
        choices.of(['invite', 'ban'] as const),
        choices.of(['add', 'delete'] as const),
        [
          choices.of([
            { kind: 'mask', mask: 'x!*@*' },
            { kind: 'key', key },
            { kind: 'client', clientId: user },
          ] as const),
        ],
      ),
    () => me.channelControl.setPrivateKey(on, 'k', 'a passphrase'),
    () => me.channelControl.removePrivateKey(on, 'k'),
    () => me.lookup.whoisByKey(key),
    () => me.lookup.whowas(text),
    () =>
      me.lookup.identify(
        choices.of([
          { nickname: 'other' },
          { clientId: user },
          { channelId: on },
          { serverName: 'silc.test' },
        ]),
      ),
    () => me.lookup.channel(on),
    () => me.lookup.users({ channelId: on }, { resolve: true }),
    () => me.lookup.info(),
    () => me.lookup.motd(),
    () => me.lookup.statistics(),
    () => me.lookup.serverKey(),
    () => me.lookup.service(text),
    () => me.operator.oper('op', { passphrase: 'a passphrase' }),
    () => me.operator.silcoper('op', {}),
    () => me.operator.kill(me.self.clientId),
    () => me.nick(choices.of(['another', text, `me${names++}`])),
    () => me.setTopic(on, text),
    () => other.setTopic(channel, text),
    () => me.invite(on, user),
    () => other.invite(channel, me.self.clientId),
    () => me.kick(on, user, text),
    () => me.ban(on, 'add', 'x!*@*'),
    () => me.bans(on),
    () => me.setChannelMode(on, bit),
    () =>
      me.setChannelMode(on, { userLimit: choices.next(), passphrase: 'a passphrase', cipher: 'aes-128-cbc' }),
    () => other.setChannelMode(channel, bit),
    () => me.setMemberMode(on, user, bit),
    () => other.setMemberMode(channel, me.self.clientId, bit),
    () => me.setUserMode(bit),
    () => me.whois(choices.of(['other', 'nobody', text]), { attributes: true }),
    () => me.whoisById(user, { attributes: true }),
    () => me.list(),
    () => me.serverInfo(),
    () => me.motd(),
    () => me.getKey(user),
    () => me.ping(),
    () => me.rekey(),
    () => me.watch(choices.of([{ nickname: 'other' }, { nickname: text }, { publicKey: key }])),
    () => me.unwatch({ nickname: 'other' }),
    () => other.nick(choices.of(['other', 'another'])),
    () => me.setAttributes([{ type: 3, value: { kind: 'mask', mask: choices.next() } }]),
    () => me.setReadPaused(choices.next(4) === 0),
    () => me.killDetached(user),
    () => me.detach(),
    () => me.quit(text),
  ];
}

function callTarget(): Target {
  let running: Promise<Played> | undefined;
  const random = new SeededRandom(41);
  /** Whatever still waits ends with the session. */
  const drop = async (played: Played): Promise<void> => {
    played.me?.session.destroy();
    played.me?.proxy.destroy();
    Object.assign(played, { me: undefined, inputs: 0 });
    await inTime(Promise.all(played.asked), 'what was asked of a session that is over');
  };
  return {
    name: 'machine: client session, all that it is asked for',
    seeds: Array.from({ length: 20 }, () => random.octets(20 + random.below(80))),
    cost: 200,
    run: async (octets) => {
      const played = await inTime((running ??= begin()), 'a start');
      const { session, proxy } = (played.me ??= await inTime(enter(played), 'a session'));
      const choices = new Choices(octets);
      const spoiling = new SeededRandom(choices.next() * 256 + choices.next());
      const oneOf = 2 + choices.next(12);
      proxy.spoil = (payload) =>
        spoiling.below(oneOf) > 0
          ? payload
          : spoiling.below(8) === 0
            ? undefined
            : changed(spoiling, payload, [payload, ...mimeSeeds]);
      const outcomes: string[] = [];
      for (let i = 0; i < MAX_CALLS && !choices.isOver; i++) {
        const asked = Promise.resolve()
          .then(choices.of(calls(session, played, choices)))
          .then(
            () => void outcomes.push('done'),
            (error: unknown) => {
              if (error instanceof SilcError) outcomes.push(error.code);
              else played.faults.push(error);
            },
          )
          .finally(() => played.asked.delete(asked));
        played.asked.add(asked);
        if (choices.next(2) === 0) await Promise.race([asked, delay(COMMAND_MS)]);
      }
      proxy.spoil = (payload) => payload;
      session.setReadPaused(false);
      // What waits for a reply that was spoilt goes on waiting; what does not is done.
      const isUp = session.state === 'ready' && (await answers(session));
      checkNetwork(session);
      const { state } = session;
      if (!isUp || ++played.inputs >= INPUTS_OF_ONE) await drop(played);
      if (played.other.state !== 'ready') {
        running = undefined;
        await played.world.close();
      }
      const [fault] = played.faults;
      if (fault !== undefined) throw new Error('a call fails with no error of the engine', { cause: fault });
      return `${state} ${[...new Set(outcomes)].sort().join()}`;
    },
    close: async () => {
      const played = await running;
      running = undefined;
      if (played === undefined) return;
      await drop(played);
      await played.world.close();
    },
  };
}

export const callTargets: readonly Target[] = [callTarget()];
