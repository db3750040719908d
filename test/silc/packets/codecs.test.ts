import fc from 'fast-check';
import { argumentList, countedArgumentList } from '../../../src/silc/packets/argument-list.js';
import { authenticationPayload } from '../../../src/silc/packets/authentication-payload.js';
import { attributeList } from '../../../src/silc/packets/attributes.js';
import { channelKeyPayload } from '../../../src/silc/packets/channel-key.js';
import { channelPayload, channelPayloadList } from '../../../src/silc/packets/channel-payload.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { connectionAuthRequestPayload } from '../../../src/silc/packets/connection-auth-request.js';
import { connectionAuthPayload } from '../../../src/silc/packets/connection-auth.js';
import { disconnectPayload } from '../../../src/silc/packets/disconnect.js';
import { fileTransferPayload } from '../../../src/silc/packets/file-transfer.js';
import { idPayloadList, newIdPayload } from '../../../src/silc/packets/id-payload.js';
import { keyAgreementPayload } from '../../../src/silc/packets/key-agreement.js';
import { keyExchangeStartPayload } from '../../../src/silc/packets/key-exchange-start.js';
import { keyExchangePayload } from '../../../src/silc/packets/key-exchange.js';
import { newClientPayload } from '../../../src/silc/packets/new-client.js';
import { notifyPayload } from '../../../src/silc/packets/notify.js';
import { privateMessageKeyPayload } from '../../../src/silc/packets/private-message-key.js';
import { publicKeyPayload } from '../../../src/silc/packets/public-key-payload.js';
import { resumeClientPayload } from '../../../src/silc/packets/resume-client.js';
import { statusPayload } from '../../../src/silc/packets/status-payload.js';
import { codecSuite } from '../../support/codec-suite.js';
import {
  anyIds,
  channelIds,
  clientIds,
  octets,
  someArguments,
  text,
  u16,
  u32,
  u8,
} from '../../support/silc-arbitraries.js';

const names = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
const nameList = fc.array(names, { minLength: 1, maxLength: 6 });
const channels = fc.record({ name: text(1), channelId: channelIds, mode: u32 });
const authentications = fc.oneof(
  fc.record({ method: fc.constant(1), random: fc.constant(new Uint8Array(0)), data: octets(1, 40) }),
  fc.record({ method: fc.constant(2), random: octets(128, 160), data: octets(1, 64) }),
);

codecSuite(argumentList, someArguments(0), { openEnd: true });
codecSuite(countedArgumentList, someArguments(0));
codecSuite(
  commandPayload,
  fc.record({ command: fc.integer({ min: 1, max: 255 }), ident: u16, args: someArguments(1) }),
);
codecSuite(notifyPayload, fc.record({ type: u16.filter((type) => type !== 11), args: someArguments(1) }));
codecSuite(channelPayload, channels);
codecSuite(channelPayloadList, fc.array(channels, { maxLength: 4 }), { openEnd: true });
codecSuite(channelKeyPayload, fc.record({ channelId: channelIds, cipher: names, key: octets(1, 32) }));
codecSuite(disconnectPayload, fc.record({ status: u8, text: text() }), { openEnd: true });
codecSuite(statusPayload, u32);
codecSuite(
  keyExchangeStartPayload,
  fc.record({
    flags: u8,
    cookie: octets(16, 16),
    version: names,
    groups: nameList,
    pkcs: nameList,
    ciphers: nameList,
    hashes: nameList,
    hmacs: nameList,
    compressions: fc.array(names, { maxLength: 2 }),
  }),
);
codecSuite(
  keyExchangePayload,
  fc.record({
    publicKeyType: fc.integer({ min: 1, max: 5 }),
    publicKey: octets(0, 60),
    publicValue: octets(17, 60).filter((value) => value[0] !== 0),
    signature: octets(0, 60),
  }),
);
codecSuite(
  connectionAuthPayload,
  fc.record({ connectionType: fc.integer({ min: 1, max: 3 }), data: octets(0, 60) }),
);
codecSuite(connectionAuthRequestPayload, fc.record({ connectionType: u16, method: u16 }));
codecSuite(newIdPayload, anyIds);
codecSuite(idPayloadList, fc.array(anyIds, { maxLength: 5 }), { openEnd: true });
codecSuite(
  newClientPayload,
  fc.record({ username: text(1), realName: text(), nickname: fc.option(text(1), { nil: undefined }) }),
  { openEnd: true },
);
codecSuite(authenticationPayload, authentications);
codecSuite(resumeClientPayload, fc.record({ clientId: clientIds, authentication: authentications }));
codecSuite(publicKeyPayload, fc.record({ type: u16, data: octets(0, 60) }));
codecSuite(keyAgreementPayload, fc.record({ host: text(), protocol: u16, port: u16 }));
codecSuite(privateMessageKeyPayload, fc.record({ cipher: names, hmac: names }));
codecSuite(fileTransferPayload, fc.record({ type: u8, data: octets(0, 60) }), { openEnd: true });
codecSuite(
  attributeList,
  fc.array(fc.record({ type: u8, flags: u8, data: octets(0, 30) }), { maxLength: 5 }),
  {
    openEnd: true,
  },
);
