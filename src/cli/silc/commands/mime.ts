import { basename } from 'node:path';
import libmime from 'libmime';
import type { MimeDestination } from '../../../silc/client/types.js';
import { mimeEntity } from '../../../silc/messages/mime-content.js';
import { decodeText } from '../../../silc/packets/text.js';
import { channelFields } from '../fields.js';
import { LineError, UsageError, type JsonObject } from '../item.js';
import { contentOf } from '../local-files.js';
import { userReference } from '../people.js';
import { type Command, line, type Parameter } from './command.js';
import { currentChannel, optional, path, word } from './parameters.js';
import { sign, tellSent } from './talking.js';

interface Receiver {
  readonly to: MimeDestination;
  /** Whether messages to it are signed. */
  readonly kind: 'channel' | 'msg';
  readonly fields: JsonObject;
}

/** Somebody, or `*`: the current channel. */
const receiver: Parameter<Receiver> = {
  usage: 'NICK|*',
  completes: 'person',
  read: (words) => {
    const typed = words.next();
    if (typed === undefined) throw new UsageError();
    return async (context) => {
      if (typed === '*') {
        const channel = currentChannel(context);
        return { to: { channel: channel.id }, kind: 'channel', fields: { channel: channelFields(channel) } };
      }
      const user = await context.people.find(typed);
      return { to: { user: user.clientId }, kind: 'msg', fields: { receiver: userReference(user) } };
    };
  },
};

const mmsg = line('mmsg')
  .takes(sign)
  .takes(receiver)
  .takes(path('FILE'))
  .takes(optional(word('TYPE')))
  .does('a file as a MIME message', async (context, signs, { to, kind, fields }, file, type) => {
    const body = await contentOf(file);
    const contentType = type ?? libmime.detectMimeType(file);
    const entity = mimeEntity({ type: contentType, filename: basename(file), data: body });
    const sign = signs === false ? context.own.sign[kind] : signs;
    const sent = await context.session.sendMime(to, entity, { sign });
    tellSent(context, sent, { ...fields, kind: 'mime', sign, contentType, octets: body.length });
  });

const offer = line('multimedia offer')
  .takes(receiver)
  .takes(path('FILE'))
  .does(
    'offer a multimedia session; the file holds its description (SDP)',
    async (context, { to, fields }, file) => {
      const { session, own, printer } = context;
      const sdp = decodeText(await contentOf(file));
      const made = await session.offerMultimedia(to, sdp);
      own.offers.set(made.sdpDigest, made);
      printer.print({
        type: 'multimedia-offered',
        fields: { ...fields, sdpDigest: made.sdpDigest },
        lines: [`offered as ${made.sdpDigest}`],
      });
    },
  );

const end = line('multimedia end')
  .takes(word('DIGEST'))
  .does('end the session of an own offer', async ({ own }, digest) => {
    const found = own.offers.get(digest);
    if (found === undefined) throw new LineError(`there is no own offer ${digest}`);
    own.offers.delete(digest);
    await found.end();
  });

export const mime: readonly Command[] = [mmsg, offer, end];
