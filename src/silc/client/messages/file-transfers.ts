import { SilcError } from '../../errors.js';
import type { Packet } from '../../frame.js';
import { clientId } from '../../ids.js';
import type { ClientId } from '../../ids.js';
import { decodePayload, encodePayload } from '../../packets/codec.js';
import { fileTransferPayload, FileTransferType } from '../../packets/file-transfer.js';
import { keyAgreementPayload, type KeyAgreement } from '../../packets/key-agreement.js';
import { PacketType } from '../../packets/packet-type.js';
import type { SessionContext } from '../context.js';
import { heardOutOfSight } from '../people/id-holders.js';
import type { OutgoingGate } from './outgoing.js';

/** FTP: somebody offers a file, or tells where to connect to. @throws SilcError `malformed`, `unsupported` */
export function receiveFileTransfer(context: SessionContext, packet: Packet): void {
  const { source, destination, payload } = packet;
  const { network } = context;
  if (source.type !== 2 || destination.type !== 2) return;
  if (network.users.get(destination.id) !== network.self) return;
  const { type, data } = decodePayload(fileTransferPayload, payload);
  if (type !== FileTransferType.sftp) throw new SilcError('unsupported', `file transfer of type ${type}`);
  const agreement = decodePayload(keyAgreementPayload, data);
  const sender = network.users.ensure(source.id);
  const named = heardOutOfSight(context, sender);
  context.post([sender], () => ({ type: 'file-transfer', sender, agreement }), named, payload.length);
}

/** Sends an FTP packet to a user. */
export function sendFileTransfer(
  context: SessionContext,
  gate: OutgoingGate,
  user: ClientId,
  agreement: KeyAgreement,
): Promise<void> {
  const data = encodePayload(keyAgreementPayload, agreement);
  const payload = encodePayload(fileTransferPayload, { type: FileTransferType.sftp, data });
  return gate.pass(() => {
    const destination = clientId(context.network.currentId(user));
    return context.connection.send({ type: PacketType.fileTransfer, payload, destination });
  });
}
