import { readFile } from 'node:fs/promises';
import { NS_BOB } from '../../../mapping/mime/bits-of-binary.js';
import type { FilePlace } from '../../../mapping/mime/file-payload.js';
import type { MimeFile } from '../../../mapping/mime/pieces.js';
import { NS_XHTML_IM } from '../../../mapping/mime/xhtml.js';
import { addressedTo, type Feature } from '../../feature.js';
import type { IncomingMessage } from '../../mime/incoming-message.js';
import type { FeatureParts } from '../parts.js';
import { BitsShelf } from './bits-shelf.js';
import { uploadName } from './file-names.js';
import { filesSpecs } from './specs.js';
import { LinkedPictures } from './linked-pictures.js';
import { OfferedFiles } from './transfers.js';
import { Uploads } from './uploads.js';

/** Files and pictures of SILC users: links by HTTP upload, small pictures in the message as well. */
export function files({ context, identities, sessions }: FeatureParts): Feature {
  const shelf = new BitsShelf(context.backend);
  let certificates: string | undefined;
  const uploads = new Uploads(context, () => certificates);
  const offered = new OfferedFiles(context, identities, uploads);
  const pictures = new LinkedPictures(context, sessions, () => certificates);

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
    name: 'files from SILC',
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
    channel: { line: (line) => pictures.said(line) },
    start: async () => {
      context.connected.subscribe((connected) => offered.watch(connected));
      const { ca_file: file } = context.config.files;
      if (file !== undefined) certificates = await readFile(file, 'utf8');
    },
    stop: () => {
      offered.stop();
      pictures.stop();
      uploads.stop();
      return Promise.resolve();
    },
  };
}
