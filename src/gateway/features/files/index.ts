import { readFile } from 'node:fs/promises';
import { NS_BOB } from '../../../mapping/mime/bits-of-binary.js';
import type { FilePlace } from '../../../mapping/mime/file-payload.js';
import { linkedFile } from '../../../mapping/mime/linked-file.js';
import type { MimeFile } from '../../../mapping/mime/pieces.js';
import { NS_XHTML_IM } from '../../../mapping/mime/xhtml.js';
import { addressedTo, type Feature } from '../../feature.js';
import type { IncomingMessage } from '../../mime/incoming-message.js';
import type { SaidPrivately } from '../../sessions/said-privately.js';
import type { FeatureParts } from '../parts.js';
import { BitsShelf } from './bits-shelf.js';
import { uploadName } from './file-names.js';
import { filesSpecs } from './specs.js';
import { FileOffers } from './file-offers.js';
import { openFile, type OpenLink } from './http-get.js';
import { LinkedPictures } from './linked-pictures.js';
import { OfferedFiles } from './offered-files.js';
import { sendFile } from './send-file.js';
import { SessionTransfers } from './session-transfers.js';
import { Uploads } from './uploads.js';

/**
 * Files and pictures. Those of SILC users: links by HTTP upload, small pictures in the message as well. Those of Jabber users: links, and
 * after them, as operator and user want, pictures and offers.
 */
export function files(parts: FeatureParts): Feature {
  const { context, identities, sessions } = parts;
  const shelf = new BitsShelf(context.backend);
  let certificates: string | undefined;
  const uploads = new Uploads(context, () => certificates);
  const open: OpenLink = (url, wanted) =>
    openFile(url, {
      ...wanted,
      mayBePrivate: context.config.files.transfers.private_addresses,
      ca: certificates,
    });
  const offered = new OfferedFiles(context, uploads);
  const transfers = new SessionTransfers(context, identities, (...offer) => offered.offered(...offer));
  const offers = new FileOffers(context, transfers, open);
  const pictures = new LinkedPictures(context, sessions, open);

  async function readCertificates(): Promise<void> {
    const { ca_file: file } = context.config.files;
    certificates = file === undefined ? undefined : await readFile(file, 'utf8');
  }

  function saidPrivately(said: SaidPrivately): void {
    if (context.preferences.get(said.session.user, 'files') !== 'offer') {
      pictures.saidPrivately(said);
      return;
    }
    const file = linkedFile(said.payload);
    if (file !== undefined) void offers.offerLinked(said, file);
  }

  function publish(
    file: MimeFile,
    { network, sender, audience }: Pick<IncomingMessage, 'network' | 'sender' | 'audience'>,
  ): FilePlace | Promise<FilePlace> {
    const bits = shelf.put(file);
    const reason = uploads.refusal(file.data.length);
    if (reason !== undefined) return { reason, bits };
    const upload = {
      ...{ name: uploadName(file), type: file.type, octets: file.data.length, content: file.data },
      sender: { network, key: sender.fingerprint ?? sender.clientId },
      audience: audience(),
    };
    return uploads.publish(upload).then((place) => ({ ...place, bits }));
  }

  return {
    name: 'files',
    specs: filesSpecs,
    disco: {
      gateway: [NS_BOB],
      channel: [NS_XHTML_IM, NS_BOB],
      occupant: [NS_XHTML_IM, NS_BOB],
      user: [NS_XHTML_IM, NS_BOB],
    },
    extensions: [NS_XHTML_IM],
    iq: [
      {
        type: 'get',
        xmlns: NS_BOB,
        ...addressedTo(['gateway', 'channel', 'occupant', 'user'], (_, child) => {
          return shelf.get(child.attrs.cid);
        }),
      },
    ],
    files: { publish },
    commands: [sendFile(parts, offers)],
    channel: { line: (line) => pictures.said(line) },
    start: async () => {
      context.connected.subscribe((connected) => transfers.watch(connected));
      context.saidPrivately.subscribe(saidPrivately);
      await readCertificates();
    },
    reconfigured: readCertificates,
    stop: () => {
      offers.stop();
      transfers.stop();
      pictures.stop();
      uploads.stop();
      return Promise.resolve();
    },
  };
}
