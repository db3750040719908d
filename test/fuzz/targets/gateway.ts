import { tryParseJid } from '../../../src/component/jid.js';
import type { Element } from '../../../src/component/types.js';
import { SilcError } from '../../../src/silc/errors.js';
import { parseMime } from '../../../src/silc/messages/mime.js';
import { decodeAttribute } from '../../../src/silc/packets/attribute-value.js';
import { attributeList } from '../../../src/silc/packets/attributes.js';
import { decodePayload } from '../../../src/silc/packets/codec.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { Choices } from '../support/choices.js';
import { DOMAIN, InhabitedGateway, USERS } from '../support/inhabited-gateway.js';
import { changed, SeededRandom } from '../support/random.js';
import { answers, samples } from '../support/samples.js';
import type { Target } from '../support/target.js';
import { elementsOf, Stanzas } from '../support/trees.js';
import { attributeSeeds, mimeSeeds } from './mapping.js';

/** Inputs that one gateway takes: what an earlier one has left is what the next one meets. */
const INPUTS_OF_ONE = 200;
/** Acts of one input. */
const MAX_ACTS = 6;

const stanzas = new Stanzas(samples);
const replies = new Stanzas(answers);
const SENDERS: readonly string[] = [
  ...USERS,
  ...USERS,
  'alice@jabber.test',
  'carol@jabber.test/y',
  'jabber.test',
];
const ADDRESSEES: readonly string[] = [
  ...[`channel1@${DOMAIN}`, `channel1@${DOMAIN}/other`, `channel1@${DOMAIN}/bob`, `channel2@${DOMAIN}`],
  ...[`channel2@${DOMAIN}/x`, `other!@${DOMAIN}`, `nobody!@${DOMAIN}`, DOMAIN, `a%net@${DOMAIN}`],
];

/** Whether a Jabber server would send it: it has stamped the sender, and knows whom the component stands for. */
function isPassedOn({ name, attrs: { from = '', to = '' } }: Element): boolean {
  if (!['iq', 'message', 'presence'].includes(name)) return false;
  const sender = tryParseJid(from);
  return sender?.full === from && sender.domain !== DOMAIN && tryParseJid(to)?.domain === DOMAIN;
}

function sendStanza(gateway: InhabitedGateway, choices: Choices): void {
  const [from, to] = [choices.of(SENDERS), choices.of(ADDRESSEES)];
  const text = stanzas.made(choices, (attrs) => {
    if (choices.next(8) > 0) attrs['from'] = from;
    if (tryParseJid(attrs['to'] ?? '')?.domain !== DOMAIN) attrs['to'] = to;
    attrs['id'] ??= 'some';
  });
  for (const element of elementsOf(text.replaceAll('SESSION', gateway.commandSession))) {
    if (isPassedOn(element)) gateway.link.deliver(element);
  }
}

/** What somebody on SILC does, and what Jabber users see of it. */
async function act({ other, channel }: InhabitedGateway, choices: Choices): Promise<void> {
  const members = [...(other.channels.get(channel)?.members.keys() ?? [])];
  const somebody = members.length === 0 ? other.self.clientId : choices.of(members);
  const text = choices.of([
    'hello',
    '/me',
    '\u0001',
    'x'.repeat(2_000),
    'alice: x',
    '\u202e',
    '?OTR:AAA.',
    '',
  ]);
  const random = new SeededRandom(choices.next() * 256 + choices.next());
  const mime = () => parseMime(changed(random, random.of(mimeSeeds), mimeSeeds));
  const acts: readonly (() => Promise<unknown>)[] = [
    () =>
      other.say(channel, text, {
        kind: choices.of(['text', 'action', 'notice'] as const),
        sign: choices.next(4) === 0,
      }),
    () =>
      other.tell(somebody, text, { kind: choices.of(['text', 'action', 'notice'] as const), noReply: true }),
    () => other.sendMime(choices.next(2) === 0 ? { channel } : { user: somebody }, mime()),
    () => other.setTopic(channel, text),
    () => other.nick(choices.of(['other', 'another', 'alice', 'a b', 'x'.repeat(100)])),
    () => other.kick(channel, somebody, text),
    () => other.invite(channel, somebody),
    () => other.ban(channel, choices.of(['add', 'delete'] as const), choices.of(['alice!*@*', '*!*@*', 'x'])),
    () => other.setChannelMode(channel, { [choices.of(['set', 'clear'] as const)]: 1 << choices.next(16) }),
    () => other.setChannelMode(channel, { passphrase: 'a passphrase of the room' }),
    () => other.setChannelMode(channel, { userLimit: choices.next() }),
    () =>
      other.setMemberMode(channel, somebody, {
        [choices.of(['set', 'clear'] as const)]: 1 << choices.next(8),
      }),
    () => other.setUserMode({ [choices.of(['set', 'clear'] as const)]: 1 << choices.next(14) }),
    () => setAttributes(other, random),
    () => other.leave(channel),
    () => other.join(choices.of(['channel1', 'channel2'])),
    () => other.keyAgreements.ask(somebody),
    () =>
      other.sendFileTransfer(somebody, { host: '127.0.0.1', protocol: 0, port: choices.of([0, 1, 65_535]) }),
    () => other.setPrivateKey(somebody, 'a passphrase of the two'),
    () => other.offerMultimedia({ user: somebody }, text),
    () => other.whoisById(somebody, { attributes: true }),
    () => other.rekey(),
    () => asked(() => other.setAutoReply(text === '' ? undefined : text)),
    () => asked(() => other.channelControl.setPrivateKey(channel, 'k', 'a passphrase of the channel')),
  ];
  try {
    await choices.of(acts)();
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
  }
}

/** What is done at once. */
function asked(deed: () => void): Promise<void> {
  deed();
  return Promise.resolve();
}

async function setAttributes(other: SilcSession, random: SeededRandom): Promise<void> {
  const list = decodePayload(attributeList, changed(random, random.of(attributeSeeds), attributeSeeds));
  other.setAttributes(
    list.flatMap((attribute) => {
      const value = decodeAttribute(attribute);
      return value === undefined ? [] : [{ type: attribute.type, value }];
    }),
  );
  return Promise.resolve();
}

function gatewayTarget(): Target {
  let running: Promise<InhabitedGateway> | undefined;
  /** Ends take their time, and nobody waits for them until the last input. */
  const ends: Promise<void>[] = [];
  const end = (): void => {
    const ended = running;
    running = undefined;
    if (ended === undefined) return;
    const over = ended.then((gateway) => gateway.stop());
    over.catch(() => undefined);
    ends.push(over);
  };
  const random = new SeededRandom(23);
  return {
    name: 'machine: gateway, with everything',
    // One act: a stanza of each kind as it is; then rows of anything.
    seeds: [
      ...Array.from({ length: stanzas.count }, (_, n) => Uint8Array.of(0, 0, 0, n >> 8, n & 0xff, 0, 1)),
      ...Array.from({ length: 20 }, () => random.octets(20 + random.below(100))),
    ],
    cost: 200,
    run: async (octets) => {
      const gateway = await (running ??= InhabitedGateway.start());
      const choices = new Choices(octets);
      gateway.link.answer = (iq) => {
        if (choices.isOver || choices.next(4) === 0) return undefined;
        const [answer] = elementsOf(
          replies.made(choices, (attrs) => void (attrs['from'] = iq.attrs.to ?? '')),
        );
        return answer;
      };
      try {
        // Who has left, or was sent away, is in the room again.
        if (gateway.inputs % 4 === 3) gateway.enter();
        for (let i = 0; i < MAX_ACTS && !choices.isOver; i++) {
          if (choices.next(4) < 3) sendStanza(gateway, choices);
          else await act(gateway, choices);
        }
        const sent = await gateway.settled();
        if (++gateway.inputs >= INPUTS_OF_ONE || gateway.other.state !== 'ready') end();
        return [...new Set(sent.map(outcomeOf))].sort().join(' ');
      } catch (error) {
        end();
        throw error;
      }
    },
    close: async () => {
      end();
      await Promise.all(ends);
    },
  };
}

const outcomeOf = (stanza: Element): string =>
  [
    stanza.name,
    stanza.attrs.type,
    ...stanza.getChildElements().map((child) => child.getNS()),
    stanza.getChild('error')?.getChildElements()[0]?.name,
  ].join();

export const gatewayTargets: readonly Target[] = [gatewayTarget()];
