import { StanzaError } from '../../../component/stanza.js';
import { text, textIn } from '../../../text/text.js';
import { ask, contactField, userAddress, value } from '../../commands/ask.js';
import { type Command, done } from '../../commands/command.js';
import type { FeatureParts } from '../parts.js';
import type { FileOffers } from './file-offers.js';
import { nameOfLink } from './linked-names.js';

/** Longest address of a file. */
const MAX_URL = 2_000;

/** A user sends a file, by its address, to a SILC user: as a link, and as an offer. */
export function sendFile({ context, sessions }: FeatureParts, offers: FileOffers): Command {
  return {
    name: 'send-file',
    title: text(({ fileOffers }) => fileOffers.title),
    details: text(({ fileOffers }) => fileOffers.details),
    at: ['gateway'],
    isOffered: () => context.config.files.transfers.offer,
    begin: () =>
      ask(
        {
          title: text(({ fileOffers }) => fileOffers.title),
          fields: [
            contactField,
            {
              // Some clients show a field that is called `url` as a link, and nobody can write there.
              ...({ name: 'file', type: 'text-single', isRequired: true } as const),
              label: text(({ fileOffers }) => fileOffers.url),
              max: MAX_URL,
            },
          ],
        },
        async (values, call) => {
          const url = linkOf(value(values, 'file'));
          const { network, name, qualifier, jid } = userAddress(context.addressing, value(values, 'contact'));
          const session = sessions.find(call.from, network);
          const silc = session?.silc;
          if (session === undefined || silc === undefined) {
            throw new StanzaError(
              'cancel',
              'item-not-found',
              text((words) => words.userCommands.notConnected(network)),
            );
          }
          const to = await session.direct.find({ nickname: name, qualifier });
          await session.direct.checkKey(to, jid);
          if (sessions.withClient(network, to.clientId) !== undefined) {
            throw new StanzaError(
              'cancel',
              'not-allowed',
              text(({ fileOffers }) => fileOffers.isLocal(jid)),
            );
          }
          // The link arrives even where nobody takes the file.
          await silc.tell(to.clientId, url.href, { sign: context.preferences.get(call.from.bare, 'sign') });
          const file = { url, name: undefined, octets: undefined };
          try {
            const words = await offers.offer({ session, silc, to }, file);
            return done(text(({ fileOffers }, language) => fileOffers.sent(words.in(language), jid)));
          } catch (error) {
            if (!(error instanceof StanzaError)) throw error;
            const said = text(({ fileOffers }, language) =>
              fileOffers.notArrived(nameOfLink(file), textIn(language, error.anyText)),
            );
            return done(said, 'warn');
          }
        },
      ),
  };
}

/** @throws StanzaError modify/not-acceptable */
function linkOf(typed: string): URL {
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url?.protocol === 'https:') return url;
  throw new StanzaError(
    'modify',
    'not-acceptable',
    text(({ fileOffers }) => fileOffers.badLink),
  );
}
